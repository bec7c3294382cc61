#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/ip_network.hpp"
#include "base/log.hpp"
#include "market/calendar_rules.hpp"

namespace subd::config {

/// Where to listen: a literal IPv4 or IPv6 address (without brackets) and a port, 0 for any free one.
struct Endpoint {
  std::string address;
  std::uint16_t port = 0;

  /// `127.0.0.1:8081`, `[::1]:8081`.
  [[nodiscard]] std::string text() const;
  friend bool operator==(const Endpoint&, const Endpoint&) = default;
};

using Duration = std::chrono::milliseconds;

struct Server {
  Endpoint listen{"127.0.0.1", 8081};
  std::uint32_t io_threads = 0;  ///< 0: one per core
  std::uint32_t max_connections = 20'000;
  std::uint32_t max_http_connections = 2048;  ///< on each io thread, among max_connections
  std::size_t max_message_bytes = 65'536;
  Duration handshake_timeout{10'000};
  Duration auth_timeout{10'000};
  Duration heartbeat_interval{20'000};
  Duration heartbeat_timeout{60'000};  ///< greater than heartbeat_interval
  Duration drain_limit{10'000};
  Duration flush_window{0};
  std::uint32_t backlog = 4096;
  bool metrics_public = false;
  bool compression = false;
  std::size_t compression_threshold = 256;
  std::vector<base::IpNetwork> trusted_proxies;  ///< none twice
  std::uint32_t max_errors = 20;                 ///< within max_errors_window
  Duration max_errors_window{10'000};
};

/// Beside server.listen, for clients that come through TLS.
struct Tls {
  std::optional<Endpoint> listen;  ///< none: no TLS
  std::string certificate;         ///< PEM file; given exactly when there is TLS, as is the key
  std::string key;                 ///< PEM file
  std::string min_version = "1.2";
  Duration handshake_timeout{5'000};
  std::uint32_t handshakes = 512;             ///< unfinished ones
  std::uint32_t handshakes_per_address = 64;  ///< unfinished ones
};

/// Where market data comes from, each as --feed: `sim:seed=7`, `replay:FILE,speed=max`. Never empty. Written as a string,
/// several as a list.
struct FeedSources {
  std::vector<std::string> items{"sim"};

  /// For people: `sim:seed=7 + push`.
  [[nodiscard]] std::string text() const;
};

struct Feed {
  FeedSources source;
};

struct Bars {
  std::uint32_t history = 5000;
};

struct Engine {
  std::uint32_t market_threads = 1;
  Duration grace{2'000};
  Duration forming_interval{0};
  std::uint32_t max_streams = 20'000;
  std::uint32_t max_topics = 100'000;
};

/// `NFO=15:30`: a time of day by the clock of an exchange.
struct ExpiryTime {
  std::string exchange;
  std::chrono::minutes time_of_day{};  ///< 0 to 24 h
  friend bool operator==(const ExpiryTime&, const ExpiryTime&) = default;
};

struct Greeks {
  std::string model = "black76";
  std::string forward = "synthetic";
  double rate = 0;      ///< per year, 0.065 = 6.5 %
  double dividend = 0;  ///< per year; of `bsm` only
  std::uint32_t day_count = 365;
  std::vector<ExpiryTime> expiry_times{{"NFO", std::chrono::minutes{15 * 60 + 30}},
                                       {"BFO", std::chrono::minutes{15 * 60 + 30}},
                                       {"MCX", std::chrono::minutes{23 * 60 + 30}},
                                       {"CDS", std::chrono::minutes{12 * 60 + 30}}};  ///< none twice
};

struct Session {
  std::uint32_t max_streams = 64;
  std::uint32_t max_indicators = 32;  ///< per stream
  std::uint32_t max_history = 5000;
  Duration throttle{0};
  std::uint32_t subscribe_rate = 100;  ///< requests per second
  std::uint32_t subscribe_burst = 200;
  std::uint32_t message_rate = 200;  ///< messages, pings and pongs per second, and each 256 bytes of them
  std::uint32_t message_burst = 1000;
  std::size_t outbox_soft_bytes = std::size_t{1} << 20;
  Duration outbox_soft_time{10'000};
  std::size_t outbox_hard_bytes = std::size_t{16} << 20;  ///< at least outbox_soft_bytes
  Duration stall_time{120'000};
  std::size_t send_buffer_bytes = 0;       ///< 0: what the system gives
  Duration resume_window{30'000};          ///< 0: a session ends with its connection
  std::uint32_t resume_bars = 256;         ///< per stream
  std::uint32_t max_parked = 10'000;       ///< on each io thread
  std::uint32_t max_parked_per_user = 64;  ///< on each io thread
};

/// What one client, one user and one token or API key may use, beyond what [session] says.
struct Limits {
  std::uint32_t tokens_per_client = 3000;
  std::uint32_t user_rate = 1000;  ///< requests per second; 0: no limit
  std::uint32_t user_burst = 50'000;
  std::uint32_t token_rate = 1000;  ///< requests per second; 0: no limit
  std::uint32_t token_burst = 50'000;
  std::uint32_t connections_per_address = 0;  ///< at a time; 0: no limit
  std::uint32_t connections_per_user = 0;     ///< WebSockets at a time; 0: no limit
};

/// Sessions of clients without a connection.
struct Rest {
  Duration ttl{std::chrono::minutes{15}};
  std::uint32_t sessions_per_user = 16;
  std::uint32_t max_sessions = 100'000;  ///< of all users
  std::string cookie = "subd_session";   ///< letters, digits, - and _; empty: none is looked at
};

/// The broadcast channels.
struct Channels {
  std::string token;  ///< a secret; empty: whoever connects may take them
  Duration throttle{500};
  std::uint32_t queue = 50;                   ///< messages that wait for one client
  std::vector<std::string> symbols;           ///< none twice; empty: all of a feed that has few
  std::uint32_t connections_per_address = 5;  ///< of all channels together; 0: no limit
};

struct Auth {
  std::vector<std::string> algorithms{"HS256"};  ///< never empty, none twice
  std::string secret_file;                       ///< empty: made in the state directory
  /// One of the two is given exactly when an RS or ES algorithm is allowed.
  std::string public_key_file;
  std::string jwks;  ///< a file, or a URL with http or https
  Duration jwks_refresh{std::chrono::minutes{10}};
  std::string issuer;    ///< empty: not checked
  std::string audience;  ///< empty: not checked
  Duration leeway{30'000};
  Duration token_ttl{std::chrono::hours{1}};  ///< of a token that an API key is exchanged for
};

struct Signals {
  std::vector<std::string> premium_tiers{"PROFESSIONAL", "INSTITUTIONAL"};  ///< never empty, none twice
  /// ALIAS=TIER, none twice.
  std::vector<std::string> tier_aliases{"free=STARTER",         "basic=STARTER",       "pro=PROFESSIONAL",
                                        "premium=PROFESSIONAL", "elite=INSTITUTIONAL", "enterprise=INSTITUTIONAL"};
  Duration tier_refresh{60'000};
  std::uint32_t replay_limit = 10'000;  ///< signals of one client
};

struct Control {
  std::string socket;  ///< never empty in a loaded configuration
};

struct State {
  std::string directory;  ///< never empty in a loaded configuration
};

struct Store {
  bool enabled = true;
  std::uint32_t max_queued_bars = 200'000;
  Duration retention_seconds{std::chrono::days{2}};   ///< of bars of 1s to 30s
  Duration retention_minutes{std::chrono::days{60}};  ///< of bars of 1min to 30min
  Duration retention_hours{std::chrono::days{3650}};  ///< of bars of 60min and 1day
  Duration retention_analytics{std::chrono::days{90}};
  Duration retention_signals{std::chrono::days{90}};
};

struct Log {
  base::log::Level level = base::log::Level::Info;
  base::log::Format format = base::log::Format::Text;
};

/// Everything that subd can be told. Its member initialisers are the defaults. One that comes from load() holds every
/// range of keys() and every relation noted above. Constant after start, so any thread may read it.
struct Config {
  Server server;
  Tls tls;
  Feed feed;
  Bars bars;
  Engine engine;
  Greeks greeks;
  Session session;
  Limits limits;
  Rest rest;
  Channels channels;
  Auth auth;
  Signals signals;
  Control control;
  State state;
  Store store;
  Log log;
  /// Every exchange that is known but 24x7, by name: those built in, as [exchange.NAME] tables change and add to them.
  std::vector<market::CalendarRules> exchanges = market::builtin_exchanges();

  /// `server.listen` -> `subd.toml:3:10`, `SUBD_SERVER_LISTEN` or `--listen`, for values that were set somewhere.
  std::map<std::string, std::string, std::less<>> origins;
};

}  // namespace subd::config
