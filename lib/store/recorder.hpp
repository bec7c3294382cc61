#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <utility>

#include "base/clock.hpp"
#include "market/calendar_set.hpp"
#include "market/instrument_table.hpp"
#include "store/bar_rows.hpp"
#include "store/closed_bar.hpp"
#include "store/database.hpp"

namespace subd::store {

/// Whether any of [from, to) is inside a trading session.
[[nodiscard]] bool has_session_time(const market::TradingCalendar& calendar, const Gap& between);

/// Writes batches of closed bars and notes what is missing between them.
///
/// Owner: Store; the store thread.
/// Gaps:  when a stream begins to be watched (ClosedBar::since) after the end of its newest stored bar, and the market
///        was open in between, that time is a gap. A bar that nothing was traded in is none.
class Recorder {
 public:
  /// What one batch did.
  struct Written {
    std::size_t bars = 0;
    std::size_t gaps = 0;
  };

  /// `calendars` outlive it.
  Recorder(std::string source, std::shared_ptr<const market::InstrumentTable> instruments,
           const market::CalendarSet& calendars)
      : source_{std::move(source)}, instruments_{std::move(instruments)}, calendars_{calendars} {}

  /// One transaction: all of it or nothing.
  [[nodiscard]] Result<Written> write(Database& database, std::span<const ClosedBar> bars);

 private:
  struct Known {
    StreamRow row = 0;
    std::optional<base::UtcTime> newest_end;  // of what is stored
    std::optional<base::UtcTime> since;       // of the newest bar that this object wrote
    std::uint64_t losses = 0;                 // of the same
  };

  Known& known(SQLite::Database& connection, const ClosedBar& bar, const market::TradingCalendar& calendar);

  std::string source_;
  std::shared_ptr<const market::InstrumentTable> instruments_;
  const market::CalendarSet& calendars_;
  std::unordered_map<std::uint64_t, Known> known_;  // by instrument and timeframe
};

}  // namespace subd::store
