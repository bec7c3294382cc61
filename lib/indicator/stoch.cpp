#include "indicator/definitions.hpp"
#include "indicator/sliding_fold.hpp"
#include "indicator/sliding_mean.hpp"
#include "indicator/stepped.hpp"

namespace subd::indicator {
namespace {

struct Stoch {
  explicit Stoch(std::span<const double> values)
      : lows{bar_count(values[0])},
        highs{bar_count(values[0])},
        fast{bar_count(values[2])},
        slow{bar_count(values[1])} {}

  template <class Self, class Step>
  static void evaluate(Self& self, Step step, const market::Bar& bar, std::span<double> out) noexcept {
    const auto low = step(self.lows, bar.low);
    const auto high = step(self.highs, bar.high);
    if (!low || !high) return;
    const double range = (*high - *low) / 100;
    const auto k = step(self.fast, range > 0 ? (bar.close - *low) / range : 0.0);
    if (!k) return;
    const auto d = step(self.slow, *k);
    if (!d) return;
    out[0] = *k;
    out[1] = *d;
  }

  SlidingFold<Lowest> lows;
  SlidingFold<Highest> highs;
  SlidingMean fast;
  SlidingMean slow;
};

constexpr std::string_view kKAliases[] = {"fastk_period", "length", "period"};
constexpr std::string_view kDAliases[] = {"slowd_period"};
constexpr std::string_view kSmoothAliases[] = {"slowk_period", "smooth"};
constexpr Parameter kParameters[] = {
    {.name = "k",
     .aliases = kKAliases,
     .default_value = 14,
     .minimum = 1,
     .maximum = kLongestWindow,
     .doc = "bars whose range the close is placed in"},
    {.name = "d",
     .aliases = kDAliases,
     .default_value = 3,
     .minimum = 1,
     .maximum = kLongestWindow,
     .doc = "bars averaged to make STOCHd of STOCHk"},
    {.name = "smooth_k",
     .aliases = kSmoothAliases,
     .default_value = 3,
     .minimum = 1,
     .maximum = kLongestWindow,
     .doc = "bars averaged to make STOCHk"},
};
constexpr std::string_view kOutputs[] = {"STOCHk", "STOCHd"};

}  // namespace

constexpr Definition kStoch{
    .name = "STOCH",
    .title = "Stochastic oscillator",
    .description =
        "Place of the close in the range of the last k bars, 0 at the lowest low and 100 at the highest high; "
        "STOCHk is its mean over smooth_k bars, STOCHd the mean of STOCHk over d. Both start together. A bar "
        "whose k bars have no range counts as 0.",
    .source = "TA-Lib 0.6 STOCH with simple averages",
    .parameters = kParameters,
    .outputs = kOutputs,
    .warm_up = [](std::span<const double> values) { return bar_count(values[0] + values[1] + values[2]) - 2; },
    .make = make_stepped<Stoch>,
};

}  // namespace subd::indicator
