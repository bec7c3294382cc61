#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.hpp"

/// What the control socket reports: plain copies, filled by the daemon, written as JSON by report_json.hpp.
namespace subd::control {

/// What the upstream is asked for on behalf of all clients.
struct UpstreamInterestStatus {
  std::size_t ltp = 0;  ///< instruments subscribed in that mode
  std::size_t quote = 0;
  std::size_t full = 0;
  std::uint64_t subscribed = 0;  ///< since the start
  std::uint64_t unsubscribed = 0;
  std::uint64_t mode_changes = 0;
};

struct FeedStatus {
  std::string kind;           ///< `sim`, `replay`, `ssi`, `push`; `combined` of several
  std::string specification;  ///< as configured: `replay:FILE,symbol=NIFTY50`; `sim + push`
  std::string state;          ///< `live`, `stale`, `down`
  std::optional<base::UtcTime> since;
  bool finished = false;  ///< a replay that reached its end
  std::size_t instruments = 0;
  UpstreamInterestStatus interest;
  std::uint64_t ticks = 0;
  std::uint64_t bars = 0;
  std::uint64_t bad_rows = 0;
};

/// Since the start of the daemon, all sessions together.
struct DeliveryTotals {
  std::uint64_t sent = 0;  ///< messages
  std::uint64_t sent_bytes = 0;
  std::uint64_t conflated = 0;
  std::uint64_t dropped = 0;
  std::uint64_t evicted = 0;  ///< sessions closed for being slow
};

struct ConnectionTotals {
  std::uint64_t accepted = 0;
  std::map<std::string, std::uint64_t> refused;  ///< by reason: `unauthorized`, `limit`, ...
};

/// What is kept for the next start.
struct StoreStatus {
  std::string state = "off";  ///< `off`, `working`, `disk full`, `failed`, `corrupt`
  std::uint64_t written = 0;  ///< closed bars
  std::size_t queued = 0;
  std::uint64_t dropped = 0;
  std::uint64_t gaps = 0;
};

/// What clients come to that want TLS.
struct TlsStatus {
  std::string listen;   ///< bound address
  std::string subject;  ///< of the certificate: `CN=example.com`
  base::UtcTime certificate_ends_at{};
};

struct StatusReport {
  std::string version;
  std::int64_t pid = 0;
  base::UtcTime started_at{};
  std::chrono::milliseconds uptime{};
  std::vector<std::string> listen;  ///< bound addresses, `127.0.0.1:8081`
  std::optional<TlsStatus> tls;
  FeedStatus feed;
  std::size_t io_threads = 0;
  std::size_t market_threads = 1;
  std::size_t sessions = 0;
  std::size_t users = 0;
  std::size_t streams = 0;
  std::size_t topics = 0;
  DeliveryTotals delivery;
  ConnectionTotals connections;
  StoreStatus store;
  std::string state_dir;
  std::string control_socket;
  std::string log_level;
  bool draining = false;
};

/// One stream as a session takes it.
struct StreamSubscription {
  std::string symbol;
  std::string timeframe;
  std::vector<std::string> indicators;  ///< canonical ids; empty = base data only
};

/// One instrument whose raw ticks a session takes.
struct TickSubscription {
  std::uint32_t token = 0;
  std::string symbol;
  std::string mode;  ///< `ltp quote full`
  std::chrono::milliseconds throttle{0};
};

struct SessionReport {
  std::string id;    ///< `ws_9f1c02ab34de`, `rest_alice_tab1`
  std::string kind;  ///< `indicators`, `ticks`, `kite`, `publisher`, `rest`, or the name of a channel
  std::string user;  ///< user id of the token
  std::string session_claim;
  std::string address;  ///< `127.0.0.1:53124`
  base::UtcTime since{};
  std::vector<StreamSubscription> streams;
  std::vector<TickSubscription> ticks;
  std::size_t queue_messages = 0;
  std::size_t queue_bytes = 0;
  std::uint64_t sent = 0;
  std::uint64_t sent_bytes = 0;
  std::uint64_t conflated = 0;
  std::uint64_t dropped = 0;
  std::optional<base::UtcTime> last_heartbeat;
  std::optional<std::string> user_agent;
  std::size_t io_thread = 0;
  /// Of a session that waits for its client to come back: how much longer. nullopt: it has one.
  std::optional<std::chrono::milliseconds> parked_left{};
};

/// How a session ended.
struct ClosedSession {
  std::string id;
  std::string user;
  std::string address;
  base::UtcTime closed_at{};
  int code = 0;  ///< WebSocket close code
  std::string reason;
};

/// One indicator of one stream; it is computed once, whatever the number of subscribers.
struct TopicReport {
  std::string symbol;
  std::string timeframe;
  std::string indicator;  ///< canonical id
  std::size_t subscribers = 0;
  std::size_t computations = 0;   ///< running instances: 1 is the promise
  std::uint64_t evaluations = 0;  ///< since the topic began
  /// Output name and value; a single output has the name "". nullopt while warming up.
  std::vector<std::pair<std::string, std::optional<double>>> last_value;
  std::optional<base::UtcTime> last_update;
  double updates_per_second = 0;
};

struct StreamReport {
  std::string symbol;
  std::string timeframe;
  std::string epoch;
  std::uint64_t seq = 0;
  std::size_t subscribers = 0;
  std::size_t topics = 0;
  std::size_t conditions = 0;               ///< running, each once for all subscriptions that have it
  std::uint64_t condition_evaluations = 0;  ///< since the stream began
  std::size_t bars_held = 0;
  std::optional<base::UtcTime> last_update;
  std::string upstream;  ///< `live`, `stale`, `down`
  double updates_per_second = 0;
};

struct TokenRequest {
  std::string user;
  std::string session;  ///< empty = no session claim
  std::chrono::seconds ttl{3600};
  std::string tier;  ///< empty = no tier claim
  bool admin = false;
};

struct IssuedToken {
  std::string token;
  base::UtcTime expires_at{};
};

struct TokenVerdict {
  bool valid = false;
  std::string code;         ///< `ok`, `expired`, `bad_signature`, ...
  std::string explanation;  ///< one sentence for a person
  // Claims as far as they could be read; of a token that is not valid they prove nothing.
  std::string algorithm;
  std::string user;
  std::string session;
  std::string tier;
  std::string role;
  std::string issuer;
  std::string audience;
  std::optional<base::UtcTime> issued_at;
  std::optional<base::UtcTime> not_before;
  std::optional<base::UtcTime> expires_at;
};

}  // namespace subd::control
