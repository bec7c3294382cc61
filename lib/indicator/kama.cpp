#include <algorithm>
#include <cmath>
#include <optional>

#include "indicator/definitions.hpp"
#include "indicator/lag.hpp"
#include "indicator/sliding_fold.hpp"
#include "indicator/stepped.hpp"

namespace subd::indicator {
namespace {

/// An exponential average whose smoothing comes with each value.
class AdaptiveAverage {
 public:
  /// `before` is the value that the average starts from.
  double push(double x, double before, double smoothing) noexcept {
    average_ = peek(x, before, smoothing);
    return *average_;
  }

  [[nodiscard]] double peek(double x, double before, double smoothing) const noexcept {
    const double average = average_.value_or(before);
    return average + (x - average) * smoothing;
  }

 private:
  std::optional<double> average_;
};

double smoothing_of(double length) noexcept {
  return 2 / (length + 1);
}

struct Kama {
  explicit Kama(std::span<const double> values)
      : fast{smoothing_of(values[1])},
        slow{smoothing_of(values[2])},
        closes{bar_count(values[0])},
        steps{bar_count(values[0])} {}

  template <class Self, class Step>
  static void evaluate(Self& self, Step step, const market::Bar& bar, std::span<double> out) noexcept {
    const auto origin = step(self.closes, bar.close);
    const auto before = step(self.close, bar.close);
    if (!before) return;
    const auto path = step(self.steps, std::abs(bar.close - *before));
    if (!origin || !path) return;
    // Rounding can make the way there longer than the path.
    const double efficiency = *path > 0 ? std::min(std::abs(bar.close - *origin) / *path, 1.0) : 1.0;
    const double smoothing = self.slow + efficiency * (self.fast - self.slow);
    out[0] = step(self.average, bar.close, *before, smoothing * smoothing);
  }

  double fast;
  double slow;
  Lag closes;
  Previous close;
  SlidingFold<Sum> steps;
  AdaptiveAverage average;
};

constexpr std::string_view kFastAliases[] = {"fast_length"};
constexpr std::string_view kSlowAliases[] = {"slow_length"};
constexpr Parameter kParameters[] = {
    length_parameter(10, 2, "bars over which the efficiency of the move is taken"),
    {.name = "fast",
     .aliases = kFastAliases,
     .default_value = 2,
     .minimum = 1,
     .maximum = kLongestWindow,
     .doc = "length of the exponential average in a straight move"},
    {.name = "slow",
     .aliases = kSlowAliases,
     .default_value = 30,
     .minimum = 2,
     .maximum = kLongestWindow,
     .doc = "length of the exponential average in a move that leads nowhere"},
};
constexpr Ordering kOrderings[] = {{.smaller = 1, .larger = 2}};
constexpr std::string_view kOutputs[] = {"KAMA"};

}  // namespace

constexpr Definition kKama{
    .name = "KAMA",
    .title = "Kaufman's adaptive moving average",
    .description =
        "Exponential average of the close whose smoothing follows the efficiency of the move: the change of the close "
        "over length bars as a share of the sum of its single changes. It starts from the close before its first "
        "value; pandas-ta starts from 0 and differs until that is forgotten. A window without movement counts as "
        "efficient.",
    .source = "TA-Lib 0.6 KAMA, which has fast 2 and slow 30",
    .parameters = kParameters,
    .orderings = kOrderings,
    .outputs = kOutputs,
    .warm_up = [](std::span<const double> values) { return bar_count(values[0]) + 1; },
    .make = make_stepped<Kama>,
};

}  // namespace subd::indicator
