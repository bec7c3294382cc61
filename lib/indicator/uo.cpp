#include <algorithm>
#include <cstddef>
#include <optional>

#include "indicator/definitions.hpp"
#include "indicator/lag.hpp"
#include "indicator/sliding_fold.hpp"
#include "indicator/stepped.hpp"
#include "indicator/true_range.hpp"

namespace subd::indicator {
namespace {

/// Buying pressure as a share of the true range, over `length` bars.
class PressureShare {
 public:
  explicit PressureShare(std::size_t length) : pressures_{length}, ranges_{length} {}

  /// nullopt while there are fewer bars; 0 when they have no range.
  std::optional<double> push(double pressure, double range) noexcept {
    return share(pressures_.push(pressure), ranges_.push(range));
  }
  [[nodiscard]] std::optional<double> peek(double pressure, double range) const noexcept {
    return share(pressures_.peek(pressure), ranges_.peek(range));
  }

 private:
  static std::optional<double> share(const std::optional<double>& pressure,
                                     const std::optional<double>& range) noexcept {
    if (!pressure || !range) return std::nullopt;
    return *range > 0 ? *pressure / *range : 0.0;
  }

  SlidingFold<Sum> pressures_;
  SlidingFold<Sum> ranges_;
};

struct Uo {
  explicit Uo(std::span<const double> values)
      : fast{bar_count(values[0])}, medium{bar_count(values[1])}, slow{bar_count(values[2])} {}

  template <class Self, class Step>
  static void evaluate(Self& self, Step step, const market::Bar& bar, std::span<double> out) noexcept {
    const auto range = step(self.range, bar);
    const auto before = step(self.close, bar.close);
    if (!range || !before) return;
    const double pressure = bar.close - std::min(bar.low, *before);
    const auto fast = step(self.fast, pressure, *range);
    const auto medium = step(self.medium, pressure, *range);
    const auto slow = step(self.slow, pressure, *range);
    if (fast && medium && slow) out[0] = 100 * (4 * *fast + 2 * *medium + *slow) / 7;
  }

  TrueRange range;
  Previous close;
  PressureShare fast;
  PressureShare medium;
  PressureShare slow;
};

constexpr std::string_view kFastAliases[] = {"timeperiod1"};
constexpr std::string_view kMediumAliases[] = {"timeperiod2"};
constexpr std::string_view kSlowAliases[] = {"timeperiod3"};
constexpr Parameter kParameters[] = {
    {.name = "fast",
     .aliases = kFastAliases,
     .default_value = 7,
     .minimum = 1,
     .maximum = kLongestWindow,
     .doc = "bars of the window that weighs 4"},
    {.name = "medium",
     .aliases = kMediumAliases,
     .default_value = 14,
     .minimum = 2,
     .maximum = kLongestWindow,
     .doc = "bars of the window that weighs 2"},
    {.name = "slow",
     .aliases = kSlowAliases,
     .default_value = 28,
     .minimum = 3,
     .maximum = kLongestWindow,
     .doc = "bars of the window that weighs 1"},
};
constexpr Ordering kOrderings[] = {{.smaller = 0, .larger = 1}, {.smaller = 1, .larger = 2}};
constexpr std::string_view kOutputs[] = {"UO"};

}  // namespace

constexpr Definition kUo{
    .name = "UO",
    .title = "Ultimate oscillator",
    .description =
        "Buying pressure, which is the close above the lower of the low and the close before, as a share of the true "
        "range, over three windows weighted 4, 2 and 1; 0 to 100. A window without range counts as 0.",
    .source = "TA-Lib 0.6 ULTOSC",
    .parameters = kParameters,
    .orderings = kOrderings,
    .outputs = kOutputs,
    .warm_up = [](std::span<const double> values) { return bar_count(values[2]) + 1; },
    .make = make_stepped<Uo>,
};

}  // namespace subd::indicator
