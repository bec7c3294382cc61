#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "auth/jwt_issuer.hpp"
#include "auth/jwt_verifier.hpp"
#include "auth/tier.hpp"
#include "channel/broadcaster.hpp"
#include "config/config.hpp"
#include "daemon/key_refresh.hpp"
#include "daemon/state_directory.hpp"
#include "engine/engine.hpp"
#include "market/calendar_set.hpp"
#include "server/settings.hpp"
#include "session/limits.hpp"
#include "session/request_limits.hpp"
#include "store/store.hpp"

/// The configuration, handed to each module in its own terms.
namespace subd::daemon {

/// `calendars` outlive the engine.
[[nodiscard]] engine::Settings engine_settings(const config::Config& config, const market::CalendarSet& calendars);
[[nodiscard]] server::Settings server_settings(const config::Config& config);
/// Of one of so many io threads.
[[nodiscard]] session::Limits session_limits(const config::Config& config, std::size_t io_threads);
/// For the feed's instruments. Throws std::runtime_error for a symbol that the feed does not have.
[[nodiscard]] channel::Settings channel_settings(const config::Channels& config,
                                                 const market::InstrumentTable& instruments);
[[nodiscard]] session::RequestLimitSettings request_limit_settings(const config::Config& config);
[[nodiscard]] auth::TierRules tier_rules(const config::Signals& settings);
/// Where the store keeps everything, in the state directory.
[[nodiscard]] std::filesystem::path database_file(const config::Config& config);
/// For the market called `source`, in the state directory. `calendars` outlive the store.
[[nodiscard]] store::Settings store_settings(const config::Config& config, std::string source,
                                             std::shared_ptr<const market::InstrumentTable> instruments,
                                             const market::CalendarSet& calendars);

/// Who may come in, and what makes tokens here.
struct Authority {
  /// With the keys that were there at the start.
  auth::JwtVerifier verifier;
  /// What `verifier` was made of, but for the keys of a key set.
  auth::JwtSettings rules;
  /// Null when the configuration has no secret: tokens come from elsewhere.
  std::unique_ptr<auth::JwtIssuer> issuer;
};

/// Where the key set of the configuration is and is kept. REQUIRES: auth.jwks is given.
[[nodiscard]] KeySource key_source(const config::Auth& settings, const StateDirectory& state);

/// Reads the keys, making the secret in the state directory when an HS algorithm is allowed and no file is named.
/// Throws std::runtime_error that names the file or key.
[[nodiscard]] Authority open_authority(const config::Auth& settings, const StateDirectory& state);

}  // namespace subd::daemon
