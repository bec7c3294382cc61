#include "store/bar_rows.hpp"

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>

#include <chrono>
#include <cmath>
#include <limits>
#include <string>

namespace subd::store {

std::int64_t ms_of(base::UtcTime time) noexcept {
  return time.time_since_epoch().count();
}

base::UtcTime time_of(std::int64_t ms) noexcept {
  return base::UtcTime{std::chrono::milliseconds{ms}};
}

market::Bar bar_of(SQLite::Statement& row) {
  market::Bar bar;
  bar.start = time_of(row.getColumn(0).getInt64());
  bar.open = row.getColumn(1).getDouble();
  bar.high = row.getColumn(2).getDouble();
  bar.low = row.getColumn(3).getDouble();
  bar.close = row.getColumn(4).getDouble();
  bar.volume = row.getColumn(5).getDouble();
  bar.oi = row.isColumnNull(6) ? std::numeric_limits<double>::quiet_NaN() : row.getColumn(6).getDouble();
  bar.trading_day = market::TradingDay{std::chrono::days{row.getColumn(7).getInt64()}};
  return bar;
}

std::optional<StreamRow> find_stream(SQLite::Database& connection, const StreamKey& key) {
  SQLite::Statement row{connection, "SELECT id FROM streams WHERE source=? AND symbol=? AND timeframe=?"};
  row.bind(1, key.source);
  row.bind(2, key.symbol);
  row.bind(3, std::string{market::timeframe_name(key.timeframe)});
  if (!row.executeStep()) return std::nullopt;
  return row.getColumn(0).getInt64();
}

StreamRow find_or_add_stream(SQLite::Database& connection, const StreamKey& key) {
  if (const auto found = find_stream(connection, key)) return *found;
  SQLite::Statement row{connection, "INSERT INTO streams(source, symbol, timeframe) VALUES(?, ?, ?)"};
  row.bind(1, key.source);
  row.bind(2, key.symbol);
  row.bind(3, std::string{market::timeframe_name(key.timeframe)});
  row.exec();
  return connection.getLastInsertRowid();
}

BarUpsert::BarUpsert(SQLite::Database& connection)
    : statement_{std::make_unique<SQLite::Statement>(
          connection,
          "INSERT INTO bars(start, open, high, low, close, volume, oi, day, stream) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?) "
          "ON CONFLICT(stream, start) DO UPDATE SET open=excluded.open, high=excluded.high, low=excluded.low, "
          "close=excluded.close, volume=excluded.volume, oi=excluded.oi, day=excluded.day")} {}

BarUpsert::~BarUpsert() = default;

void BarUpsert::operator()(StreamRow stream, const market::Bar& bar) {
  SQLite::Statement& row = *statement_;
  row.reset();
  row.bind(1, ms_of(bar.start));
  row.bind(2, bar.open);
  row.bind(3, bar.high);
  row.bind(4, bar.low);
  row.bind(5, bar.close);
  row.bind(6, bar.volume);
  if (std::isnan(bar.oi)) {
    row.bind(7);
  } else {
    row.bind(7, bar.oi);
  }
  row.bind(8, static_cast<std::int64_t>(bar.trading_day.time_since_epoch().count()));
  row.bind(9, stream);
  row.exec();
}

void add_gap(SQLite::Database& connection, StreamRow stream, const Gap& gap) {
  SQLite::Statement row{connection,
                        "INSERT INTO gaps(stream, from_ms, to_ms) VALUES(?, ?, ?) "
                        "ON CONFLICT(stream, from_ms) DO UPDATE SET to_ms=max(to_ms, excluded.to_ms)"};
  row.bind(1, stream);
  row.bind(2, ms_of(gap.from));
  row.bind(3, ms_of(gap.to));
  row.exec();
}

void close_gaps(SQLite::Database& connection, StreamRow stream, const Gap& between) {
  std::vector<Gap> left;
  SQLite::Statement row{connection, "SELECT from_ms, to_ms FROM gaps WHERE stream=? AND from_ms<? AND to_ms>?"};
  row.bind(1, stream);
  row.bind(2, ms_of(between.to));
  row.bind(3, ms_of(between.from));
  while (row.executeStep()) {
    const Gap gap{time_of(row.getColumn(0).getInt64()), time_of(row.getColumn(1).getInt64())};
    if (gap.from < between.from) left.push_back({gap.from, between.from});
    if (gap.to > between.to) left.push_back({between.to, gap.to});
  }
  SQLite::Statement erased{connection, "DELETE FROM gaps WHERE stream=? AND from_ms<? AND to_ms>?"};
  erased.bind(1, stream);
  erased.bind(2, ms_of(between.to));
  erased.bind(3, ms_of(between.from));
  erased.exec();
  for (const Gap& gap : left) add_gap(connection, stream, gap);
}

}  // namespace subd::store
