#include "indicator/definitions.hpp"
#include "indicator/sliding_fold.hpp"
#include "indicator/stepped.hpp"

namespace subd::indicator {
namespace {

struct Vwma {
  explicit Vwma(std::span<const double> values) : turnover{bar_count(values[0])}, volume{bar_count(values[0])} {}

  template <class Self, class Step>
  static void evaluate(Self& self, Step step, const market::Bar& bar, std::span<double> out) noexcept {
    const auto turnover = step(self.turnover, bar.close * bar.volume);
    const auto volume = step(self.volume, bar.volume);
    if (turnover && volume && *volume > 0) out[0] = *turnover / *volume;
  }

  SlidingFold<Sum> turnover;
  SlidingFold<Sum> volume;
};

constexpr Parameter kParameters[] = {length_parameter(20, 1, "bars averaged")};
constexpr std::string_view kOutputs[] = {"VWMA"};

}  // namespace

constexpr Definition kVwma{
    .name = "VWMA",
    .title = "Volume-weighted moving average",
    .description =
        "Mean of the last length closes weighted by volume. First value with bar length. No value while nothing has "
        "traded in the window, so an index without volume never has one. As in pandas-ta.",
    .source = "pandas-ta 0.3.14b VWMA",
    .parameters = kParameters,
    .outputs = kOutputs,
    .warm_up = [](std::span<const double> values) { return bar_count(values[0]); },
    .make = make_stepped<Vwma>,
};

}  // namespace subd::indicator
