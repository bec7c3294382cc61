#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "base/clock.hpp"
#include "market/bar.hpp"
#include "store/bar_store.hpp"

namespace SQLite {
class Database;
class Statement;
}  // namespace SQLite

/// Bars, streams and gaps as rows. Inside store only; every function may throw SQLite::Exception and is to be called
/// from within Database::read or Database::write.
namespace subd::store {

using StreamRow = std::int64_t;

/// Columns of a bar in the order of bar_of and bind_bar.
inline constexpr const char* kBarColumns = "start, open, high, low, close, volume, oi, day";

[[nodiscard]] std::int64_t ms_of(base::UtcTime time) noexcept;
[[nodiscard]] base::UtcTime time_of(std::int64_t ms) noexcept;

/// The bar in the first columns of the row that `row` stands on.
[[nodiscard]] market::Bar bar_of(SQLite::Statement& row);

[[nodiscard]] std::optional<StreamRow> find_stream(SQLite::Database& connection, const StreamKey& key);
[[nodiscard]] StreamRow find_or_add_stream(SQLite::Database& connection, const StreamKey& key);

/// Inserts a bar or replaces the one of the same start; made once, used for many.
class BarUpsert {
 public:
  explicit BarUpsert(SQLite::Database& connection);
  ~BarUpsert();
  BarUpsert(const BarUpsert&) = delete;
  BarUpsert& operator=(const BarUpsert&) = delete;
  void operator()(StreamRow stream, const market::Bar& bar);

 private:
  std::unique_ptr<SQLite::Statement> statement_;
};

void add_gap(SQLite::Database& connection, StreamRow stream, const Gap& gap);
/// Closes gaps between the two: those inside go, those that reach out are cut.
void close_gaps(SQLite::Database& connection, StreamRow stream, const Gap& between);

}  // namespace subd::store
