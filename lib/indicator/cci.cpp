#include <cmath>
#include <cstddef>
#include <optional>
#include <vector>

#include "indicator/definitions.hpp"
#include "indicator/stepped.hpp"

namespace subd::indicator {
namespace {

/// How far the newest of the last `length` values is from their mean, and how far they are on average.
///
/// The mean absolute deviation has no incremental form, so this walks the window. Everything is taken relative to the
/// newest value: such differences are nearly exact, and equal values give exactly zero.
class Deviation {
 public:
  struct Value {
    double newest = 0;
    double mean = 0;
  };

  explicit Deviation(std::size_t length) : ring_(length) {}

  std::optional<Value> push(double x) noexcept {
    const std::optional<Value> value = peek(x);
    ring_[next_] = x;
    if (++next_ == ring_.size()) {
      next_ = 0;
      full_ = true;
    }
    return value;
  }

  [[nodiscard]] std::optional<Value> peek(double x) const noexcept {
    if (!full_ && next_ + 1 < ring_.size()) return std::nullopt;
    const double length = static_cast<double>(ring_.size());
    double sum = 0;
    each_earlier([&](double earlier) { sum += x - earlier; });
    const double newest = sum / length;
    double distance = std::abs(newest);
    each_earlier([&](double earlier) { distance += std::abs(newest - (x - earlier)); });
    return Value{newest, distance / length};
  }

 private:
  /// All but the value that the next one replaces.
  template <class Visit>
  void each_earlier(Visit visit) const noexcept {
    for (std::size_t i = 0; i < next_; ++i) visit(ring_[i]);
    for (std::size_t i = next_ + 1; i < ring_.size(); ++i) visit(ring_[i]);
  }

  std::vector<double> ring_;
  std::size_t next_ = 0;
  bool full_ = false;
};

struct Cci {
  explicit Cci(std::span<const double> values) : typical_prices{bar_count(values[0])} {}

  template <class Self, class Step>
  static void evaluate(Self& self, Step step, const market::Bar& bar, std::span<double> out) noexcept {
    constexpr double kLambert = 0.015;
    const double typical = (bar.high + bar.low + bar.close) / 3;
    const auto deviation = step(self.typical_prices, typical);
    if (!deviation) return;
    out[0] = deviation->mean > 0 ? deviation->newest / (kLambert * deviation->mean) : 0.0;
  }

  Deviation typical_prices;
};

/// Kept shorter than other windows because each bar costs a walk through all of it.
constexpr double kLongest = 1000;
constexpr Parameter kParameters[] = {
    {.name = "length",
     .aliases = kLengthAliases,
     .default_value = 20,
     .minimum = 2,
     .maximum = kLongest,
     .doc = "bars in the window"},
};
constexpr std::string_view kOutputs[] = {"CCI"};

}  // namespace

constexpr Definition kCci{
    .name = "CCI",
    .title = "Commodity channel index",
    .description =
        "Distance of (high + low + close) / 3 from its mean over length bars, in units of 0.015 mean absolute "
        "deviations. 0 in a window without movement. A bar costs O(length).",
    .source = "TA-Lib 0.6 CCI",
    .parameters = kParameters,
    .outputs = kOutputs,
    .warm_up = [](std::span<const double> values) { return bar_count(values[0]); },
    .make = make_stepped<Cci>,
};

}  // namespace subd::indicator
