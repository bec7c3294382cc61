#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "auth/api_keys.hpp"
#include "auth/jwt_verifier.hpp"
#include "auth/principal.hpp"
#include "auth/revocations.hpp"
#include "auth/shared_token.hpp"
#include "base/clock.hpp"
#include "channel/message.hpp"
#include "server/admission.hpp"
#include "server/http_backend.hpp"
#include "server/http_message.hpp"
#include "session/client.hpp"

/// What a route may answer, and what it may look at for that.
namespace subd::server {

/// The response comes later.
struct Deferred {
  /// Called once, on the io thread, with the body of the request. Must not block; the response may be handed over from
  /// within.
  std::function<void(std::string body, Respond respond)> begin;
};

/// The request becomes a WebSocket. Without a principal the session has to present its token first.
struct UpgradeAccepted {
  session::ClientKind kind = session::ClientKind::Indicators;
  channel::ChannelId channel{};         ///< of ClientKind::Channel
  std::string since{};                  ///< of ClientKind::Signals, as session::ClientRole
  std::optional<std::string> resume{};  ///< of ClientKind::Indicators, as session::ClientRole
  std::optional<auth::Principal> principal;
  bool select_subprotocol = false;
  bool compressed = false;  ///< permessage-deflate was agreed on
};

using Answer = std::variant<HttpResponse, Deferred, UpgradeAccepted>;

/// What the answer depends on beside the request. A Deferred may keep a reference to `backend`, to nothing else.
struct RouteContext {
  HttpBackend& backend;
  const auth::JwtVerifier& verifier;
  const auth::ApiKeySet& api_keys;
  session::RequestLimits& requests;
  const auth::SharedToken& channel_token;
  const auth::RevocationSet* revoked = nullptr;  ///< null: no token is
  base::UtcTime now{};
  base::MonoTime mono_now{};
  std::string_view session_cookie{};  ///< the name of the cookie that may hold a session id
  bool metrics_public = false;
  bool draining = false;
  /// Set, the connection is one too many: only /healthz, /readyz and /metrics are answered, so that a full server does
  /// not look like a dead one.
  std::optional<Refusal> refusal{};
};

}  // namespace subd::server
