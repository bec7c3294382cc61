#include "indicator/definitions.hpp"
#include "indicator/relative_strength.hpp"
#include "indicator/stepped.hpp"

namespace subd::indicator {
namespace {

struct Rsi {
  explicit Rsi(std::span<const double> values) : scalar{values[1]}, strength{bar_count(values[0])} {}

  template <class Self, class Step>
  static void evaluate(Self& self, Step step, const market::Bar& bar, std::span<double> out) noexcept {
    if (const auto share = step(self.strength, bar.close)) out[0] = self.scalar * *share;
  }

  double scalar;
  RelativeStrength strength;
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
