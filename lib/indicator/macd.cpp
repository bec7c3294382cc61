#include "indicator/definitions.hpp"
#include "indicator/smoothing.hpp"
#include "indicator/stepped.hpp"

namespace subd::indicator {
namespace {

struct Macd {
  // The fast average starts late, so that both seeds end on the same bar.
  explicit Macd(std::span<const double> values)
      : fast{bar_count(values[0]), bar_count(values[1] - values[0])},
        slow{bar_count(values[1])},
        signal{bar_count(values[2])} {}

  template <class Self, class Step>
  static void evaluate(Self& self, Step step, const market::Bar& bar, std::span<double> out) noexcept {
    const auto fast = step(self.fast, bar.close);
    const auto slow = step(self.slow, bar.close);
    if (!fast || !slow) return;
    const double line = *fast - *slow;
    const auto signal = step(self.signal, line);
    if (!signal) return;
    out[0] = line;
    out[1] = line - *signal;
    out[2] = *signal;
  }

  Ema fast;
  Ema slow;
  Ema signal;
};

constexpr std::string_view kFastAliases[] = {"fastperiod", "fast_length"};
constexpr std::string_view kSlowAliases[] = {"slowperiod", "slow_length"};
constexpr std::string_view kSignalAliases[] = {"signalperiod", "signal_length"};
constexpr Parameter kParameters[] = {
    {.name = "fast",
     .aliases = kFastAliases,
     .default_value = 12,
     .minimum = 1,
     .maximum = kLongestWindow,
     .doc = "length of the fast exponential average"},
    {.name = "slow",
     .aliases = kSlowAliases,
     .default_value = 26,
     .minimum = 2,
     .maximum = kLongestWindow,
     .doc = "length of the slow exponential average"},
    {.name = "signal",
     .aliases = kSignalAliases,
     .default_value = 9,
     .minimum = 1,
     .maximum = kLongestWindow,
     .doc = "length of the exponential average of the difference"},
};
constexpr Ordering kOrderings[] = {{.smaller = 0, .larger = 1}};
constexpr std::string_view kOutputs[] = {"MACD", "MACDh", "MACDs"};

}  // namespace

constexpr Definition kMacd{
    .name = "MACD",
    .title = "Moving average convergence divergence",
    .description =
        "MACD: fast less slow exponential average of the close; MACDs: its exponential average; MACDh: MACD "
        "less MACDs. The fast average is seeded with the closes that end where the slow seed ends. All "
        "three start together.",
    .source = "TA-Lib 0.6 MACD",
    .parameters = kParameters,
    .orderings = kOrderings,
    .outputs = kOutputs,
    .warm_up = [](std::span<const double> values) { return bar_count(values[1]) + bar_count(values[2]) - 1; },
    .make = make_stepped<Macd>,
};

}  // namespace subd::indicator
