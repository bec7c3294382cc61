#include <cmath>

#include "indicator/definitions.hpp"
#include "indicator/sliding_fold.hpp"
#include "indicator/stepped.hpp"

namespace subd::indicator {
namespace {

struct Zscore {
  explicit Zscore(std::span<const double> values) : std{values[1]}, closes{bar_count(values[0])} {}

  template <class Self, class Step>
  static void evaluate(Self& self, Step step, const market::Bar& bar, std::span<double> out) noexcept {
    const auto moments = step(self.closes, bar.close);
    if (!moments || !(moments->squares > 0)) return;
    out[0] = moments->above_mean(bar.close) / (self.std * moments->sample_deviation());
  }

  double std;
  SlidingFold<Moments> closes;
};

constexpr std::string_view kStdAliases[] = {"stddev", "nbdev", "multiplier"};
constexpr Parameter kParameters[] = {
    length_parameter(30, 2, "bars in the window"),
    {.name = "std",
     .aliases = kStdAliases,
     .kind = ParameterKind::Real,
     .default_value = 1,
     .minimum = 0.01,
     .maximum = 100,
     .doc = "standard deviations that count as 1"},
};
constexpr std::string_view kOutputs[] = {"ZSCORE"};

}  // namespace

constexpr Definition kZscore{
    .name = "ZSCORE",
    .title = "Rolling z-score",
    .description =
        "Distance of the close from the mean of the last length closes, in units of std sample standard deviations "
        "(divisor length - 1, as in pandas-ta; BBANDS uses length). First value with bar length. No value in a window "
        "without movement. pandas-ta takes a std below 1 as 1; this does not.",
    .source = "pandas-ta 0.3.14b ZSCORE",
    .parameters = kParameters,
    .outputs = kOutputs,
    .warm_up = [](std::span<const double> values) { return bar_count(values[0]); },
    .make = make_stepped<Zscore>,
};

}  // namespace subd::indicator
