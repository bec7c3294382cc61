#include "store/revocation_store.hpp"

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>

#include "store/bar_rows.hpp"

namespace subd::store {

Result<void> RevocationStore::put(const RevokedTokens& revoked) {
  return database_.write(Durability::Device, [&](SQLite::Database& connection) {
    SQLite::Statement row{connection,
                          "INSERT INTO revocations(kind, value, at) VALUES(?, ?, ?) ON CONFLICT DO UPDATE SET "
                          "at=excluded.at"};
    row.bindNoCopy(1, revoked.kind);
    row.bindNoCopy(2, revoked.value);
    row.bind(3, ms_of(revoked.at));
    row.exec();
  });
}

Result<std::vector<RevokedTokens>> RevocationStore::all() {
  return database_.read([](SQLite::Database& connection) {
    std::vector<RevokedTokens> out;
    SQLite::Statement row{connection, "SELECT kind, value, at FROM revocations ORDER BY at, kind, value"};
    while (row.executeStep()) {
      out.push_back({row.getColumn(0).getString(), row.getColumn(1).getString(), time_of(row.getColumn(2).getInt64())});
    }
    return out;
  });
}

}  // namespace subd::store
