#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "market/bar.hpp"
#include "market/timeframe.hpp"

namespace subd::market {

/// Start and end of the bar that an instant falls into; `end` is exclusive.
struct BarSpan {
  base::UtcTime start{};
  base::UtcTime end{};
  TradingDay trading_day{};
};

/// When an exchange trades, and therefore where its bars begin and end.
///
/// A bar starts at the trading session's open plus a whole number of timeframes, so that a 60min NSE bar starts at
/// 09:15 and the last one (15:15) is cut at the close; `24x7` starts bars at whole multiples since midnight UTC.
/// Immutable after construction; safe to read from any thread.
class TradingCalendar {
 public:
  virtual ~TradingCalendar() = default;

  [[nodiscard]] virtual std::string_view exchange() const noexcept = 0;

  /// The bar of `timeframe` that `time` falls into; nullopt outside the trading session (pre-open and post-close
  /// prints, weekends): such prints make no bar and are counted by the caller. Holidays are not known here: nothing is
  /// printed on them.
  [[nodiscard]] virtual std::optional<BarSpan> bar_at(base::UtcTime time, Timeframe timeframe) const = 0;

  /// The calendar's date at `time`, in the session or not.
  [[nodiscard]] virtual TradingDay day_at(base::UtcTime time) const = 0;

  /// Local time minus UTC, for texts that give the exchange's time without an offset.
  [[nodiscard]] virtual std::chrono::minutes utc_offset() const noexcept = 0;
};

/// The calendar of `exchange` (`NSE`, `NFO`, `BSE`, `BFO`: 09:15-15:30 IST on weekdays; `24x7`); nullptr when unknown.
/// Calendars are built once and live as long as the process. The first call for an exchange with a time zone reads the
/// system's zone database and throws std::runtime_error when there is none.
[[nodiscard]] const TradingCalendar* find_calendar(std::string_view exchange);

/// The calendar that never closes.
[[nodiscard]] const TradingCalendar& always_open();

}  // namespace subd::market
