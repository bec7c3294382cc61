#include <array>

#include "config/keys.hpp"

namespace subd::config {
namespace {

constexpr std::int64_t kSecond = 1000;
constexpr std::int64_t kMinute = 60 * kSecond;
constexpr std::int64_t kHour = 60 * kMinute;
constexpr std::int64_t kDay = 24 * kHour;
constexpr std::int64_t kKiB = 1024;
constexpr std::int64_t kMiB = 1024 * kKiB;
constexpr std::int64_t kMillion = 1'000'000;

constexpr std::array<std::string_view, 5> kAlgorithms{"HS256", "HS384", "HS512", "RS256", "ES256"};
constexpr std::array<std::string_view, 6> kLevels{"trace", "debug", "info", "warn", "error", "off"};
constexpr std::array<std::string_view, 2> kFormats{"text", "json"};
constexpr std::array<std::string_view, 2> kModels{"black76", "bsm"};
constexpr std::array<std::string_view, 3> kForwards{"underlying", "future", "synthetic"};
constexpr std::array<std::string_view, 2> kDayCounts{"365", "252"};
constexpr std::array<std::string_view, 3> kTiers{"STARTER", "PROFESSIONAL", "INSTITUTIONAL"};
constexpr std::array<std::string_view, 2> kTlsVersions{"1.2", "1.3"};
constexpr std::array<std::string_view, 16> kSections{"server",  "tls",    "feed",  "bars",     "engine", "greeks",
                                                     "session", "limits", "rest",  "channels", "auth",   "signals",
                                                     "control", "state",  "store", "log"};

using C = Config;
using Text = std::string_view;

template <auto Section, auto Member>
Slot slot_of(Config& config) {
  return &((config.*Section).*Member);
}

template <auto Section, auto Member>
constexpr Key plain(Text section, Text name, Text summary) {
  return {section, name, slot_of<Section, Member>, {}, {}, Masking::None, summary};
}

template <auto Section, auto Member>
constexpr Key ranged(Text section, Text name, Range range, Text summary) {
  return {section, name, slot_of<Section, Member>, range, {}, Masking::None, summary};
}

template <auto Section, auto Member>
constexpr Key chosen(Text section, Text name, std::span<const Text> choices, Text summary) {
  return {section, name, slot_of<Section, Member>, {}, choices, Masking::None, summary};
}

template <auto Section, auto Member>
constexpr Key masked(Text section, Text name, Text summary) {
  return {section, name, slot_of<Section, Member>, {}, {}, Masking::Options, summary};
}

template <auto Section, auto Member>
constexpr Key secret(Text section, Text name, Text summary) {
  return {section, name, slot_of<Section, Member>, {}, {}, Masking::Whole, summary};
}

/// A key whose value can change while the daemon serves.
constexpr Key live(Key key) {
  key.effect = Effect::Reload;
  return key;
}

constexpr std::array kKeys{
    plain<&C::server, &Server::listen>("server", "listen", "Address and port to listen on; port 0 takes a free one"),
    ranged<&C::server, &Server::io_threads>("server", "io_threads", {0, 256},
                                            "Threads that serve connections; 0 means one per core"),
    live(ranged<&C::server, &Server::max_connections>("server", "max_connections", {1, kMillion},
                                                      "Connections at once; further ones are refused")),
    live(ranged<&C::server, &Server::max_http_connections>(
        "server", "max_http_connections", {1, kMillion},
        "Connections of an io thread that are not WebSockets; beyond, the one that waits longest is closed")),
    live(ranged<&C::server, &Server::max_message_bytes>("server", "max_message_bytes", {kKiB, kMiB},
                                                        "Longest message a client may send")),
    live(ranged<&C::server, &Server::handshake_timeout>("server", "handshake_timeout", {10, 10 * kMinute},
                                                        "Time a connection has to send its HTTP request")),
    live(ranged<&C::server, &Server::auth_timeout>("server", "auth_timeout", {10, 10 * kMinute},
                                                   "Time a client has to present a token after the upgrade")),
    live(ranged<&C::server, &Server::heartbeat_interval>("server", "heartbeat_interval", {10, kHour},
                                                         "Time between heartbeats to a client")),
    live(ranged<&C::server, &Server::heartbeat_timeout>(
        "server", "heartbeat_timeout", {20, 24 * kHour},
        "Silence after which a client is taken for gone; more than heartbeat_interval")),
    live(ranged<&C::server, &Server::drain_limit>("server", "drain_limit", {0, 10 * kMinute},
                                                  "Time that stopping may take to say goodbye and flush")),
    live(ranged<&C::server, &Server::flush_window>(
        "server", "flush_window", {0, 5},
        "Time to wait for more messages before a send; fewer system calls, more delay")),
    ranged<&C::server, &Server::backlog>("server", "backlog", {1, 65'535},
                                         "Connections that the kernel may hold until they are accepted"),
    plain<&C::server, &Server::compression>("server", "compression",
                                            "Compress the messages of clients that offer permessage-deflate"),
    ranged<&C::server, &Server::compression_threshold>("server", "compression_threshold", {64, kMiB},
                                                       "Shorter messages are not compressed"),
    live(plain<&C::server, &Server::metrics_public>("server", "metrics_public",
                                                    "Serve /metrics to peers other than this machine")),
    live(plain<&C::server, &Server::trusted_proxies>("server", "trusted_proxies",
                                                     "Proxies whose X-Forwarded-For tells where a client comes from")),
    live(ranged<&C::server, &Server::max_errors>("server", "max_errors", {1, kMillion},
                                                 "Faulty messages within max_errors_window that a session survives")),
    live(ranged<&C::server, &Server::max_errors_window>("server", "max_errors_window", {10, kHour},
                                                        "The time over which max_errors counts")),
    plain<&C::tls, &Tls::listen>("tls", "listen",
                                 "Address and port to listen on for TLS; port 0 takes a free one, empty means no TLS"),
    live(plain<&C::tls, &Tls::certificate>("tls", "certificate",
                                           "PEM file with the certificate, then those that lead to its authority")),
    live(plain<&C::tls, &Tls::key>("tls", "key",
                                   "PEM file with the key of the certificate, readable by its owner alone")),
    live(chosen<&C::tls, &Tls::min_version>("tls", "min_version", kTlsVersions, "Least version of TLS that is spoken")),
    live(ranged<&C::tls, &Tls::handshake_timeout>("tls", "handshake_timeout", {10, 10 * kMinute},
                                                  "Time a connection has for its handshake")),
    live(ranged<&C::tls, &Tls::handshakes>("tls", "handshakes", {1, kMillion},
                                           "Unfinished handshakes at once; further connections are closed")),
    live(ranged<&C::tls, &Tls::handshakes_per_address>(
        "tls", "handshakes_per_address", {0, kMillion},
        "Unfinished handshakes at once with one address, of IPv6 with one /64; 0 means no limit")),
    masked<&C::feed, &Feed::source>("feed", "source", "Where market data comes from"),
    ranged<&C::bars, &Bars::history>("bars", "history", {100, 200'000}, "Closed bars kept in memory for each stream"),
    ranged<&C::engine, &Engine::market_threads>("engine", "market_threads", {1, 32},
                                                "Threads that compute streams, each those of its symbols"),
    ranged<&C::engine, &Engine::grace>("engine", "grace", {0, kHour},
                                       "Time that a computation goes on after its last subscriber left"),
    ranged<&C::engine, &Engine::forming_interval>(
        "engine", "forming_interval", {0, kMinute},
        "Least time between updates of a stream's forming bar; 0 publishes each"),
    ranged<&C::engine, &Engine::max_streams>("engine", "max_streams", {1, kMillion}, "Streams computed at once"),
    ranged<&C::engine, &Engine::max_topics>("engine", "max_topics", {1, 10 * kMillion},
                                            "Indicators computed at once, over all streams"),
    chosen<&C::greeks, &Greeks::model>("greeks", "model", kModels, "How options are priced"),
    chosen<&C::greeks, &Greeks::forward>("greeks", "forward", kForwards,
                                         "What the forward of an option is taken from; the underlying where it has no "
                                         "price"),
    ranged<&C::greeks, &Greeks::rate>("greeks", "rate", {0, 1}, "Interest per year, 0.065 for 6.5 percent"),
    ranged<&C::greeks, &Greeks::dividend>("greeks", "dividend", {0, 1},
                                          "Dividend yield of the underlying per year; only bsm has one"),
    chosen<&C::greeks, &Greeks::day_count>("greeks", "day_count", kDayCounts,
                                           "Days of a year: 365 of the calendar, or 252 of trading"),
    plain<&C::greeks, &Greeks::expiry_times>("greeks", "expiry_times",
                                             "When the options of an exchange expire on their day, by its clock"),
    live(ranged<&C::session, &Session::max_streams>("session", "max_streams", {1, 10'000},
                                                    "Streams that one session may subscribe")),
    live(ranged<&C::session, &Session::max_indicators>("session", "max_indicators", {1, 1000},
                                                       "Indicators that one session may take of a stream")),
    live(ranged<&C::session, &Session::max_history>("session", "max_history", {0, 200'000},
                                                    "Bars that one snapshot may hold")),
    live(ranged<&C::session, &Session::throttle>("session", "throttle", {0, kHour},
                                                 "Least time between forming updates for a client that does not say")),
    live(ranged<&C::session, &Session::subscribe_rate>("session", "subscribe_rate", {1, kMillion},
                                                       "Requests per second that a session may keep up")),
    live(ranged<&C::session, &Session::subscribe_burst>("session", "subscribe_burst", {1, kMillion},
                                                        "Requests that a session may send at once")),
    live(ranged<&C::session, &Session::message_rate>(
        "session", "message_rate", {1, kMillion},
        "Messages, pings and pongs per second of a client, each 256 bytes counted as one more")),
    live(ranged<&C::session, &Session::message_burst>("session", "message_burst", {100, kMillion},
                                                      "The same at once; beyond, the client is closed")),
    live(
        ranged<&C::session, &Session::outbox_soft_bytes>("session", "outbox_soft_bytes", {kKiB, 1024 * kMiB},
                                                         "Waiting bytes that a session may have for outbox_soft_time")),
    live(ranged<&C::session, &Session::outbox_soft_time>(
        "session", "outbox_soft_time", {0, kHour}, "Time above outbox_soft_bytes after which a session is closed")),
    live(ranged<&C::session, &Session::outbox_hard_bytes>(
        "session", "outbox_hard_bytes", {kKiB, 1024 * kMiB},
        "Waiting bytes at which a session is closed at once; at least outbox_soft_bytes")),
    live(ranged<&C::session, &Session::stall_time>(
        "session", "stall_time", {10, 24 * kHour},
        "Time that a client may take nothing of what waits for it, after which it is closed")),
    ranged<&C::session, &Session::send_buffer_bytes>(
        "session", "send_buffer_bytes", {0, 64 * kMiB},
        "Send buffer of a socket in the kernel; 0 leaves it to the system"),
    ranged<&C::session, &Session::resume_window>(
        "session", "resume_window", {0, kHour},
        "Time that a session waits for its client to come back; 0 ends it with its connection"),
    ranged<&C::session, &Session::resume_bars>("session", "resume_bars", {0, 100'000},
                                               "Closed bars of a stream remembered for sessions that are resumed"),
    ranged<&C::session, &Session::max_parked>("session", "max_parked", {1, kMillion},
                                              "Sessions of an io thread that wait; beyond, the oldest end"),
    ranged<&C::session, &Session::max_parked_per_user>("session", "max_parked_per_user", {1, kMillion},
                                                       "The same of one user"),
    live(ranged<&C::limits, &Limits::tokens_per_client>("limits", "tokens_per_client", {1, kMillion},
                                                        "Instruments that a client may take raw ticks of")),
    ranged<&C::limits, &Limits::user_rate>("limits", "user_rate", {0, kMillion},
                                           "Requests per second of a user over all connections; 0 means no limit"),
    ranged<&C::limits, &Limits::user_burst>("limits", "user_burst", {1, kMillion}, "Requests of a user at once"),
    ranged<&C::limits, &Limits::token_rate>("limits", "token_rate", {0, kMillion},
                                            "The same of one token or API key; 0 means no limit"),
    ranged<&C::limits, &Limits::token_burst>("limits", "token_burst", {1, kMillion},
                                             "Requests of one token or API key at once"),
    live(ranged<&C::limits, &Limits::connections_per_address>(
        "limits", "connections_per_address", {0, kMillion},
        "Connections at once from one address, of IPv6 from one /64; 0 means no limit")),
    live(ranged<&C::limits, &Limits::connections_per_user>("limits", "connections_per_user", {0, kMillion},
                                                           "WebSockets of one user at once; 0 means no limit")),
    live(ranged<&C::rest, &Rest::ttl>("rest", "ttl", {kSecond, 30 * kDay},
                                      "How long a REST session lives that nobody uses")),
    live(ranged<&C::rest, &Rest::sessions_per_user>("rest", "sessions_per_user", {1, 10'000},
                                                    "REST sessions that one user may have")),
    ranged<&C::rest, &Rest::max_sessions>("rest", "max_sessions", {1, kMillion}, "REST sessions of all users together"),
    live(plain<&C::rest, &Rest::cookie>("rest", "cookie",
                                        "Cookie that may hold the id of a REST session; empty for none")),
    live(secret<&C::channels, &Channels::token>("channels", "token",
                                                "What a client of a channel has to present; empty lets everybody in")),
    ranged<&C::channels, &Channels::throttle>("channels", "throttle", {0, kMinute},
                                              "From a change to the message that tells it and what follows meanwhile"),
    live(ranged<&C::channels, &Channels::queue>("channels", "queue", {1, 10'000},
                                                "Messages that wait for a client; beyond, the oldest are dropped")),
    plain<&C::channels, &Channels::symbols>(
        "channels", "symbols",
        "Symbols asked of the upstream while a channel is taken; empty means all of a small feed"),
    live(ranged<&C::channels, &Channels::connections_per_address>(
        "channels", "connections_per_address", {0, kMillion},
        "Clients of channels at once from one address, of IPv6 from one /64; 0 means no limit")),
    chosen<&C::auth, &Auth::algorithms>("auth", "algorithms", kAlgorithms,
                                        "Signature algorithms that a token may have"),
    plain<&C::auth, &Auth::secret_file>(
        "auth", "secret_file", "File with the secret of the HS algorithms; empty makes one in the state directory"),
    plain<&C::auth, &Auth::public_key_file>("auth", "public_key_file",
                                            "PEM file with the public key of RS256 or ES256"),
    plain<&C::auth, &Auth::jwks>("auth", "jwks", "Key set (JWKS) of RS256 and ES256: a file or an https URL"),
    ranged<&C::auth, &Auth::jwks_refresh>("auth", "jwks_refresh", {kSecond, kDay},
                                          "How often the key set is read again"),
    plain<&C::auth, &Auth::issuer>("auth", "issuer", "What the iss claim of a token must be; empty accepts any"),
    plain<&C::auth, &Auth::audience>("auth", "audience", "What the aud claim of a token must hold; empty accepts any"),
    ranged<&C::auth, &Auth::leeway>("auth", "leeway", {0, kHour},
                                    "Difference of clocks that is forgiven in exp, nbf and iat"),
    ranged<&C::auth, &Auth::token_ttl>("auth", "token_ttl", {kSecond, 366 * kDay},
                                       "How long a token lasts that an API key is exchanged for, at most"),
    chosen<&C::signals, &Signals::premium_tiers>("signals", "premium_tiers", kTiers,
                                                 "Tiers whose users see premium signals"),
    plain<&C::signals, &Signals::tier_aliases>("signals", "tier_aliases",
                                               "Other names of tiers, each as ALIAS=TIER; case does not matter"),
    ranged<&C::signals, &Signals::tier_refresh>("signals", "tier_refresh", {100, 24 * kHour},
                                                "How often the stored tiers of connected users are read anew"),
    ranged<&C::signals, &Signals::replay_limit>("signals", "replay_limit", {0, kMillion},
                                                "Missed signals that a client is sent when it comes back"),
    plain<&C::control, &Control::socket>("control", "socket",
                                         "Control socket; empty takes the default of the environment"),
    plain<&C::state, &State::directory>(
        "state", "directory", "Directory for what outlives the process; empty takes the default of the environment"),
    plain<&C::store, &Store::enabled>("store", "enabled", "Keep closed bars in the state directory for the next start"),
    ranged<&C::store, &Store::max_queued_bars>("store", "max_queued_bars", {1000, 10 * kMillion},
                                               "Bars that wait for a slow disk; beyond, the oldest are dropped"),
    ranged<&C::store, &Store::retention_seconds>("store", "retention_seconds", {kHour, 36'500 * kDay},
                                                 "How long bars of 1s to 30s are kept"),
    ranged<&C::store, &Store::retention_minutes>("store", "retention_minutes", {kHour, 36'500 * kDay},
                                                 "How long bars of 1min to 30min are kept"),
    ranged<&C::store, &Store::retention_hours>("store", "retention_hours", {kHour, 36'500 * kDay},
                                               "How long bars of 60min and 1day are kept"),
    ranged<&C::store, &Store::retention_analytics>("store", "retention_analytics", {kHour, 36'500 * kDay},
                                                   "How long it is known what was subscribed"),
    ranged<&C::store, &Store::retention_signals>("store", "retention_signals", {kHour, 36'500 * kDay},
                                                 "How long signals are kept, and repeated ones recognised"),
    live(chosen<&C::log, &Log::level>("log", "level", kLevels, "Least severe line to write")),
    chosen<&C::log, &Log::format>("log", "format", kFormats, "One line of text or one JSON object per event")};

}  // namespace

std::span<const Key> keys() {
  return kKeys;
}

std::span<const std::string_view> sections() {
  return kSections;
}

}  // namespace subd::config
