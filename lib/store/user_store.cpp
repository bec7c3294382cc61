#include "store/user_store.hpp"

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>

#include "base/json_text.hpp"
#include "store/bar_rows.hpp"

namespace subd::store {
namespace {

std::vector<User> users_of(SQLite::Statement& row) {
  std::vector<User> out;
  while (row.executeStep()) {
    out.push_back({row.getColumn(0).getString(), row.getColumn(1).getString(), time_of(row.getColumn(2).getInt64())});
  }
  return out;
}

}  // namespace

Result<void> UserStore::set_tier(const User& user) {
  return database_.write(Durability::Device, [&](SQLite::Database& connection) {
    SQLite::Statement row{connection,
                          "INSERT INTO users(id, tier, changed) VALUES(?, ?, ?) ON CONFLICT DO UPDATE SET "
                          "tier=excluded.tier, changed=excluded.changed"};
    row.bindNoCopy(1, user.id);
    row.bindNoCopy(2, user.tier);
    row.bind(3, ms_of(user.changed));
    row.exec();
  });
}

Result<std::vector<User>> UserStore::all() {
  return database_.read([](SQLite::Database& connection) {
    SQLite::Statement row{connection, "SELECT id, tier, changed FROM users ORDER BY id"};
    return users_of(row);
  });
}

Result<std::vector<User>> UserStore::find(std::span<const std::string> ids) {
  // As one parameter: there is a limit to the number of parameters, and a statement of its own for each number.
  std::string list = "[";
  for (const std::string& id : ids) {
    if (list.size() > 1) list += ',';
    base::append_json_string(list, id);
  }
  list += ']';
  return database_.read([&list](SQLite::Database& connection) {
    SQLite::Statement row{connection,
                          "SELECT id, tier, changed FROM users WHERE id IN (SELECT value FROM json_each(?))"};
    row.bindNoCopy(1, list);
    return users_of(row);
  });
}

}  // namespace subd::store
