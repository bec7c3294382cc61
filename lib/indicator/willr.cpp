#include "indicator/definitions.hpp"
#include "indicator/sliding_fold.hpp"
#include "indicator/stepped.hpp"

namespace subd::indicator {
namespace {

struct Willr {
  explicit Willr(std::span<const double> values) : lows{bar_count(values[0])}, highs{bar_count(values[0])} {}

  template <class Self, class Step>
  static void evaluate(Self& self, Step step, const market::Bar& bar, std::span<double> out) noexcept {
    const auto low = step(self.lows, bar.low);
    const auto high = step(self.highs, bar.high);
    if (!low || !high) return;
    const double range = *high - *low;
    out[0] = range > 0 ? (bar.close - *high) / range * 100 : 0.0;
  }

  SlidingFold<Lowest> lows;
  SlidingFold<Highest> highs;
};

constexpr Parameter kParameters[] = {length_parameter(14, 1, "bars whose range the close is placed in")};
constexpr std::string_view kOutputs[] = {"WILLR"};

}  // namespace

constexpr Definition kWillr{
    .name = "WILLR",
    .title = "Williams %R",
    .description =
        "Place of the close in the range of the last length bars: -100 at the lowest low, 0 at the highest high. 0 in "
        "a window without range.",
    .source = "TA-Lib 0.6 WILLR",
    .parameters = kParameters,
    .outputs = kOutputs,
    .warm_up = [](std::span<const double> values) { return bar_count(values[0]); },
    .make = make_stepped<Willr>,
};

}  // namespace subd::indicator
