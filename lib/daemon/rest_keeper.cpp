#include "daemon/rest_keeper.hpp"

#include <string>
#include <system_error>
#include <utility>

#include "base/log.hpp"
#include "store/rest_session_store.hpp"

namespace subd::daemon {
namespace {

store::RestSessionRow row_of(session::RestRecord&& record) {
  store::RestSessionRow row{std::move(record.key.user), std::move(record.key.id), record.used, {}};
  for (session::RestStream& stream : record.streams) {
    row.streams.push_back({std::move(stream.symbol), std::move(stream.timeframe), std::move(stream.indicators)});
  }
  return row;
}

session::RestRecord record_of(store::RestSessionRow&& row) {
  session::RestRecord record{{std::move(row.user), std::move(row.session)}, row.used, {}};
  for (store::RestStreamRow& stream : row.streams) {
    record.streams.push_back({std::move(stream.symbol), std::move(stream.timeframe), std::move(stream.indicators)});
  }
  return record;
}

}  // namespace

void RestKeeper::keep(session::RestRecord record, std::function<void()> done) {
  if (store_ == nullptr) {
    if (done) done();
    return;
  }
  store_->post([&io = io_, row = row_of(std::move(record)), done = std::move(done)](store::Database* database) {
    const auto kept = database != nullptr ? store::RestSessionStore{*database}.put(row) : store::Result<void>{};
    if (!kept) base::log::warn("daemon", "a REST session cannot be kept", {{"reason", kept.error().message}});
    if (done) io.post(done);
  });
}

std::size_t rest_owner(std::string_view user, std::size_t io_threads) noexcept {
  return std::hash<std::string_view>{}(user) % io_threads;
}

std::vector<session::RestRecord> load_rest_sessions(const std::filesystem::path& file) {
  std::vector<session::RestRecord> out;
  std::error_code ignored;
  if (!std::filesystem::exists(file, ignored)) return out;
  auto database = store::Database::open(file);
  auto rows = database ? store::RestSessionStore{*database}.all()
                       : store::Result<std::vector<store::RestSessionRow>>{database.error()};
  if (!rows) {
    base::log::warn("daemon", "REST sessions cannot be read", {{"reason", rows.error().message}});
    return out;
  }
  for (store::RestSessionRow& row : *rows) out.push_back(record_of(std::move(row)));
  return out;
}

}  // namespace subd::daemon
