#include <cmath>

#include "indicator/definitions.hpp"
#include "indicator/sliding_fold.hpp"
#include "indicator/stepped.hpp"

namespace subd::indicator {
namespace {

struct Stdev {
  explicit Stdev(std::span<const double> values) : divisor{values[0] - values[1]}, closes{bar_count(values[0])} {}

  template <class Self, class Step>
  static void evaluate(Self& self, Step step, const market::Bar& bar, std::span<double> out) noexcept {
    if (const auto moments = step(self.closes, bar.close)) out[0] = std::sqrt(moments->squares / self.divisor);
  }

  double divisor;
  SlidingFold<Moments> closes;
};

constexpr Parameter kParameters[] = {
    length_parameter(30, 2, "bars in the window"),
    {.name = "ddof",
     .default_value = 0,
     .minimum = 0,
     .maximum = 1,
     .doc = "0: population, divided by length; 1: sample, divided by length - 1, pandas-ta's default",
     .convention = true},
};
constexpr std::string_view kOutputs[] = {"STDEV"};

}  // namespace

constexpr Definition kStdev{
    .name = "STDEV",
    .title = "Standard deviation",
    .description =
        "Population standard deviation of the last length closes; with ddof 1 that of a sample, as pandas-ta has it "
        "by default. 0 in a window without movement. TA-Lib subtracts two large squares and keeps fewer digits than "
        "this where prices are high and moves small.",
    .source = "TA-Lib 0.6 STDDEV",
    .parameters = kParameters,
    .outputs = kOutputs,
    .warm_up = [](std::span<const double> values) { return bar_count(values[0]); },
    .make = make_stepped<Stdev>,
};

}  // namespace subd::indicator
