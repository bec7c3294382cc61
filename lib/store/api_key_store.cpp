#include "store/api_key_store.hpp"

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>

#include <algorithm>

#include "store/bar_rows.hpp"

namespace subd::store {

Result<void> ApiKeyStore::add(const ApiKey& key) {
  return database_.write(Durability::Device, [&](SQLite::Database& connection) {
    SQLite::Statement row{connection,
                          "INSERT INTO api_keys(hash, salt, hint, user, role, name, created) "
                          "VALUES(?, ?, ?, ?, ?, ?, ?)"};
    row.bindNoCopy(1, key.hash.data(), static_cast<int>(key.hash.size()));
    row.bindNoCopy(2, static_cast<const void*>(key.salt.data()), static_cast<int>(key.salt.size()));
    row.bindNoCopy(3, key.hint);
    row.bindNoCopy(4, key.user);
    row.bindNoCopy(5, key.role);
    row.bindNoCopy(6, key.name);
    row.bind(7, ms_of(key.created));
    row.exec();
  });
}

Result<bool> ApiKeyStore::remove(const std::array<unsigned char, 32>& hash) {
  return database_.write(Durability::Device, [&](SQLite::Database& connection) {
    SQLite::Statement row{connection, "DELETE FROM api_keys WHERE hash=?"};
    row.bindNoCopy(1, hash.data(), static_cast<int>(hash.size()));
    return row.exec() > 0;
  });
}

Result<std::vector<ApiKey>> ApiKeyStore::all() {
  return database_.read([](SQLite::Database& connection) {
    std::vector<ApiKey> out;
    SQLite::Statement row{connection,
                          "SELECT hash, salt, hint, user, role, name, created FROM api_keys ORDER BY created, hash"};
    while (row.executeStep()) {
      ApiKey& key = out.emplace_back();
      const SQLite::Column hash = row.getColumn(0);  // of 32 bytes, as the schema holds
      std::copy_n(static_cast<const unsigned char*>(hash.getBlob()), key.hash.size(), key.hash.begin());
      key.salt = row.getColumn(1).getString();
      key.hint = row.getColumn(2).getString();
      key.user = row.getColumn(3).getString();
      key.role = row.getColumn(4).getString();
      key.name = row.getColumn(5).getString();
      key.created = time_of(row.getColumn(6).getInt64());
    }
    return out;
  });
}

}  // namespace subd::store
