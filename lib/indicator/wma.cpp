#include "indicator/definitions.hpp"
#include "indicator/sliding_mean.hpp"
#include "indicator/stepped.hpp"

namespace subd::indicator {
namespace {

struct Wma {
  explicit Wma(std::span<const double> values) : closes{bar_count(values[0])} {}

  template <class Self, class Step>
  static void evaluate(Self& self, Step step, const market::Bar& bar, std::span<double> out) noexcept {
    if (const auto mean = step(self.closes, bar.close)) out[0] = *mean;
  }

  SlidingWeightedMean closes;
};

constexpr Parameter kParameters[] = {length_parameter(20, 1, "bars averaged; the newest weighs length, the oldest 1")};
constexpr std::string_view kOutputs[] = {"WMA"};

}  // namespace

constexpr Definition kWma{
    .name = "WMA",
    .title = "Weighted moving average",
    .description = "Linearly weighted mean of the last length closes.",
    .source = "TA-Lib 0.6 WMA",
    .parameters = kParameters,
    .outputs = kOutputs,
    .warm_up = [](std::span<const double> values) { return bar_count(values[0]); },
    .make = make_stepped<Wma>,
};

}  // namespace subd::indicator
