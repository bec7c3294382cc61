#include "store/pruner.hpp"

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>

#include <algorithm>
#include <limits>

namespace subd::store {

void Pruner::plan(SQLite::Database& connection) {
  struct Stored {
    StreamRow stream;
    market::Timeframe timeframe;
  };
  std::vector<Stored> stored;
  std::int64_t newest = std::numeric_limits<std::int64_t>::min();
  SQLite::Statement row{
      connection, "SELECT id, timeframe, (SELECT max(start) FROM bars WHERE stream=id) FROM streams WHERE source=?"};
  row.bind(1, source_);
  while (row.executeStep()) {
    const auto timeframe = market::parse_timeframe(row.getColumn(1).getString());
    if (!timeframe || row.isColumnNull(2)) continue;
    stored.push_back({row.getColumn(0).getInt64(), *timeframe});
    newest = std::max(newest, row.getColumn(2).getInt64());
  }
  targets_.clear();
  for (const Stored& one : stored) targets_.push_back({one.stream, newest - retention_.of(one.timeframe).count()});
}

Result<std::size_t> Pruner::step(Database& database) {
  if (round_ == Round::Due) {
    if (auto planned = database.read([this](SQLite::Database& connection) { plan(connection); }); !planned) {
      return planned.error();
    }
    round_ = Round::Running;
  }
  if (targets_.empty()) {
    round_ = Round::Done;
    return std::size_t{0};
  }
  const Target target = targets_.back();
  auto pruned = database.write(Durability::Process, [&](SQLite::Database& connection) {
    SQLite::Statement bars{connection,
                           "DELETE FROM bars WHERE stream=?1 AND start<?2 AND start<=coalesce("
                           "(SELECT start FROM bars WHERE stream=?1 ORDER BY start LIMIT 1 OFFSET ?3), ?2)"};
    bars.bind(1, target.stream);
    bars.bind(2, target.before_ms);
    bars.bind(3, static_cast<std::int64_t>(kBarsPerStep - 1));
    const auto count = static_cast<std::size_t>(bars.exec());
    if (count < kBarsPerStep) {
      SQLite::Statement gaps{connection, "DELETE FROM gaps WHERE stream=? AND to_ms<=?"};
      gaps.bind(1, target.stream);
      gaps.bind(2, target.before_ms);
      gaps.exec();
    }
    return count;
  });
  if (pruned && *pruned < kBarsPerStep) targets_.pop_back();
  return pruned;
}

}  // namespace subd::store
