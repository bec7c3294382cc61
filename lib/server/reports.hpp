#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "channel/channel_hub.hpp"
#include "session/client.hpp"
#include "session/parking.hpp"

/// Copies of what one io thread knows, for inspection.
namespace subd::server {

/// One open WebSocket: what its client says of itself, and the socket.
struct ConnectionReport : session::ClientReport {
  std::string address{};  ///< `127.0.0.1:53124`
  std::uint64_t sent_messages = 0;
  std::uint64_t sent_bytes = 0;
};

/// The open WebSockets of one user on one io thread, together.
struct UserReport {
  std::string user;  ///< empty: those that have not yet shown whose they are
  std::string tier;  ///< claim of the newest; from HttpBackend the tier in force, empty while it cannot be known
  base::UtcTime newest{};
  std::size_t connections = 0;
};

/// How a WebSocket ended.
struct ClosedConnection {
  std::string id;
  std::string user;
  std::string address;
  std::uint16_t code = 0;
  std::string text;
  base::UtcTime at{};
};

/// How many ended WebSockets an io thread remembers.
inline constexpr std::size_t kClosedRemembered = 1000;

/// Why something was turned away, and where. All literals.
struct RefusalKey {
  std::string_view reason;    ///< the `code` of the problem sent, a Refusal::reason(), `handshake_timeout`
  std::string_view endpoint;  ///< as endpoint_name() has it; empty before a request was read
  unsigned status = 0;        ///< of the response; 0 = none
  // NOLINTNEXTLINE(modernize-use-nullptr): the comparison with 0 in it is the compiler's own
  friend auto operator<=>(const RefusalKey&, const RefusalKey&) = default;
};

/// Handshakes of TLS.
struct TlsCounters {
  std::uint64_t finished = 0;
  std::uint64_t failed = 0;  ///< by either side
  std::uint64_t timed_out = 0;
  std::uint64_t refused = 0;     ///< never begun: too many were unfinished
  std::uint64_t unfinished = 0;  ///< now
};

/// Messages sent compressed.
struct CompressionCounters {
  std::uint64_t made = 0;      ///< messages compressed
  std::uint64_t copied = 0;    ///< sent as another connection of the same turn had them made
  std::uint64_t bytes_in = 0;  ///< of those made
  std::uint64_t bytes_out = 0;
};

/// Totals of one io thread since its start. The keys of the maps are literals.
struct Counters {
  std::uint64_t accepted = 0;                   ///< TCP connections
  std::uint64_t upgraded = 0;                   ///< of them, those that became WebSockets
  std::map<RefusalKey, std::uint64_t> refused;  ///< requests and connections turned away
  /// WebSockets that ended, by the text of their close reason.
  std::map<std::string_view, std::uint64_t> closed;
  std::uint64_t http_requests = 0;
  std::uint64_t sent_messages = 0;
  std::uint64_t sent_bytes = 0;  ///< frames, with their headers
  std::uint64_t send_calls = 0;
  /// Connections that came with a resume token: `resumed`, `taken_over` from another connection; and those that got a
  /// new session, because it was `stale`, `unknown`, of an `other_user` or came with `no_token` of a user.
  std::map<std::string_view, std::uint64_t> resumes;
  session::ParkingCounters parking;
  CompressionCounters compression;
  std::size_t parked = 0;  ///< at the time of the copy
  std::uint64_t received_bytes = 0;
  std::uint64_t dropped_messages = 0;  ///< still queued when their connection ended
  std::uint64_t turns = 0;             ///< of the loop
  std::size_t open_websockets = 0;     ///< at the time of the copy
  std::size_t open_http = 0;
  std::size_t rest_sessions = 0;
  std::map<std::string_view, std::size_t> open_clients;  ///< WebSockets by session::client_kind_name
  std::size_t tick_subscriptions = 0;
  std::vector<channel::HubCounts> channels;  ///< by ChannelId
  session::ClientCounters clients;
  TlsCounters tls;
  std::optional<base::UtcTime> certificate_ends_at;  ///< where there is TLS

  /// Turned away for that reason, wherever.
  [[nodiscard]] std::uint64_t refused_for(std::string_view reason) const {
    std::uint64_t sum = 0;
    for (const auto& [key, count] : refused) sum += key.reason == reason ? count : 0;
    return sum;
  }
};

}  // namespace subd::server
