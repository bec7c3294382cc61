#include "indicator/definitions.hpp"
#include "indicator/smoothing.hpp"
#include "indicator/stepped.hpp"
#include "indicator/true_range.hpp"

namespace subd::indicator {
namespace {

struct Atr {
  explicit Atr(std::span<const double> values) : ranges{bar_count(values[0])} {}

  template <class Self, class Step>
  static void evaluate(Self& self, Step step, const market::Bar& bar, std::span<double> out) noexcept {
    const auto range = step(self.range, bar);
    if (!range) return;
    if (const auto average = step(self.ranges, *range)) out[0] = *average;
  }

  TrueRange range;
  Wilder ranges;
};

constexpr Parameter kParameters[] = {length_parameter(14, 1, "bars of Wilder smoothing")};
constexpr std::string_view kOutputs[] = {"ATR"};

}  // namespace

constexpr Definition kAtr{
    .name = "ATR",
    .title = "Average true range",
    .description =
        "Wilder's average of the true range, which is the bar's range widened to the previous close. 0 while "
        "nothing moves.",
    .source = "TA-Lib 0.6 ATR",
    .parameters = kParameters,
    .outputs = kOutputs,
    .warm_up = [](std::span<const double> values) { return bar_count(values[0]) + 1; },
    .make = make_stepped<Atr>,
};

}  // namespace subd::indicator
