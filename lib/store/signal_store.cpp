#include "store/signal_store.hpp"

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "store/bar_rows.hpp"

namespace subd::store {
namespace {

StoredSignal signal_of(SQLite::Statement& row) {
  return {static_cast<std::uint64_t>(row.getColumn(0).getInt64()), row.getColumn(1).getString(),
          row.getColumn(2).getInt() != 0, time_of(row.getColumn(3).getInt64()), row.getColumn(4).getString()};
}

std::vector<StoredSignal> rows_of(SQLite::Statement& row) {
  std::vector<StoredSignal> out;
  while (row.executeStep()) out.push_back(signal_of(row));
  return out;
}

/// Adds requests within a transaction; its statements are made once.
class Writer {
 public:
  Writer(SQLite::Database& connection, base::UtcTime now)
      : connection_{connection},
        now_{now},
        find_{connection, "SELECT position, id, premium, created, members FROM signals WHERE id=?"},
        insert_{connection, "INSERT INTO signals(id, premium, created, stored, members) VALUES(?, ?, ?, ?, ?)"} {}

  void add(SignalRequest& request) {
    request.outcomes.clear();
    // Looked at as a whole first: a conflict leaves nothing behind.
    for (std::size_t i = 0; i < request.signals.size(); ++i) {
      request.outcomes.push_back(outcome_of(request.signals, i));
      if (request.outcomes.back() == SignalOutcome::Conflict) return;
    }
    for (std::size_t i = 0; i < request.signals.size(); ++i) {
      if (request.outcomes[i] == SignalOutcome::Stored) insert(request.signals[i]);
    }
  }

  std::vector<StoredSignal> take() { return std::move(added_); }

 private:
  static SignalOutcome compare(const OfferedSignal& offered, const std::string& members,
                               std::optional<base::UtcTime> created) {
    const bool same = offered.members == members && (!offered.created || offered.created == created);
    return same ? SignalOutcome::Duplicate : SignalOutcome::Conflict;
  }

  SignalOutcome outcome_of(std::span<const OfferedSignal> signals, std::size_t index) {
    const OfferedSignal& offered = signals[index];
    const auto earlier = signals.first(index);
    const auto twin = std::find_if(earlier.begin(), earlier.end(),
                                   [&offered](const OfferedSignal& other) { return other.id == offered.id; });
    if (twin != earlier.end()) return compare(offered, twin->members, twin->created);
    find_.reset();
    find_.bindNoCopy(1, offered.id);
    if (!find_.executeStep()) return SignalOutcome::Stored;
    const StoredSignal stored = signal_of(find_);
    return compare(offered, stored.members, stored.created);
  }

  void insert(const OfferedSignal& offered) {
    const base::UtcTime created = offered.created.value_or(now_);
    insert_.reset();
    insert_.bindNoCopy(1, offered.id);
    insert_.bind(2, offered.premium ? 1 : 0);
    insert_.bind(3, ms_of(created));
    insert_.bind(4, ms_of(now_));
    insert_.bindNoCopy(5, offered.members);
    insert_.exec();
    added_.push_back({static_cast<std::uint64_t>(connection_.getLastInsertRowid()), offered.id, offered.premium,
                      created, offered.members});
  }

  SQLite::Database& connection_;
  base::UtcTime now_;
  SQLite::Statement find_;
  SQLite::Statement insert_;
  std::vector<StoredSignal> added_;
};

/// The condition that leaves premium signals out.
constexpr std::string_view open_to(bool premium) noexcept {
  return premium ? "" : " AND premium=0";
}

}  // namespace

Result<std::vector<StoredSignal>> SignalStore::add(std::span<SignalRequest> requests, base::UtcTime now) {
  return database_.write(Durability::Device, [&](SQLite::Database& connection) {
    Writer writer{connection, now};
    for (SignalRequest& request : requests) writer.add(request);
    return writer.take();
  });
}

Result<std::optional<std::uint64_t>> SignalStore::position_of(std::string_view id) {
  return database_.read([id = std::string{id}](SQLite::Database& connection) -> std::optional<std::uint64_t> {
    SQLite::Statement row{connection, "SELECT position FROM signals WHERE id=?"};
    row.bindNoCopy(1, id);
    if (!row.executeStep()) return std::nullopt;
    return static_cast<std::uint64_t>(row.getColumn(0).getInt64());
  });
}

Result<std::vector<StoredSignal>> SignalStore::after(std::uint64_t position, bool premium, std::size_t limit) {
  return database_.read([=](SQLite::Database& connection) {
    SQLite::Statement row{connection, fmt::format("SELECT position, id, premium, created, members FROM signals "
                                                  "WHERE position>?{} ORDER BY position LIMIT ?",
                                                  open_to(premium))};
    row.bind(1, static_cast<std::int64_t>(position));
    row.bind(2, static_cast<std::int64_t>(limit));
    return rows_of(row);
  });
}

Result<std::vector<StoredSignal>> SignalStore::newest(bool premium, std::size_t limit) {
  return database_.read([=](SQLite::Database& connection) {
    SQLite::Statement row{connection, fmt::format("SELECT position, id, premium, created, members FROM signals "
                                                  "WHERE position>0{} ORDER BY position DESC LIMIT ?",
                                                  open_to(premium))};
    row.bind(1, static_cast<std::int64_t>(limit));
    std::vector<StoredSignal> out = rows_of(row);
    std::reverse(out.begin(), out.end());
    return out;
  });
}

Result<std::size_t> SignalStore::forget(base::UtcTime before) {
  return database_.write(Durability::Process, [&](SQLite::Database& connection) {
    SQLite::Statement row{connection, "DELETE FROM signals WHERE stored<?"};
    row.bind(1, ms_of(before));
    return static_cast<std::size_t>(row.exec());
  });
}

}  // namespace subd::store
