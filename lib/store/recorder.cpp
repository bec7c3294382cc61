#include "store/recorder.hpp"

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>

#include <algorithm>
#include <chrono>
#include <utility>

namespace subd::store {
namespace {

base::UtcTime end_of(const market::TradingCalendar& calendar, market::Timeframe timeframe, base::UtcTime start) {
  const auto span = calendar.bar_at(start, timeframe);
  return span && span->start == start ? span->end : start + market::timeframe_length(timeframe);
}

std::uint64_t key_of(const ClosedBar& bar) noexcept {
  return static_cast<std::uint64_t>(bar.instrument) * market::kTimeframes.size() +
         static_cast<std::uint64_t>(bar.timeframe);
}

}  // namespace

bool has_session_time(const market::TradingCalendar& calendar, const Gap& between) {
  if (between.from >= between.to) return false;
  // A print before the open may belong to the first bar, so the bar's own ends decide.
  const auto bar = calendar.bar_at(between.from, market::Timeframe::S1);
  if (bar && bar->start <= between.from && between.from < bar->end) return true;
  const auto open = calendar.next_open(between.from);
  return open && *open < between.to;
}

Recorder::Known& Recorder::known(SQLite::Database& connection, const ClosedBar& bar,
                                 const market::TradingCalendar& calendar) {
  const auto [it, is_new] = known_.try_emplace(key_of(bar));
  Known& known = it->second;
  if (!is_new) return known;
  known.row = find_or_add_stream(connection, {source_, (*instruments_)[bar.instrument].symbol, bar.timeframe});
  SQLite::Statement row{connection, "SELECT max(start) FROM bars WHERE stream=?"};
  row.bind(1, known.row);
  if (row.executeStep() && !row.isColumnNull(0)) {
    known.newest_end = end_of(calendar, bar.timeframe, time_of(row.getColumn(0).getInt64()));
  }
  return known;
}

Result<Recorder::Written> Recorder::write(Database& database, std::span<const ClosedBar> bars) {
  auto written = database.write(Durability::Process, [&](SQLite::Database& connection) {
    Written out;
    BarUpsert upsert{connection};
    for (const ClosedBar& closed : bars) {
      const market::TradingCalendar& calendar = calendars_.of((*instruments_)[closed.instrument].exchange);
      Known& stream = known(connection, closed, calendar);
      const bool lost = stream.losses != closed.losses;
      if (stream.newest_end && (lost || stream.since != closed.since)) {
        const Gap gap{*stream.newest_end, lost ? std::max(closed.bar.start, closed.since) : closed.since};
        if (has_session_time(calendar, gap)) {
          add_gap(connection, stream.row, gap);
          ++out.gaps;
        }
      }
      upsert(stream.row, closed.bar);
      const base::UtcTime end = end_of(calendar, closed.timeframe, closed.bar.start);
      stream.newest_end = stream.newest_end ? std::max(*stream.newest_end, end) : end;
      stream.since = closed.since;
      stream.losses = closed.losses;
      ++out.bars;
    }
    return out;
  });
  // What was learned in a transaction that did not happen is not so; the next batch asks the file again.
  if (!written) known_.clear();
  return written;
}

}  // namespace subd::store
