#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "market/bar.hpp"
#include "market/calendar_rules.hpp"
#include "market/timeframe.hpp"
#include "market/zone_offsets.hpp"

namespace subd::market {

/// The bar that a print belongs to; `end` is exclusive.
struct BarSpan {
  base::UtcTime start{};
  base::UtcTime end{};
  TradingDay trading_day{};
  /// No later print belongs to the bar: `end`, or more where prints after the close count to the last bar.
  base::UtcTime until{};
  /// A print between start and end may be out of session all the same: a day's bar spans the pause at noon.
  bool has_pause = false;
};

/// One trading session, or all of a day from the first open to the last close; `close` is exclusive.
struct SessionSpan {
  base::UtcTime open{};
  base::UtcTime close{};
  friend bool operator==(const SessionSpan&, const SessionSpan&) = default;
};

/// When an exchange trades, and therefore where its bars begin and end.
///
/// A bar starts at the open of its trading session plus a whole number of timeframes, so that a 60min NSE bar starts at
/// 09:15 and the last one (15:15) is cut at the close; a day's bar is from the first open to the last close. Opens and
/// closes follow the exchange's clock, lengths in between the real time: a day of 24 hours has 23 or 25 when the clock
/// is moved.
///
/// Threads: immutable after construction; safe to read from any. Nothing here locks, and only sessions() allocates.
/// Dates:   holidays and special days are known from 1970 to 2099; outside, every week is a usual one.
class TradingCalendar {
 public:
  /// REQUIRES: !find_problem(rules). Throws std::runtime_error when the system has no zone database.
  explicit TradingCalendar(CalendarRules rules);

  [[nodiscard]] const CalendarRules& rules() const noexcept { return rules_; }
  [[nodiscard]] std::string_view exchange() const noexcept { return rules_.exchange; }

  /// The bar of `timeframe` that a print at `time` belongs to; nullopt outside the trading sessions: such prints make
  /// no bar and are counted by the caller. With CalendarRules::pre_open or post_close, prints so near to the first open
  /// or last close of the day belong to its first or last bar.
  [[nodiscard]] std::optional<BarSpan> bar_at(base::UtcTime time, Timeframe timeframe) const noexcept;

  /// The bar after `bar` of the same timeframe, over pauses, nights and holidays; nullopt when there is none for a
  /// year. REQUIRES: `bar` is of this calendar.
  [[nodiscard]] std::optional<BarSpan> next_bar(const BarSpan& bar, Timeframe timeframe) const noexcept;

  /// The trading day at `time`, in a session or not, traded on or not.
  [[nodiscard]] TradingDay day_at(base::UtcTime time) const noexcept;

  [[nodiscard]] bool is_trading_day(TradingDay day) const noexcept { return plan_of(day).count > 0; }

  /// Trading days after `first`, up to `last` and with it; 0 when that is not later. For years of 252 days.
  [[nodiscard]] std::int64_t trading_days(TradingDay first, TradingDay last) const noexcept;

  /// First open and last close; nullopt on a day without trading.
  [[nodiscard]] std::optional<SessionSpan> session_of(TradingDay day) const noexcept;

  /// Every trading session of the day, in order.
  [[nodiscard]] std::vector<SessionSpan> sessions(TradingDay day) const;

  /// When the next trading session opens, at `time` or later; nullopt when none does for a year.
  [[nodiscard]] std::optional<base::UtcTime> next_open(base::UtcTime time) const noexcept;

  /// Local time minus UTC at `time`, for texts that give the exchange's time without an offset.
  [[nodiscard]] std::chrono::minutes offset_at(base::UtcTime time) const noexcept;

  /// What the exchange's clock shows at `time`, so many days later.
  [[nodiscard]] base::UtcTime days_after(base::UtcTime time, std::chrono::days count) const noexcept;

 private:
  void make_table();
  std::uint8_t number_of(const DayPlan& plan);
  [[nodiscard]] const DayPlan& plan_of(TradingDay day) const noexcept;
  /// The first day after `day` with trading, at most a year on.
  [[nodiscard]] std::optional<TradingDay> day_after(TradingDay day) const noexcept;
  [[nodiscard]] base::UtcTime instant(TradingDay day, std::chrono::minutes since_midnight,
                                      const ZoneOffsets::Stretch& near) const noexcept {
    return zone_.utc_of(LocalTime{day} + since_midnight, near);
  }

  CalendarRules rules_;
  ZoneOffsets zone_;
  std::vector<DayPlan> plans_;            // 0: no trading
  std::array<std::uint8_t, 7> weekly_{};  // plan of each weekday, 0 is Sunday
  std::vector<std::uint8_t> daily_;       // plan of each day of the table
};

}  // namespace subd::market
