#include "indicator/definitions.hpp"
#include "indicator/smoothing.hpp"
#include "indicator/stepped.hpp"
#include "indicator/true_range.hpp"

namespace subd::indicator {
namespace {

struct Kc {
  explicit Kc(std::span<const double> values)
      : scalar{values[1]}, closes{bar_count(values[0])}, ranges{bar_count(values[0])} {}

  template <class Self, class Step>
  static void evaluate(Self& self, Step step, const market::Bar& bar, std::span<double> out) noexcept {
    const auto middle = step(self.closes, bar.close);
    const auto range = step(self.range, bar);
    if (!range) return;
    const auto average = step(self.ranges, *range);
    if (!middle || !average) return;
    const double half = self.scalar * *average;
    out[0] = *middle - half;
    out[1] = *middle;
    out[2] = *middle + half;
  }

  double scalar;
  Ema closes;
  TrueRange range;
  Ema ranges;
};

constexpr std::string_view kScalarAliases[] = {"multiplier"};
constexpr Parameter kParameters[] = {
    length_parameter(20, 1, "length of both exponential averages"),
    {.name = "scalar",
     .aliases = kScalarAliases,
     .kind = ParameterKind::Real,
     .default_value = 2,
     .minimum = 0.01,
     .maximum = 100,
     .doc = "average true ranges from the middle to a band"},
};
constexpr std::string_view kOutputs[] = {"KCL", "KCB", "KCU"};

}  // namespace

constexpr Definition kKc{
    .name = "KC",
    .title = "Keltner channel",
    .description =
        "KCB: exponential average of the close; KCL and KCU: scalar exponential averages of the true range below and "
        "above it. The first bar has no true range, so the average of the ranges is seeded with bars 2 to length + 1 "
        "and all three start together with bar length + 1; pandas-ta seeds it with one range less and starts a bar "
        "earlier. The bands meet when nothing moves.",
    .source = "pandas-ta 0.3.14b KC with exponential averages",
    .parameters = kParameters,
    .outputs = kOutputs,
    .warm_up = [](std::span<const double> values) { return bar_count(values[0]) + 1; },
    .make = make_stepped<Kc>,
};

}  // namespace subd::indicator
