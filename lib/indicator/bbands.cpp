#include "indicator/definitions.hpp"
#include "indicator/sliding_fold.hpp"
#include "indicator/stepped.hpp"

namespace subd::indicator {
namespace {

struct Bbands {
  explicit Bbands(std::span<const double> values) : std{values[1]}, closes{bar_count(values[0])} {}

  template <class Self, class Step>
  static void evaluate(Self& self, Step step, const market::Bar& bar, std::span<double> out) noexcept {
    const auto moments = step(self.closes, bar.close);
    if (!moments) return;
    const double middle = moments->mean;
    const double half = self.std * moments->population_deviation();
    out[0] = middle - half;
    out[1] = middle;
    out[2] = middle + half;
    // Of the half width, not of the difference of two prices, which would lose its small digits.
    out[3] = 100 * (2 * half) / middle;
    out[4] = 0.5 + moments->above_mean(bar.close) / (2 * half);
  }

  double std;
  SlidingFold<Moments> closes;
};

constexpr std::string_view kStdAliases[] = {"stddev", "nbdev", "multiplier"};
constexpr Parameter kParameters[] = {
    length_parameter(20, 2, "bars in the window"),
    {.name = "std",
     .aliases = kStdAliases,
     .kind = ParameterKind::Real,
     .default_value = 2,
     .minimum = 0.01,
     .maximum = 100,
     .doc = "standard deviations from the middle to a band"},
};
constexpr std::string_view kOutputs[] = {"BBL", "BBM", "BBU", "BBB", "BBP"};

}  // namespace

constexpr Definition kBbands{
    .name = "BBANDS",
    .title = "Bollinger bands",
    .description =
        "BBM: mean of the last length closes; BBL and BBU: std population standard deviations below and "
        "above it; BBB: width in percent of BBM; BBP: place of the close, 0 at BBL and 1 at BBU. In a window "
        "without movement the bands meet, BBB is 0 and BBP has no value.",
    .source = "TA-Lib 0.6 BBANDS with a simple average; BBB and BBP as in pandas-ta",
    .parameters = kParameters,
    .outputs = kOutputs,
    .warm_up = [](std::span<const double> values) { return bar_count(values[0]); },
    .make = make_stepped<Bbands>,
};

}  // namespace subd::indicator
