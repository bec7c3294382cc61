#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <string_view>
#include <vector>

#include "daemon/service.hpp"
#include "session/rest_link.hpp"

namespace subd::daemon {

/// Keeps the REST sessions of one io thread in the store, for the next start. What cannot be kept is logged, and the
/// session goes on.
///
/// Threads: keep() from that io thread.
class RestKeeper final : public session::RestLedger {
 public:
  RestKeeper(store::Store* store, server::IoThread& io) noexcept : store_{store}, io_{io} {}

  void keep(session::RestRecord record, std::function<void()> done) override;

 private:
  store::Store* store_;  // null when nothing is stored
  server::IoThread& io_;
};

/// The io thread, of so many, that has the REST sessions of a user.
[[nodiscard]] std::size_t rest_owner(std::string_view user, std::size_t io_threads) noexcept;

/// The REST sessions of the last run, the one that was not used for longest first. To be called before the store is
/// started; none, and a line in the log, when the file cannot be read.
[[nodiscard]] std::vector<session::RestRecord> load_rest_sessions(const std::filesystem::path& file);

}  // namespace subd::daemon
