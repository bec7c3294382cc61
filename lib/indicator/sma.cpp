#include "indicator/definitions.hpp"
#include "indicator/sliding_mean.hpp"
#include "indicator/stepped.hpp"

namespace subd::indicator {
namespace {

struct Sma {
  explicit Sma(std::span<const double> values) : closes{bar_count(values[0])} {}

  template <class Self, class Step>
  static void evaluate(Self& self, Step step, const market::Bar& bar, std::span<double> out) noexcept {
    if (const auto mean = step(self.closes, bar.close)) out[0] = *mean;
  }

  SlidingMean closes;
};

constexpr Parameter kParameters[] = {length_parameter(20, 1, "bars averaged")};
constexpr std::string_view kOutputs[] = {"SMA"};

}  // namespace

constexpr Definition kSma{
    .name = "SMA",
    .title = "Simple moving average",
    .description = "Mean of the last length closes.",
    .source = "TA-Lib 0.6 SMA",
    .parameters = kParameters,
    .outputs = kOutputs,
    .warm_up = [](std::span<const double> values) { return bar_count(values[0]); },
    .make = make_stepped<Sma>,
};

}  // namespace subd::indicator
