#include "indicator/definitions.hpp"
#include "indicator/lag.hpp"
#include "indicator/sliding_fold.hpp"
#include "indicator/stepped.hpp"

namespace subd::indicator {
namespace {

/// Less money than this through a window counts as none, as in TA-Lib.
constexpr double kNoMoney = 1;

struct Mfi {
  explicit Mfi(std::span<const double> values) : rising{bar_count(values[0])}, falling{bar_count(values[0])} {}

  template <class Self, class Step>
  static void evaluate(Self& self, Step step, const market::Bar& bar, std::span<double> out) noexcept {
    const double typical = (bar.high + bar.low + bar.close) / 3;
    const auto before = step(self.typical, typical);
    if (!before) return;
    const double money = typical * bar.volume;
    const auto rising = step(self.rising, typical > *before ? money : 0.0);
    const auto falling = step(self.falling, typical < *before ? money : 0.0);
    if (!rising || !falling) return;
    const double all = *rising + *falling;
    out[0] = all < kNoMoney ? 0.0 : *rising / all * 100;
  }

  Previous typical;
  SlidingFold<Sum> rising;
  SlidingFold<Sum> falling;
};

constexpr Parameter kParameters[] = {length_parameter(14, 2, "changes in the window")};
constexpr std::string_view kOutputs[] = {"MFI"};

}  // namespace

constexpr Definition kMfi{
    .name = "MFI",
    .title = "Money flow index",
    .description =
        "Share of the money that was traded as the price rose in all that was traded as it changed, over length "
        "changes, 0 to 100; price: (high + low + close) / 3, money: price times volume. 0 where that is less than 1 in "
        "all, so an index without volume has always 0.",
    .source = "TA-Lib 0.6 MFI",
    .parameters = kParameters,
    .outputs = kOutputs,
    .warm_up = [](std::span<const double> values) { return bar_count(values[0]) + 1; },
    .make = make_stepped<Mfi>,
};

}  // namespace subd::indicator
