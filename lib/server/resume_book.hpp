#pragma once

#include <boost/unordered/unordered_flat_set.hpp>
#include <cstddef>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

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
  void ended(Connection& connection);
  /// The connection is lost, for `reason`: its client waits for another.
  void park(Connection& connection, const wire::CloseReason& reason);

  /// The client of that token, parked, if it is of that user. One that still has a connection leaves it, with
  /// kResumedElsewhere. Null: a new client has to be made.
  [[nodiscard]] std::unique_ptr<session::Client> take(std::string_view resume_token,
                                                      const std::optional<auth::Principal>& who);

  [[nodiscard]] session::Parking& parking() noexcept { return parking_; }
  [[nodiscard]] const session::Parking& parking() const noexcept { return parking_; }

 private:
  /// Hash and equality of connections: those of their clients' resume tokens, which so are kept in one place only.
  struct ByToken {
    using is_transparent = void;
    [[nodiscard]] std::size_t operator()(std::string_view resume_token) const noexcept;
    [[nodiscard]] std::size_t operator()(const Connection* connection) const noexcept;
    [[nodiscard]] bool operator()(const Connection* one, const Connection* other) const noexcept;
    [[nodiscard]] bool operator()(std::string_view resume_token, const Connection* connection) const noexcept;
  };

  [[nodiscard]] std::unique_ptr<session::Client> refuse(std::string_view why);

  session::Parking parking_;
  Counters& counters_;
  boost::unordered_flat_set<Connection*, ByToken, ByToken> connected_;  ///< whose client has a resume token
  std::deque<std::size_t> stale_;  ///< hashes of tokens whose client ended, newest last
};

}  // namespace subd::server
