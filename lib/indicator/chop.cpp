#include <cmath>

#include "indicator/definitions.hpp"
#include "indicator/sliding_fold.hpp"
#include "indicator/smoothing.hpp"
#include "indicator/stepped.hpp"
#include "indicator/true_range.hpp"

namespace subd::indicator {
namespace {

struct Chop {
  explicit Chop(std::span<const double> values)
      : scale{values[2] / std::log10(values[0])},
        average{bar_count(values[1])},
        path{bar_count(values[0])},
        lows{bar_count(values[0])},
        highs{bar_count(values[0])} {}

  template <class Self, class Step>
  static void evaluate(Self& self, Step step, const market::Bar& bar, std::span<double> out) noexcept {
    const auto low = step(self.lows, bar.low);
    const auto high = step(self.highs, bar.high);
    const auto range = step(self.range, bar);
    if (!range) return;
    const auto average = step(self.average, *range);
    if (!average) return;
    const auto path = step(self.path, *average);
    if (!path || !low || !high) return;
    const double span = *high - *low;
    if (span > 0) out[0] = self.scale * std::log10(*path / span);
  }

  double scale;
  TrueRange range;
  Wilder average;
  SlidingFold<Sum> path;
  SlidingFold<Lowest> lows;
  SlidingFold<Highest> highs;
};

constexpr Parameter kParameters[] = {
    length_parameter(14, 2, "bars in the window"),
    {.name = "atr_length",
     .default_value = 1,
     .minimum = 1,
     .maximum = kLongestWindow,
     .doc = "bars of Wilder smoothing of the true range"},
    {.name = "scalar",
     .kind = ParameterKind::Real,
     .default_value = 100,
     .minimum = 0.01,
     .maximum = 10000,
     .doc = "value of a window whose every bar spans all of it"},
};
constexpr std::string_view kOutputs[] = {"CHOP"};

}  // namespace

constexpr Definition kChop{
    .name = "CHOP",
    .title = "Choppiness index",
    .description =
        "scalar log10(sum of ATR(atr_length) / (highest high - lowest low)) / log10(length), sum and extremes over the "
        "last length bars: low in a trend, high in a sideways market. First value with bar length + atr_length. No "
        "value in a window without range. pandas-ta weights a smoothed ATR without a seed; with atr_length 1 there is "
        "no difference.",
    .source = "pandas-ta 0.3.14b CHOP with log10",
    .parameters = kParameters,
    .outputs = kOutputs,
    .warm_up = [](std::span<const double> values) { return bar_count(values[0] + values[1]); },
    .make = make_stepped<Chop>,
};

}  // namespace subd::indicator
