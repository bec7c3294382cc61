#include "store/bar_store.hpp"

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>
#include <fmt/format.h>

#include <algorithm>
#include <tuple>
#include <utility>

#include "store/bar_rows.hpp"

namespace subd::store {
namespace {

/// SQLite's integers are signed; nobody asks for more rows than that.
std::int64_t limit_of(std::size_t count) noexcept {
  return static_cast<std::int64_t>(std::min<std::size_t>(count, std::size_t{1} << 40));
}

void bind_range(SQLite::Statement& row, StreamRow stream, const TimeRange& range) {
  row.bind(1, stream);
  row.bind(2, ms_of(range.from));
  row.bind(3, ms_of(range.to));
}

std::int64_t count_rows(SQLite::Database& connection, StreamRow stream, const TimeRange& range) {
  SQLite::Statement row{connection, "SELECT count(*) FROM bars WHERE stream=? AND start>=? AND start<?"};
  bind_range(row, stream, range);
  row.executeStep();
  return row.getColumn(0).getInt64();
}

}  // namespace

Result<std::vector<market::Bar>> BarStore::newest(const StreamKey& key, std::size_t count, base::UtcTime before) {
  return database_.read([&](SQLite::Database& connection) {
    std::vector<market::Bar> bars;
    const auto stream = find_stream(connection, key);
    if (!stream) return bars;
    SQLite::Statement row{
        connection,
        fmt::format("SELECT {} FROM bars WHERE stream=? AND start<? ORDER BY start DESC LIMIT ?", kBarColumns)};
    row.bind(1, *stream);
    row.bind(2, ms_of(before));
    row.bind(3, limit_of(count));
    while (row.executeStep()) bars.push_back(bar_of(row));
    std::reverse(bars.begin(), bars.end());
    return bars;
  });
}

Result<std::vector<market::Bar>> BarStore::range(const StreamKey& key, TimeRange range, std::size_t limit) {
  return database_.read([&](SQLite::Database& connection) {
    std::vector<market::Bar> bars;
    const auto stream = find_stream(connection, key);
    if (!stream) return bars;
    SQLite::Statement row{
        connection,
        fmt::format("SELECT {} FROM bars WHERE stream=? AND start>=? AND start<? ORDER BY start LIMIT ?", kBarColumns)};
    bind_range(row, *stream, range);
    row.bind(4, limit_of(limit));
    while (row.executeStep()) bars.push_back(bar_of(row));
    return bars;
  });
}

Result<std::size_t> BarStore::count(const StreamKey& key, TimeRange range) {
  return database_.read([&](SQLite::Database& connection) -> std::size_t {
    const auto stream = find_stream(connection, key);
    return stream ? static_cast<std::size_t>(count_rows(connection, *stream, range)) : 0;
  });
}

Result<std::vector<Gap>> BarStore::gaps(const StreamKey& key) {
  return database_.read([&](SQLite::Database& connection) {
    std::vector<Gap> gaps;
    const auto stream = find_stream(connection, key);
    if (!stream) return gaps;
    SQLite::Statement row{connection, "SELECT from_ms, to_ms FROM gaps WHERE stream=? ORDER BY from_ms"};
    row.bind(1, *stream);
    while (row.executeStep()) {
      gaps.push_back({time_of(row.getColumn(0).getInt64()), time_of(row.getColumn(1).getInt64())});
    }
    return gaps;
  });
}

Result<std::vector<StreamSummary>> BarStore::streams(std::string_view source) {
  auto found = database_.read([&](SQLite::Database& connection) {
    std::vector<StreamSummary> out;
    SQLite::Statement row{
        connection,
        "SELECT source, symbol, timeframe, (SELECT count(*) FROM gaps WHERE stream=id), "
        "(SELECT min(start) FROM bars WHERE stream=id), (SELECT max(start) FROM bars WHERE stream=id), "
        "(SELECT count(*) FROM bars WHERE stream=id) "
        "FROM streams WHERE ?1='' OR source=?1"};
    row.bind(1, std::string{source});
    while (row.executeStep()) {
      const auto timeframe = market::parse_timeframe(row.getColumn(2).getString());
      if (!timeframe || row.isColumnNull(4)) continue;
      StreamSummary summary;
      summary.key = {row.getColumn(0).getString(), row.getColumn(1).getString(), *timeframe};
      summary.gaps = static_cast<std::size_t>(row.getColumn(3).getInt64());
      summary.first = time_of(row.getColumn(4).getInt64());
      summary.last = time_of(row.getColumn(5).getInt64());
      summary.bars = static_cast<std::size_t>(row.getColumn(6).getInt64());
      out.push_back(std::move(summary));
    }
    return out;
  });
  if (found) {
    std::sort(found->begin(), found->end(), [](const StreamSummary& a, const StreamSummary& b) {
      return std::tie(a.key.source, a.key.symbol, a.key.timeframe) <
             std::tie(b.key.source, b.key.symbol, b.key.timeframe);
    });
  }
  return found;
}

Result<std::size_t> BarStore::import(const StreamKey& key, std::span<const market::Bar> bars) {
  if (bars.empty()) return std::size_t{0};
  return database_.write(Durability::Device, [&](SQLite::Database& connection) {
    const StreamRow stream = find_or_add_stream(connection, key);
    BarUpsert upsert{connection};
    TimeRange range{bars.front().start, bars.front().start};
    for (const market::Bar& bar : bars) {
      upsert(stream, bar);
      range.from = std::min(range.from, bar.start);
      range.to = std::max(range.to, bar.start + market::timeframe_length(key.timeframe));
    }
    close_gaps(connection, stream, {range.from, range.to});
    return static_cast<std::size_t>(count_rows(connection, stream, range));
  });
}

Result<std::size_t> BarStore::erase(const StreamKey& key, TimeRange range) {
  return database_.write(Durability::Device, [&](SQLite::Database& connection) -> std::size_t {
    const auto stream = find_stream(connection, key);
    if (!stream) return 0;
    SQLite::Statement row{connection, "DELETE FROM bars WHERE stream=? AND start>=? AND start<?"};
    bind_range(row, *stream, range);
    const int erased = row.exec();
    close_gaps(connection, *stream, {range.from, range.to});
    return static_cast<std::size_t>(erased);
  });
}

}  // namespace subd::store
