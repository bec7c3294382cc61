#include "daemon/settings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <stdexcept>
#include <utility>

#include "auth/key.hpp"
#include "auth/secret_file.hpp"
#include "base/nearest.hpp"

namespace subd::daemon {
namespace {

/// A feed of up to so many instruments is asked for all of them while a channel is taken.
constexpr std::size_t kSmallFeed = 1000;

bool allows(const config::Auth& settings, std::string_view family) {
  return std::any_of(settings.algorithms.begin(), settings.algorithms.end(),
                     [&](const std::string& algorithm) { return algorithm.starts_with(family); });
}

engine::GreeksSettings greeks_settings(const config::Greeks& config) {
  engine::GreeksSettings settings;
  if (config.model == "bsm") settings.model = market::PricingModel::BlackScholesMerton;
  settings.forward = config.forward == "future"       ? engine::ForwardSource::Future
                     : config.forward == "underlying" ? engine::ForwardSource::Underlying
                                                      : engine::ForwardSource::Synthetic;
  settings.rate = config.rate;
  settings.dividend = config.dividend;
  if (config.day_count == 252) settings.day_count = engine::DayCount::Trading252;
  for (const config::ExpiryTime& time : config.expiry_times) {
    settings.expiry_times.push_back({time.exchange, time.time_of_day});
  }
  return settings;
}

}  // namespace

engine::Settings engine_settings(const config::Config& config, const market::CalendarSet& calendars) {
  engine::Settings settings;
  settings.calendars = &calendars;
  settings.bars_per_stream = config.bars.history;
  settings.grace = config.engine.grace;
  settings.forming_interval = config.engine.forming_interval;
  settings.max_streams = config.engine.max_streams;
  settings.max_topics = config.engine.max_topics;
  settings.greeks = greeks_settings(config.greeks);
  return settings;
}

server::Settings server_settings(const config::Config& config) {
  server::Settings settings;
  settings.address = config.server.listen.address;
  settings.port = config.server.listen.port;
  settings.backlog = static_cast<int>(config.server.backlog);
  settings.admission.connections = config.server.max_connections;
  settings.max_http_connections = config.server.max_http_connections;
  settings.admission.per_address = config.limits.connections_per_address;
  settings.admission.per_user = config.limits.connections_per_user;
  settings.admission.handshakes = config.tls.handshakes;
  settings.admission.handshakes_per_address = config.tls.handshakes_per_address;
  settings.tls_handshake_timeout = config.tls.handshake_timeout;
  settings.trusted_proxies = config.server.trusted_proxies;
  settings.handshake_timeout = config.server.handshake_timeout;
  settings.flush_window = config.server.flush_window;
  settings.compression = config.server.compression;
  settings.compression_threshold = config.server.compression_threshold;
  settings.send_buffer_bytes = static_cast<int>(config.session.send_buffer_bytes);
  settings.session_cookie = config.rest.cookie;
  settings.metrics_public = config.server.metrics_public;
  settings.admission.per_address_of_kind[static_cast<std::size_t>(session::ClientKind::Channel)] =
      config.channels.connections_per_address;
  settings.channel_token = auth::SharedToken{config.channels.token};
  settings.tier_refresh = config.signals.tier_refresh;
  return settings;
}

session::Limits session_limits(const config::Config& config, std::size_t io_threads) {
  session::Limits limits;
  limits.max_streams = config.session.max_streams;
  limits.max_indicators = config.session.max_indicators;
  limits.max_history = config.session.max_history;
  limits.max_tokens = config.limits.tokens_per_client;
  limits.rest_ttl = config.rest.ttl;
  limits.rest_sessions_per_user = config.rest.sessions_per_user;
  // A user's sessions are all on one thread, and the users are spread over them.
  limits.rest_sessions = (config.rest.max_sessions + io_threads - 1) / io_threads;
  limits.max_message_bytes = config.server.max_message_bytes;
  limits.default_throttle = config.session.throttle;
  limits.channel_queue = config.channels.queue;
  limits.subscribe_rate = config.session.subscribe_rate;
  limits.subscribe_burst = config.session.subscribe_burst;
  limits.message_rate = config.session.message_rate;
  limits.message_burst = config.session.message_burst;
  limits.max_errors = config.server.max_errors;
  limits.errors_window = config.server.max_errors_window;
  limits.outbox_soft_bytes = config.session.outbox_soft_bytes;
  limits.outbox_soft_time = config.session.outbox_soft_time;
  limits.outbox_hard_bytes = config.session.outbox_hard_bytes;
  limits.stall_time = config.session.stall_time;
  limits.resume_window = config.session.resume_window;
  limits.resume_bars = config.session.resume_bars;
  limits.max_parked = config.session.max_parked;
  limits.max_parked_per_user = config.session.max_parked_per_user;
  limits.auth_timeout = config.server.auth_timeout;
  limits.heartbeat_interval = config.server.heartbeat_interval;
  limits.heartbeat_timeout = config.server.heartbeat_timeout;
  limits.expiry_leeway = config.auth.leeway;
  return limits;
}

channel::Settings channel_settings(const config::Channels& config, const market::InstrumentTable& instruments) {
  channel::Settings settings;
  settings.throttle = config.throttle;
  for (const std::string& symbol : config.symbols) {
    const auto id = instruments.find(symbol);
    if (!id) {
      throw std::runtime_error(fmt::format("channels.symbols: the feed has no symbol {}{}", symbol,
                                           base::did_you_mean(instruments.nearest(symbol))));
    }
    settings.scope.push_back(*id);
  }
  if (config.symbols.empty() && instruments.size() <= kSmallFeed) {
    for (std::uint32_t i = 0; i < instruments.size(); ++i) settings.scope.push_back(market::InstrumentId{i});
  }
  return settings;
}

session::RequestLimitSettings request_limit_settings(const config::Config& config) {
  const config::Limits& limits = config.limits;
  return {.user_rate = static_cast<double>(limits.user_rate),
          .user_burst = static_cast<double>(limits.user_burst),
          .token_rate = static_cast<double>(limits.token_rate),
          .token_burst = static_cast<double>(limits.token_burst)};
}

auth::TierRules tier_rules(const config::Signals& settings) {
  std::vector<auth::TierAlias> aliases;
  for (const std::string& item : settings.tier_aliases) {
    const auto equals = item.find('=');
    aliases.push_back({item.substr(0, equals), *auth::parse_tier(std::string_view{item}.substr(equals + 1))});
  }
  std::vector<auth::Tier> premium;
  for (const std::string& name : settings.premium_tiers) premium.push_back(*auth::parse_tier(name));
  return {std::move(aliases), premium};
}

std::filesystem::path database_file(const config::Config& config) {
  return std::filesystem::path{config.state.directory} / "subd.db";
}

store::Settings store_settings(const config::Config& config, std::string source,
                               std::shared_ptr<const market::InstrumentTable> instruments,
                               const market::CalendarSet& calendars) {
  return {.file = database_file(config),
          .source = std::move(source),
          .instruments = std::move(instruments),
          .retention = {.seconds = config.store.retention_seconds,
                        .minutes = config.store.retention_minutes,
                        .hours = config.store.retention_hours},
          .max_queued_bars = config.store.max_queued_bars,
          .calendars = &calendars};
}

KeySource key_source(const config::Auth& settings, const StateDirectory& state) {
  KeySource source{.place = settings.jwks, .interval = settings.jwks_refresh};
  if (settings.jwks.find("://") != std::string::npos) source.kept_in = state.path() / "jwks.json";
  return source;
}

Authority open_authority(const config::Auth& settings, const StateDirectory& state) {
  auth::JwtSettings jwt;
  jwt.algorithms = settings.algorithms;
  jwt.leeway = std::chrono::ceil<std::chrono::seconds>(settings.leeway);
  jwt.issuer = settings.issuer;
  jwt.audience = settings.audience;
  std::unique_ptr<auth::JwtIssuer> issuer;
  if (allows(settings, "HS")) {
    auth::Key key;
    if (settings.secret_file.empty()) {
      const auto file = state.path() / "secret";
      key.material = auth::load_or_create_secret(file);
      key.name = file.string();
    } else {
      key = auth::load_key(auth::KeyFamily::Hmac, settings.secret_file);
    }
    // Tokens are minted with HS256; without it in the list nobody would accept them.
    if (std::find(settings.algorithms.begin(), settings.algorithms.end(), "HS256") != settings.algorithms.end()) {
      issuer = std::make_unique<auth::JwtIssuer>(key.material, settings.issuer, settings.audience);
    }
    jwt.keys.push_back(std::move(key));
  }
  if (!settings.jwks.empty()) {
    jwt.keys_change = true;
    jwt.missed_key = std::make_shared<std::atomic<bool>>(false);
    auth::JwtSettings now = jwt;
    for (auth::Key& key : first_keys(key_source(settings, state))) now.keys.push_back(std::move(key));
    return {auth::JwtVerifier{now}, std::move(jwt), std::move(issuer)};
  }
  if (allows(settings, "RS")) jwt.keys.push_back(auth::load_key(auth::KeyFamily::Rsa, settings.public_key_file));
  if (allows(settings, "ES")) jwt.keys.push_back(auth::load_key(auth::KeyFamily::EcP256, settings.public_key_file));
  auth::JwtVerifier verifier{jwt};
  return {std::move(verifier), std::move(jwt), std::move(issuer)};
}

}  // namespace subd::daemon
