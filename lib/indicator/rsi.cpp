#include "indicator/definitions.hpp"
#include "indicator/lag.hpp"
#include "indicator/smoothing.hpp"
#include "indicator/stepped.hpp"

namespace subd::indicator {
namespace {

/// Below this the averages count as no movement at all, as in TA-Lib.
constexpr double kNoMovement = 1e-14;

struct Rsi {
  explicit Rsi(std::span<const double> values)
      : scalar{values[1]}, gains{bar_count(values[0])}, losses{bar_count(values[0])} {}

  template <class Self, class Step>
  static void evaluate(Self& self, Step step, const market::Bar& bar, std::span<double> out) noexcept {
    const auto before = step(self.close, bar.close);
    if (!before) return;
    const double change = bar.close - *before;
    const auto gain = step(self.gains, change > 0 ? change : 0.0);
    const auto loss = step(self.losses, change < 0 ? -change : 0.0);
    if (!gain || !loss) return;
    const double movement = *gain + *loss;
    out[0] = movement < kNoMovement ? 0.0 : self.scalar * (*gain / movement);
  }

  double scalar;
  Previous close;
  Wilder gains;
  Wilder losses;
};

constexpr Parameter kParameters[] = {
    length_parameter(14, 2, "bars of Wilder smoothing"),
    {.name = "scalar",
     .kind = ParameterKind::Real,
     .default_value = 100,
     .minimum = 0.01,
     .maximum = 10000,
     .doc = "value of an index that has only risen"},
};
constexpr std::string_view kOutputs[] = {"RSI"};

}  // namespace

constexpr Definition kRsi{
    .name = "RSI",
    .title = "Relative strength index",
    .description =
        "Share of gains in all movement of the close, both in Wilder's average, from 0 to scalar. "
        "A series that does not move at all has 0.",
    .source = "TA-Lib 0.6 RSI",
    .parameters = kParameters,
    .outputs = kOutputs,
    .warm_up = [](std::span<const double> values) { return bar_count(values[0]) + 1; },
    .make = make_stepped<Rsi>,
};

}  // namespace subd::indicator
