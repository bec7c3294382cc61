#include "indicator/definitions.hpp"
#include "indicator/smoothing.hpp"
#include "indicator/stepped.hpp"

namespace subd::indicator {
namespace {

struct ExponentialAverage {
  explicit ExponentialAverage(std::span<const double> values) : average{bar_count(values[0])} {}

  template <class Self, class Step>
  static void evaluate(Self& self, Step step, const market::Bar& bar, std::span<double> out) noexcept {
    if (const auto average = step(self.average, bar.close)) out[0] = *average;
  }

  Ema average;
};

constexpr Parameter kParameters[] = {length_parameter(20, 1, "smoothing is 2 / (length + 1)")};
constexpr std::string_view kOutputs[] = {"EMA"};

}  // namespace

constexpr Definition kEma{
    .name = "EMA",
    .title = "Exponential moving average",
    .description = "Exponential average of the closes, seeded with the mean of the first length of them.",
    .source = "TA-Lib 0.6 EMA",
    .parameters = kParameters,
    .outputs = kOutputs,
    .warm_up = [](std::span<const double> values) { return bar_count(values[0]); },
    .make = make_stepped<ExponentialAverage>,
};

}  // namespace subd::indicator
