#include <algorithm>

#include "indicator/definitions.hpp"
#include "indicator/sliding_fold.hpp"
#include "indicator/stepped.hpp"

namespace subd::indicator {
namespace {

struct Donchian {
  explicit Donchian(std::span<const double> values) : lows{bar_count(values[0])}, highs{bar_count(values[1])} {}

  template <class Self, class Step>
  static void evaluate(Self& self, Step step, const market::Bar& bar, std::span<double> out) noexcept {
    const auto low = step(self.lows, bar.low);
    const auto high = step(self.highs, bar.high);
    if (low) out[0] = *low;
    if (low && high) out[1] = (*low + *high) / 2;
    if (high) out[2] = *high;
  }

  SlidingFold<Lowest> lows;
  SlidingFold<Highest> highs;
};

constexpr std::string_view kLowerAliases[] = {"lower_length"};
constexpr std::string_view kUpperAliases[] = {"upper_length"};
constexpr Parameter kParameters[] = {
    {.name = "lower",
     .aliases = kLowerAliases,
     .default_value = 20,
     .minimum = 1,
     .maximum = kLongestWindow,
     .doc = "bars whose lowest low is DCL"},
    {.name = "upper",
     .aliases = kUpperAliases,
     .default_value = 20,
     .minimum = 1,
     .maximum = kLongestWindow,
     .doc = "bars whose highest high is DCU"},
};
constexpr std::string_view kOutputs[] = {"DCL", "DCM", "DCU"};

}  // namespace

constexpr Definition kDonchian{
    .name = "DONCHIAN",
    .title = "Donchian channel",
    .description =
        "DCL: lowest low of the last lower bars; DCU: highest high of the last upper bars; DCM: halfway between. The "
        "newest bar is among them. First values with bar lower, bar upper, and the later of the two. As in pandas-ta.",
    .source = "pandas-ta 0.3.14b DONCHIAN",
    .parameters = kParameters,
    .outputs = kOutputs,
    .warm_up = [](std::span<const double> values) { return bar_count(std::max(values[0], values[1])); },
    .make = make_stepped<Donchian>,
};

}  // namespace subd::indicator
