#include "indicator/anchored_average.hpp"
#include "indicator/definitions.hpp"
#include "indicator/stepped.hpp"

namespace subd::indicator {
namespace {

struct Vwap {
  explicit Vwap(std::span<const double> values) : average{static_cast<Anchor>(values[0])} {}

  template <class Self, class Step>
  static void evaluate(Self& self, Step step, const market::Bar& bar, std::span<double> out) noexcept {
    if (const auto average = step(self.average, bar)) out[0] = average->mean;
  }

  AnchoredAverage average;
};

constexpr Parameter kParameters[] = {anchor_parameter()};
constexpr std::string_view kOutputs[] = {"VWAP"};

}  // namespace

constexpr Definition kVwap{
    .name = "VWAP",
    .title = "Volume-weighted average price",
    .description =
        "Mean of (high + low + close) / 3 weighted by volume since the anchor. No value until something has "
        "traded since the anchor, so an index without volume never has one.",
    .source = "pandas-ta VWAP",
    .parameters = kParameters,
    .outputs = kOutputs,
    .warm_up = [](std::span<const double>) { return std::size_t{1}; },
    .make = make_stepped<Vwap>,
};

}  // namespace subd::indicator
