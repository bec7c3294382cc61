#include <algorithm>
#include <optional>

#include "indicator/definitions.hpp"
#include "indicator/stepped.hpp"

namespace subd::indicator {
namespace {

/// High, low and close of the trading session before the bar's own.
class SessionBefore {
 public:
  struct Value {
    double high = 0;
    double low = 0;
    double close = 0;
  };

  /// nullopt during the first session.
  std::optional<Value> push(const market::Bar& bar) noexcept {
    if (day_ != bar.trading_day) {
      if (day_) before_ = current_;
      day_ = bar.trading_day;
      current_ = {bar.high, bar.low, bar.close};
    } else {
      current_ = {std::max(current_.high, bar.high), std::min(current_.low, bar.low), bar.close};
    }
    return before_;
  }

  [[nodiscard]] std::optional<Value> peek(const market::Bar& bar) const noexcept {
    if (day_ && day_ != bar.trading_day) return current_;
    return before_;
  }

 private:
  std::optional<market::TradingDay> day_;
  Value current_;
  std::optional<Value> before_;
};

struct Pivots {
  explicit Pivots(std::span<const double>) {}

  template <class Self, class Step>
  static void evaluate(Self& self, Step step, const market::Bar& bar, std::span<double> out) noexcept {
    const auto before = step(self.session, bar);
    if (!before) return;
    const auto [high, low, close] = *before;
    const double pivot = (high + low + close) / 3;
    out[0] = pivot;
    out[1] = 2 * pivot - low;
    out[2] = pivot + (high - low);
    out[3] = high + 2 * (pivot - low);
    out[4] = 2 * pivot - high;
    out[5] = pivot - (high - low);
    out[6] = low - 2 * (high - pivot);
  }

  SessionBefore session;
};

constexpr std::string_view kOutputs[] = {"P", "R1", "R2", "R3", "S1", "S2", "S3"};

}  // namespace

constexpr Definition kPivots{
    .name = "PIVOTS",
    .title = "Classic pivot points",
    .description =
        "Of high H, low L and close C of the previous trading session: P = (H + L + C) / 3, R1 = 2P - L, S1 = 2P - H, "
        "R2 = P + (H - L), S2 = P - (H - L), R3 = H + 2(P - L), S3 = L - 2(H - P). All are the same throughout a "
        "session. First values with the first bar of the second session held, which with daily bars is bar 2; a "
        "session of which only the end is held counts as what is held. pandas-ta 0.3.14b has no pivots.",
    .source = "the classic floor trader's formulas",
    .outputs = kOutputs,
    .warm_up = [](std::span<const double>) { return std::size_t{2}; },
    .make = make_stepped<Pivots>,
};

}  // namespace subd::indicator
