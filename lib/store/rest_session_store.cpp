#include "store/rest_session_store.hpp"

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>
#include <fmt/format.h>

#include <cstdint>
#include <string_view>

#include "store/bar_rows.hpp"

namespace subd::store {
namespace {

std::vector<std::string> split(std::string_view text) {
  std::vector<std::string> out;
  while (!text.empty()) {
    const auto comma = text.find(',');
    out.emplace_back(text.substr(0, comma));
    text.remove_prefix(comma == std::string_view::npos ? text.size() : comma + 1);
  }
  return out;
}

}  // namespace

Result<void> RestSessionStore::put(const RestSessionRow& session) {
  return database_.write(Durability::Process, [&](SQLite::Database& connection) {
    SQLite::Statement remove{connection, "DELETE FROM rest_sessions WHERE user=? AND session=?"};
    remove.bindNoCopy(1, session.user);
    remove.bindNoCopy(2, session.session);
    remove.exec();
    if (session.streams.empty()) return;
    SQLite::Statement add{connection, "INSERT INTO rest_sessions(user, session, used) VALUES(?, ?, ?)"};
    add.bindNoCopy(1, session.user);
    add.bindNoCopy(2, session.session);
    add.bind(3, ms_of(session.used));
    add.exec();
    const std::int64_t id = connection.getLastInsertRowid();
    SQLite::Statement row{connection,
                          "INSERT INTO rest_streams(session, symbol, timeframe, indicators) VALUES(?, ?, ?, ?)"};
    for (const RestStreamRow& stream : session.streams) {
      row.bind(1, id);
      row.bindNoCopy(2, stream.symbol);
      row.bindNoCopy(3, stream.timeframe);
      row.bind(4, fmt::format("{}", fmt::join(stream.indicators, ",")));
      row.exec();
      row.reset();
    }
  });
}

Result<std::vector<RestSessionRow>> RestSessionStore::all() {
  return database_.read([](SQLite::Database& connection) {
    std::vector<RestSessionRow> out;
    std::int64_t last = 0;
    SQLite::Statement row{
        connection,
        "SELECT id, user, rest_sessions.session, used, symbol, timeframe, indicators "
        "FROM rest_sessions JOIN rest_streams ON rest_streams.session=id ORDER BY used, id, rest_streams.rowid"};
    while (row.executeStep()) {
      const std::int64_t id = row.getColumn(0).getInt64();
      if (out.empty() || id != last) {
        out.push_back(
            {row.getColumn(1).getString(), row.getColumn(2).getString(), time_of(row.getColumn(3).getInt64()), {}});
      }
      last = id;
      out.back().streams.push_back(
          {row.getColumn(4).getString(), row.getColumn(5).getString(), split(row.getColumn(6).getString())});
    }
    return out;
  });
}

}  // namespace subd::store
