#include <algorithm>
#include <optional>

#include "indicator/definitions.hpp"
#include "indicator/sliding_fold.hpp"
#include "indicator/stepped.hpp"

namespace subd::indicator {
namespace {

/// Halfway between the lowest low and the highest high of a window.
class Middle {
 public:
  explicit Middle(std::size_t length) : lows_{length}, highs_{length} {}

  std::optional<double> push(const market::Bar& bar) noexcept { return of(lows_.push(bar.low), highs_.push(bar.high)); }
  [[nodiscard]] std::optional<double> peek(const market::Bar& bar) const noexcept {
    return of(lows_.peek(bar.low), highs_.peek(bar.high));
  }

 private:
  static std::optional<double> of(std::optional<double> low, std::optional<double> high) noexcept {
    if (!low || !high) return std::nullopt;
    return (*low + *high) / 2;
  }

  SlidingFold<Lowest> lows_;
  SlidingFold<Highest> highs_;
};

struct Ichimoku {
  explicit Ichimoku(std::span<const double> values)
      : tenkan{bar_count(values[0])}, kijun{bar_count(values[1])}, senkou{bar_count(values[2])} {}

  template <class Self, class Step>
  static void evaluate(Self& self, Step step, const market::Bar& bar, std::span<double> out) noexcept {
    const auto tenkan = step(self.tenkan, bar);
    const auto kijun = step(self.kijun, bar);
    const auto senkou = step(self.senkou, bar);
    if (tenkan) out[0] = *tenkan;
    if (kijun) out[1] = *kijun;
    if (tenkan && kijun) out[2] = (*tenkan + *kijun) / 2;
    if (senkou) out[3] = *senkou;
  }

  Middle tenkan;
  Middle kijun;
  Middle senkou;
};

constexpr Parameter kParameters[] = {
    {.name = "tenkan",
     .default_value = 9,
     .minimum = 1,
     .maximum = kLongestWindow,
     .doc = "bars of the conversion line ITS"},
    {.name = "kijun", .default_value = 26, .minimum = 1, .maximum = kLongestWindow, .doc = "bars of the base line IKS"},
    {.name = "senkou",
     .default_value = 52,
     .minimum = 1,
     .maximum = kLongestWindow,
     .doc = "bars of the second leading span ISB"},
};
constexpr std::string_view kOutputs[] = {"ITS", "IKS", "ISA", "ISB"};

}  // namespace

constexpr Definition kIchimoku{
    .name = "ICHIMOKU",
    .title = "Ichimoku cloud",
    .description =
        "ITS, IKS and ISB: halfway between the lowest low and the highest high of the last tenkan, kijun and senkou "
        "bars; ISA: mean of ITS and IKS. Each starts by itself: ITS with bar tenkan, IKS with bar kijun, ISA with the "
        "later of the two, ISB with bar senkou. ISA and ISB are given with the bar they are computed of; pandas-ta "
        "moves them kijun bars ahead, which is left to whoever draws them. There is no lagging span: it is the close, "
        "drawn kijun bars back.",
    .source = "pandas-ta 0.3.14b ICHIMOKU, unshifted",
    .parameters = kParameters,
    .outputs = kOutputs,
    .warm_up =
        [](std::span<const double> values) {
          return bar_count(std::max({values[0], values[1], values[2]}));
        },
    .make = make_stepped<Ichimoku>,
};

}  // namespace subd::indicator
