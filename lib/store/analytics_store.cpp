#include "store/analytics_store.hpp"

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>
#include <fmt/format.h>

#include "store/bar_rows.hpp"

namespace subd::store {
namespace {

constexpr std::string_view column_of(UsageBy by) noexcept {
  switch (by) {
    case UsageBy::Symbol:
      return "symbol";
    case UsageBy::Timeframe:
      return "timeframe";
    case UsageBy::Indicator:
      break;
  }
  return "indicator";
}

/// Hours and names with their figures. A stream is counted by its own rows, not once more for each indicator.
std::string per_hour(UsageBy by) {
  return fmt::format(
      "SELECT hour, {0} AS name, sum(subscribes) AS subscribes, sum(peak) AS peak FROM analytics "
      "WHERE hour>=? AND indicator{1}'' GROUP BY hour, {0}",
      column_of(by), by == UsageBy::Indicator ? "<>" : "=");
}

std::uint64_t figure(SQLite::Statement& row, int column) {
  return static_cast<std::uint64_t>(row.getColumn(column).getInt64());
}

}  // namespace

Result<void> AnalyticsStore::add(std::span<const UsageRow> rows) {
  return database_.write(Durability::Process, [&](SQLite::Database& connection) {
    SQLite::Statement row{connection,
                          "INSERT INTO analytics(hour, symbol, timeframe, indicator, subscribes, peak) "
                          "VALUES(?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET "
                          "subscribes=subscribes+excluded.subscribes, peak=max(peak, excluded.peak)"};
    for (const UsageRow& usage : rows) {
      row.bind(1, ms_of(usage.hour));
      row.bindNoCopy(2, usage.symbol);
      row.bindNoCopy(3, usage.timeframe);
      row.bindNoCopy(4, usage.indicator);
      row.bind(5, static_cast<std::int64_t>(usage.subscribes));
      row.bind(6, static_cast<std::int64_t>(usage.peak));
      row.exec();
      row.reset();
    }
  });
}

Result<std::size_t> AnalyticsStore::forget(base::UtcTime before) {
  return database_.write(Durability::Process, [&](SQLite::Database& connection) {
    SQLite::Statement row{connection, "DELETE FROM analytics WHERE hour<?"};
    row.bind(1, ms_of(before));
    return static_cast<std::size_t>(row.exec());
  });
}

Result<std::vector<UsageTotal>> AnalyticsStore::top(UsageBy by, base::UtcTime since, std::size_t limit) {
  return database_.read([&](SQLite::Database& connection) {
    std::vector<UsageTotal> out;
    SQLite::Statement row{connection, fmt::format("SELECT name, sum(subscribes), max(peak) FROM ({}) GROUP BY name "
                                                  "ORDER BY 2 DESC, 3 DESC, 1 LIMIT ?",
                                                  per_hour(by))};
    row.bind(1, ms_of(since));
    row.bind(2, static_cast<std::int64_t>(limit));
    while (row.executeStep()) out.push_back({row.getColumn(0).getString(), figure(row, 1), figure(row, 2)});
    return out;
  });
}

Result<std::vector<UsageHour>> AnalyticsStore::trend(UsageBy by, base::UtcTime since) {
  return database_.read([&](SQLite::Database& connection) {
    std::vector<UsageHour> out;
    // Rows of an hour come together, the most subscribed name first.
    SQLite::Statement row{connection, fmt::format("SELECT hour, name, subscribes, peak FROM ({}) "
                                                  "ORDER BY hour, subscribes DESC, peak DESC, name",
                                                  per_hour(by))};
    row.bind(1, ms_of(since));
    while (row.executeStep()) {
      const base::UtcTime hour = time_of(row.getColumn(0).getInt64());
      if (out.empty() || out.back().hour != hour) out.push_back({hour, 0, 0, row.getColumn(1).getString()});
      out.back().subscribes += figure(row, 2);
      out.back().peak += figure(row, 3);
    }
    return out;
  });
}

}  // namespace subd::store
