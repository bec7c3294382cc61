#include <cstdint>

#include "indicator/definitions.hpp"
#include "indicator/lag.hpp"
#include "indicator/sliding_mean.hpp"
#include "indicator/smoothing.hpp"
#include "indicator/stepped.hpp"

namespace subd::indicator {
namespace {

template <class Average>
struct Trix {
  explicit Trix(std::span<const double> values)
      : once{bar_count(values[0])},
        twice{bar_count(values[0])},
        thrice{bar_count(values[0])},
        signal{bar_count(values[1])} {}

  template <class Self, class Step>
  static void evaluate(Self& self, Step step, const market::Bar& bar, std::span<double> out) noexcept {
    const auto once = step(self.once, bar.close);
    if (!once) return;
    const auto twice = step(self.twice, *once);
    if (!twice) return;
    const auto thrice = step(self.thrice, *twice);
    if (!thrice) return;
    const auto before = step(self.before, *thrice);
    if (!before) return;
    const double change = *before == 0 ? 0.0 : (*thrice - *before) / *before * 100;
    out[0] = change;
    if (const auto signal = step(self.signal, change)) out[1] = *signal;
  }

  Ema once;
  Ema twice;
  Ema thrice;
  Previous before;
  Average signal;
};

enum class Smoothing : std::uint8_t { Ema, Sma };

/// In the order of Smoothing.
constexpr std::string_view kSmoothings[] = {"ema", "sma"};
constexpr std::string_view kSignalAliases[] = {"signalperiod", "signal_length"};
constexpr Parameter kParameters[] = {
    length_parameter(30, 1, "of each of the three exponential averages"),
    {.name = "signal",
     .aliases = kSignalAliases,
     .default_value = 9,
     .minimum = 1,
     .maximum = kLongestWindow,
     .doc = "values of TRIX averaged to make TRIXs"},
    {.name = "signal_average",
     .kind = ParameterKind::Choice,
     .default_value = static_cast<double>(Smoothing::Ema),
     .minimum = 0,
     .maximum = 1,
     .choices = kSmoothings,
     .doc = "of TRIXs; ema: exponential; sma: simple, pandas-ta's",
     .convention = true},
};
constexpr std::string_view kOutputs[] = {"TRIX", "TRIXs"};

}  // namespace

constexpr Definition kTrix{
    .name = "TRIX",
    .title = "Rate of change of a triple exponential average",
    .description =
        "TRIX: change in percent, from one bar to the next, of the close averaged exponentially three times over, each "
        "average seeded with the mean of its first length values; TRIXs: exponential average of TRIX, with "
        "signal_average sma a simple one, as in pandas-ta. TRIX starts with bar 3 length - 1, TRIXs signal - 1 bars "
        "later. 0 while nothing moves.",
    .source = "TA-Lib 0.6 TRIX",
    .parameters = kParameters,
    .outputs = kOutputs,
    .warm_up = [](std::span<const double> values) { return 3 * bar_count(values[0]) + bar_count(values[1]) - 2; },
    .make =
        [](std::span<const double> values) {
          const bool simple = static_cast<Smoothing>(values[2]) == Smoothing::Sma;
          return simple ? make_stepped<Trix<SlidingMean>>(values) : make_stepped<Trix<Ema>>(values);
        },
};

}  // namespace subd::indicator
