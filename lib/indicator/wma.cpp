#include "indicator/definitions.hpp"
#include "indicator/sliding_fold.hpp"
#include "indicator/stepped.hpp"

namespace subd::indicator {
namespace {

struct Wma {
  explicit Wma(std::span<const double> values)
      : total_weight{values[0] * (values[0] + 1) / 2}, closes{bar_count(values[0])} {}

  template <class Self, class Step>
  static void evaluate(Self& self, Step step, const market::Bar& bar, std::span<double> out) noexcept {
    if (const auto sums = step(self.closes, bar.close)) out[0] = sums->weighted / self.total_weight;
  }

  double total_weight;
  SlidingFold<WeightedSum> closes;
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
