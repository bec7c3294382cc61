#include "indicator/anchored_average.hpp"
#include "indicator/definitions.hpp"
#include "indicator/stepped.hpp"

namespace subd::indicator {
namespace {

struct Vwapbands {
  explicit Vwapbands(std::span<const double> values) : average{static_cast<Anchor>(values[0])}, std{values[1]} {}

  template <class Self, class Step>
  static void evaluate(Self& self, Step step, const market::Bar& bar, std::span<double> out) noexcept {
    const auto average = step(self.average, bar);
    if (!average) return;
    const double half = self.std * average->population_deviation();
    out[0] = average->mean - half;
    out[1] = average->mean;
    out[2] = average->mean + half;
  }

  AnchoredAverage average;
  double std;
};

constexpr std::string_view kStdAliases[] = {"stddev", "nbdev", "multiplier"};
constexpr Parameter kParameters[] = {
    anchor_parameter(),
    {.name = "std",
     .aliases = kStdAliases,
     .kind = ParameterKind::Real,
     .default_value = 2,
     .minimum = 0.01,
     .maximum = 100,
     .doc = "standard deviations from VWAP to a band"},
};
constexpr std::string_view kOutputs[] = {"VWAPL", "VWAP", "VWAPU"};

}  // namespace

constexpr Definition kVwapbands{
    .name = "VWAPBANDS",
    .title = "Bands around the volume-weighted average price",
    .description =
        "VWAP: as the indicator VWAP; VWAPL and VWAPU: std deviations below and above it. The deviation is that of "
        "(high + low + close) / 3 from VWAP, weighted by volume, over the whole population since the anchor; at one "
        "price alone the bands meet. First value with bar 1; none until something has traded since the anchor. "
        "pandas-ta 0.3.14b has no such bands.",
    .source = "subd; VWAP as in pandas-ta",
    .parameters = kParameters,
    .outputs = kOutputs,
    .warm_up = [](std::span<const double>) { return std::size_t{1}; },
    .make = make_stepped<Vwapbands>,
};

}  // namespace subd::indicator
