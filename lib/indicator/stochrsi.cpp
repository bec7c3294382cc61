#include "indicator/definitions.hpp"
#include "indicator/relative_strength.hpp"
#include "indicator/sliding_fold.hpp"
#include "indicator/sliding_mean.hpp"
#include "indicator/stepped.hpp"

namespace subd::indicator {
namespace {

struct Stochrsi {
  explicit Stochrsi(std::span<const double> values)
      : strength{bar_count(values[1])},
        lows{bar_count(values[0])},
        highs{bar_count(values[0])},
        fast{bar_count(values[2])},
        slow{bar_count(values[3])} {}

  template <class Self, class Step>
  static void evaluate(Self& self, Step step, const market::Bar& bar, std::span<double> out) noexcept {
    const auto strength = step(self.strength, bar.close);
    if (!strength) return;
    const auto low = step(self.lows, *strength);
    const auto high = step(self.highs, *strength);
    if (!low || !high) return;
    const double range = *high - *low;
    const auto k = step(self.fast, range > 0 ? (*strength - *low) / range * 100 : 0.0);
    if (!k) return;
    const auto d = step(self.slow, *k);
    if (!d) return;
    out[0] = *k;
    out[1] = *d;
  }

  RelativeStrength strength;
  SlidingFold<Lowest> lows;
  SlidingFold<Highest> highs;
  SlidingMean fast;
  SlidingMean slow;
};

constexpr std::string_view kLengthNames[] = {"fastk_period"};
constexpr std::string_view kRsiAliases[] = {"timeperiod"};
constexpr Parameter kParameters[] = {
    {.name = "length",
     .aliases = kLengthNames,
     .default_value = 14,
     .minimum = 1,
     .maximum = kLongestWindow,
     .doc = "values of RSI whose range the newest is placed in"},
    {.name = "rsi_length",
     .aliases = kRsiAliases,
     .default_value = 14,
     .minimum = 2,
     .maximum = kLongestWindow,
     .doc = "bars of RSI's Wilder smoothing"},
    {.name = "k",
     .default_value = 3,
     .minimum = 1,
     .maximum = kLongestWindow,
     .doc = "values averaged to make STOCHRSIk"},
    {.name = "d",
     .default_value = 3,
     .minimum = 1,
     .maximum = kLongestWindow,
     .doc = "values averaged to make STOCHRSId of STOCHRSIk"},
};
constexpr std::string_view kOutputs[] = {"STOCHRSIk", "STOCHRSId"};

}  // namespace

constexpr Definition kStochrsi{
    .name = "STOCHRSI",
    .title = "Stochastic RSI",
    .description =
        "Place of RSI in the range of its last length values, 0 at the lowest and 100 at the highest; STOCHRSIk is its "
        "mean over k values, STOCHRSId the mean of STOCHRSIk over d. Both start together. A bar whose RSI values have "
        "no range counts as 0.",
    .source = "pandas-ta STOCHRSI with the RSI of TA-Lib 0.6",
    .parameters = kParameters,
    .outputs = kOutputs,
    .warm_up =
        [](std::span<const double> values) { return bar_count(values[0] + values[1] + values[2] + values[3]) - 2; },
    .make = make_stepped<Stochrsi>,
};

}  // namespace subd::indicator
