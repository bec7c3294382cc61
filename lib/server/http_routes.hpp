#pragma once

#include <optional>
#include <string>
#include <variant>

#include "auth/api_keys.hpp"
#include "auth/jwt_verifier.hpp"
#include "auth/principal.hpp"
#include "base/clock.hpp"
#include "server/http_backend.hpp"
#include "server/http_message.hpp"
#include "session/client.hpp"

/// Requests -> what to do about them. No I/O.
namespace subd::server {

/// The Prometheus text is wanted; it comes later.
struct MetricsWanted {};

/// The body is a publisher's batch; its acknowledgement comes later.
struct IngestWanted {
  std::string user;  ///< of the key
};

/// The request becomes a WebSocket. Without a principal the session has to present its token first.
struct UpgradeAccepted {
  session::ClientKind kind = session::ClientKind::Indicators;
  std::optional<auth::Principal> principal;
  bool select_subprotocol = false;
};

using Answer = std::variant<HttpResponse, MetricsWanted, IngestWanted, UpgradeAccepted>;

/// What the answer depends on beside the request.
struct RouteContext {
  const HttpBackend& backend;
  const auth::JwtVerifier& verifier;
  const auth::ApiKeySet& api_keys;
  session::RequestLimits& requests;
  base::UtcTime now{};
  base::MonoTime mono_now{};
  bool metrics_public = false;
  bool draining = false;
  /// The connection is one too many: only /healthz, /readyz and /metrics are answered, so that a full server does not
  /// look like a dead one.
  bool over_limit = false;
};

[[nodiscard]] Answer route(const HttpRequest& request, const RouteContext& context);

/// The response to MetricsWanted.
[[nodiscard]] HttpResponse metrics_response(std::string text);
/// The response to IngestWanted.
[[nodiscard]] HttpResponse ingest_response(session::IngestReply reply);

}  // namespace subd::server
