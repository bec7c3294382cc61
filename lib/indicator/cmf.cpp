#include "indicator/definitions.hpp"
#include "indicator/sliding_fold.hpp"
#include "indicator/stepped.hpp"

namespace subd::indicator {
namespace {

struct Cmf {
  explicit Cmf(std::span<const double> values) : flow{bar_count(values[0])}, volume{bar_count(values[0])} {}

  template <class Self, class Step>
  static void evaluate(Self& self, Step step, const market::Bar& bar, std::span<double> out) noexcept {
    const double range = bar.high - bar.low;
    // Two nearly exact differences: twice the close less the sum of high and low would lose the small digits.
    const double place = range > 0 ? ((bar.close - bar.low) - (bar.high - bar.close)) / range : 0.0;
    const auto flow = step(self.flow, place * bar.volume);
    const auto volume = step(self.volume, bar.volume);
    if (flow && volume && *volume > 0) out[0] = *flow / *volume;
  }

  SlidingFold<Sum> flow;
  SlidingFold<Sum> volume;
};

constexpr Parameter kParameters[] = {length_parameter(20, 1, "bars summed")};
constexpr std::string_view kOutputs[] = {"CMF"};

}  // namespace

constexpr Definition kCmf{
    .name = "CMF",
    .title = "Chaikin money flow",
    .description =
        "Place of the close in its bar's range, -1 at the low and 1 at the high, as a mean over the last length bars "
        "weighted by volume. A bar without range counts as 0. First value with bar length; no value while nothing has "
        "traded in the window. pandas-ta widens all ranges by 2.2e-16 when any of them is 0; this does not.",
    .source = "pandas-ta 0.3.14b CMF without open",
    .parameters = kParameters,
    .outputs = kOutputs,
    .warm_up = [](std::span<const double> values) { return bar_count(values[0]); },
    .make = make_stepped<Cmf>,
};

}  // namespace subd::indicator
