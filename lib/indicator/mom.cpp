#include "indicator/definitions.hpp"
#include "indicator/lag.hpp"
#include "indicator/stepped.hpp"

namespace subd::indicator {
namespace {

struct Mom {
  explicit Mom(std::span<const double> values) : closes{bar_count(values[0])} {}

  template <class Self, class Step>
  static void evaluate(Self& self, Step step, const market::Bar& bar, std::span<double> out) noexcept {
    if (const auto before = step(self.closes, bar.close)) out[0] = bar.close - *before;
  }

  Lag closes;
};

constexpr Parameter kParameters[] = {length_parameter(10, 1, "bars to look back")};
constexpr std::string_view kOutputs[] = {"MOM"};

}  // namespace

constexpr Definition kMom{
    .name = "MOM",
    .title = "Momentum",
    .description = "Change of the close over length bars, in units of price. 0 while nothing moves.",
    .source = "TA-Lib 0.6 MOM",
    .parameters = kParameters,
    .outputs = kOutputs,
    .warm_up = [](std::span<const double> values) { return bar_count(values[0]) + 1; },
    .make = make_stepped<Mom>,
};

}  // namespace subd::indicator
