#include <functional>

#include "indicator/definitions.hpp"
#include "indicator/sliding_fold.hpp"
#include "indicator/stepped.hpp"

namespace subd::indicator {
namespace {

/// The value that beats all others, the newest of equal ones, and how many have come since.
template <class Beats>
struct SinceExtreme {
  struct Value {
    double extreme = 0;
    double since = 0;
    double count = 0;
  };
  static Value of(double x) noexcept { return {x, 0, 1}; }
  static Value combine(const Value& older, const Value& newer) noexcept {
    const double count = older.count + newer.count;
    if (Beats{}(older.extreme, newer.extreme)) return {older.extreme, older.since + newer.count, count};
    return {newer.extreme, newer.since, count};
  }
};

struct Aroon {
  // As many bars back as length says, and this one.
  explicit Aroon(std::span<const double> values)
      : length{values[0]}, lows{bar_count(length) + 1}, highs{bar_count(length) + 1} {}

  template <class Self, class Step>
  static void evaluate(Self& self, Step step, const market::Bar& bar, std::span<double> out) noexcept {
    const auto low = step(self.lows, bar.low);
    const auto high = step(self.highs, bar.high);
    if (!low || !high) return;
    out[0] = 100 * (self.length - low->since) / self.length;
    out[1] = 100 * (self.length - high->since) / self.length;
    out[2] = 100 * (low->since - high->since) / self.length;
  }

  double length;
  SlidingFold<SinceExtreme<std::less<>>> lows;
  SlidingFold<SinceExtreme<std::greater<>>> highs;
};

constexpr Parameter kParameters[] = {length_parameter(14, 1, "bars to look back for the lowest low and highest high")};
constexpr std::string_view kOutputs[] = {"AROOND", "AROONU", "AROONOSC"};

}  // namespace

constexpr Definition kAroon{
    .name = "AROON",
    .title = "Aroon",
    .description =
        "AROOND: how recent the lowest low of this bar and length bars before is, 100 when it is this one and 0 when "
        "it is the oldest; AROONU: the same of the highest high; AROONOSC: AROONU less AROOND. Of equal extremes the "
        "newest counts, so without movement both are 100.",
    .source = "TA-Lib 0.6 AROON and AROONOSC",
    .parameters = kParameters,
    .outputs = kOutputs,
    .warm_up = [](std::span<const double> values) { return bar_count(values[0]) + 1; },
    .make = make_stepped<Aroon>,
};

}  // namespace subd::indicator
