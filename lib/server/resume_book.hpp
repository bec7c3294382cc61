#pragma once

#include <cstddef>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "auth/principal.hpp"
#include "server/reports.hpp"
#include "session/client.hpp"
#include "session/parking.hpp"
#include "wire/close_reason.hpp"

namespace subd::server {

class Connection;

/// Which clients of one io thread another connection may carry on: those of open connections, and those that lost
/// theirs.
///
/// Owner:      a ConnectionSet; its io thread.
/// Invariants: whoever does not present the token of a client together with a token of the same user learns nothing of
///             it and changes nothing; why is counted, and told to nobody.
class ResumeBook {
 public:
  ResumeBook(const session::ClientContext& clients, Counters& counters) noexcept
      : parking_{clients}, counters_{counters} {}

  void opened(Connection& connection);
  /// The connection ends for good: its client is not to be had any more.
  void ended(const Connection& connection);
  /// The connection is lost, for `reason`: its client waits for another.
  void park(Connection& connection, const wire::CloseReason& reason);

  /// The client of that token, parked, if it is of that user. One that still has a connection leaves it, with
  /// kResumedElsewhere. Null: a new client has to be made.
  [[nodiscard]] std::unique_ptr<session::Client> take(std::string_view resume_token,
                                                      const std::optional<auth::Principal>& who);

  [[nodiscard]] session::Parking& parking() noexcept { return parking_; }
  [[nodiscard]] const session::Parking& parking() const noexcept { return parking_; }

 private:
  [[nodiscard]] std::unique_ptr<session::Client> refuse(std::string_view why);

  session::Parking parking_;
  Counters& counters_;
  std::unordered_map<std::string, Connection*> connected_;  ///< by resume token
  std::deque<std::size_t> stale_;                           ///< hashes of tokens whose client ended, newest last
};

}  // namespace subd::server
