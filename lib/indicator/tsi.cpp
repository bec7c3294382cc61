#include <cmath>

#include "indicator/definitions.hpp"
#include "indicator/lag.hpp"
#include "indicator/smoothing.hpp"
#include "indicator/stepped.hpp"

namespace subd::indicator {
namespace {

/// Below this the average movement counts as none, as in RSI.
constexpr double kNoMovement = 1e-14;

struct Tsi {
  explicit Tsi(std::span<const double> values)
      : slow_change{bar_count(values[1])},
        change{bar_count(values[0])},
        slow_movement{bar_count(values[1])},
        movement{bar_count(values[0])},
        signal{bar_count(values[2])} {}

  template <class Self, class Step>
  static void evaluate(Self& self, Step step, const market::Bar& bar, std::span<double> out) noexcept {
    const auto before = step(self.close, bar.close);
    if (!before) return;
    const auto slow_change = step(self.slow_change, bar.close - *before);
    const auto slow_movement = step(self.slow_movement, std::abs(bar.close - *before));
    if (!slow_change || !slow_movement) return;
    const auto change = step(self.change, *slow_change);
    const auto movement = step(self.movement, *slow_movement);
    if (!change || !movement) return;
    const double index = *movement < kNoMovement ? 0.0 : 100 * (*change / *movement);
    const auto signal = step(self.signal, index);
    if (!signal) return;
    out[0] = index;
    out[1] = *signal;
  }

  Previous close;
  Ema slow_change;
  Ema change;
  Ema slow_movement;
  Ema movement;
  Ema signal;
};

constexpr std::string_view kFastAliases[] = {"fastperiod", "fast_length"};
constexpr std::string_view kSlowAliases[] = {"slowperiod", "slow_length"};
constexpr std::string_view kSignalAliases[] = {"signalperiod", "signal_length"};
constexpr Parameter kParameters[] = {
    {.name = "fast",
     .aliases = kFastAliases,
     .default_value = 13,
     .minimum = 1,
     .maximum = kLongestWindow,
     .doc = "length of the second exponential average"},
    {.name = "slow",
     .aliases = kSlowAliases,
     .default_value = 25,
     .minimum = 2,
     .maximum = kLongestWindow,
     .doc = "length of the first exponential average"},
    {.name = "signal",
     .aliases = kSignalAliases,
     .default_value = 13,
     .minimum = 1,
     .maximum = kLongestWindow,
     .doc = "length of the exponential average of TSI"},
};
constexpr Ordering kOrderings[] = {{.smaller = 0, .larger = 1}};
constexpr std::string_view kOutputs[] = {"TSI", "TSIs"};

}  // namespace

constexpr Definition kTsi{
    .name = "TSI",
    .title = "True strength index",
    .description =
        "TSI: 100 times the change of the close, averaged over slow and that again over fast bars, by its absolute "
        "value averaged likewise, all exponentially: from -100 to 100. TSIs: exponential average of TSI. Both start "
        "together with bar slow + fast + signal - 1, because every average is seeded with the mean of its own length "
        "of values; pandas-ta seeds an average of an average with its first value and starts with bar slow. A series "
        "that does not move has 0, where pandas-ta has none. fast must be less than slow.",
    .source = "pandas-ta 0.3.14b TSI",
    .parameters = kParameters,
    .orderings = kOrderings,
    .outputs = kOutputs,
    .warm_up = [](std::span<const double> values) { return bar_count(values[0] + values[1] + values[2]) - 1; },
    .make = make_stepped<Tsi>,
};

}  // namespace subd::indicator
