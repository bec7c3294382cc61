#include "indicator/definitions.hpp"
#include "indicator/lag.hpp"
#include "indicator/stepped.hpp"

namespace subd::indicator {
namespace {

struct Roc {
  explicit Roc(std::span<const double> values) : closes{bar_count(values[0])} {}

  template <class Self, class Step>
  static void evaluate(Self& self, Step step, const market::Bar& bar, std::span<double> out) noexcept {
    const auto before = step(self.closes, bar.close);
    if (!before) return;
    out[0] = *before == 0 ? 0.0 : (bar.close / *before - 1) * 100;
  }

  Lag closes;
};

constexpr Parameter kParameters[] = {length_parameter(10, 1, "bars to look back")};
constexpr std::string_view kOutputs[] = {"ROC"};

}  // namespace

constexpr Definition kRoc{
    .name = "ROC",
    .title = "Rate of change",
    .description = "Change of the close over length bars, in percent. 0 where the earlier close is 0.",
    .source = "TA-Lib 0.6 ROC",
    .parameters = kParameters,
    .outputs = kOutputs,
    .warm_up = [](std::span<const double> values) { return bar_count(values[0]) + 1; },
    .make = make_stepped<Roc>,
};

}  // namespace subd::indicator
