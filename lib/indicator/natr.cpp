#include <cstdint>

#include "indicator/definitions.hpp"
#include "indicator/smoothing.hpp"
#include "indicator/stepped.hpp"
#include "indicator/true_range.hpp"

namespace subd::indicator {
namespace {

template <class Average>
struct Natr {
  explicit Natr(std::span<const double> values) : average{bar_count(values[0])} {}

  template <class Self, class Step>
  static void evaluate(Self& self, Step step, const market::Bar& bar, std::span<double> out) noexcept {
    const auto range = step(self.range, bar);
    if (!range) return;
    const auto average = step(self.average, *range);
    if (!average) return;
    out[0] = bar.close == 0 ? 0.0 : *average / bar.close * 100;
  }

  TrueRange range;
  Average average;
};

enum class Smoothing : std::uint8_t { Rma, Ema };

/// In the order of Smoothing.
constexpr std::string_view kSmoothings[] = {"rma", "ema"};
constexpr std::string_view kAverageAliases[] = {"mamode"};
constexpr Parameter kParameters[] = {
    length_parameter(14, 1, "bars of smoothing"),
    {.name = "average",
     .aliases = kAverageAliases,
     .kind = ParameterKind::Choice,
     .default_value = static_cast<double>(Smoothing::Rma),
     .minimum = 0,
     .maximum = 1,
     .choices = kSmoothings,
     .doc = "rma: Wilder's; ema: exponential, pandas-ta's default",
     .convention = true},
};
constexpr std::string_view kOutputs[] = {"NATR"};

}  // namespace

constexpr Definition kNatr{
    .name = "NATR",
    .title = "Normalized average true range",
    .description =
        "Wilder's average of the true range in percent of the close; with average ema an exponential average, as "
        "pandas-ta has it by default. 0 while nothing moves, and where the close is 0.",
    .source = "TA-Lib 0.6 NATR",
    .parameters = kParameters,
    .outputs = kOutputs,
    .warm_up = [](std::span<const double> values) { return bar_count(values[0]) + 1; },
    .make =
        [](std::span<const double> values) {
          const bool exponential = static_cast<Smoothing>(values[1]) == Smoothing::Ema;
          return exponential ? make_stepped<Natr<Ema>>(values) : make_stepped<Natr<Wilder>>(values);
        },
};

}  // namespace subd::indicator
