#include "server/http_routes.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <string>
#include <string_view>
#include <utility>

#include "auth/request_token.hpp"
#include "base/json_text.hpp"
#include "base/result.hpp"
#include "server/handshake.hpp"
#include "server/kite_login.hpp"
#include "server/landing_page.hpp"

namespace subd::server {
namespace {

using Handler = Answer (*)(const HttpRequest&, const RouteContext&);

struct Endpoint {
  std::string_view path;
  Handler answer;
  std::string_view methods;  ///< as the Allow header has them
  bool operations;           ///< answered even when connections are over the limit
};

HttpResponse come_back_later(unsigned status, std::string_view code, std::string_view detail, int retry_after_seconds) {
  HttpResponse response = problem(status, code, detail);
  response.fields.emplace_back("Retry-After", std::to_string(retry_after_seconds));
  return response;
}

/// A quoted string of a header field: what cannot stand there is left out.
std::string quotable(std::string_view text) {
  std::string out;
  std::copy_if(text.begin(), text.end(), std::back_inserter(out),
               [](char c) { return c >= ' ' && c <= '~' && c != '"' && c != '\\'; });
  return out;
}

HttpResponse unauthorized(std::string_view detail, bool token_presented) {
  HttpResponse response = problem(401, "unauthorized", detail);
  std::string challenge = R"(Bearer realm="subd")";
  if (token_presented) challenge += R"(, error="invalid_token", error_description=")" + quotable(detail) + '"';
  response.fields.emplace_back("WWW-Authenticate", std::move(challenge));
  return response;
}

Answer healthz(const HttpRequest&, const RouteContext&) {
  HttpResponse response;
  response.content_type = "text/plain; charset=utf-8";
  response.body = "ok\n";
  return response;
}

Answer readyz(const HttpRequest&, const RouteContext& context) {
  Readiness readiness = context.backend.readiness();
  if (context.draining) readiness.reasons.emplace_back("the server is shutting down");
  HttpResponse response;
  response.status = readiness.ready() ? 200 : 503;
  response.content_type = "application/json";
  response.body = readiness.ready() ? R"({"ready":true,"reasons":[)" : R"({"ready":false,"reasons":[)";
  for (const std::string& reason : readiness.reasons) {
    if (response.body.back() != '[') response.body += ',';
    base::append_json_string(response.body, reason);
  }
  response.body += "]}";
  return response;
}

Answer metrics(const HttpRequest& request, const RouteContext& context) {
  if (request.local || context.metrics_public) return MetricsWanted{};
  return problem(403, "forbidden", "/metrics answers only to this host unless the configuration makes it public");
}

/// The holder of the API key that the request presents, if that covers `needed`; else the refusal. nullopt when it
/// presents none.
std::optional<base::Result<auth::ApiKeyHolder, HttpResponse>> key_holder(const HttpRequest& request,
                                                                         const RouteContext& context,
                                                                         auth::Role needed) {
  using Outcome = base::Result<auth::ApiKeyHolder, HttpResponse>;
  const auto presented = auth::api_key_from_request(request.authorization, request.api_key);
  if (!presented) return std::nullopt;
  const auth::ApiKeyHolder* holder = context.api_keys.find(*presented);
  if (holder == nullptr) return Outcome{unauthorized("no such API key", true)};
  if (!auth::covers(holder->role, needed)) {
    return Outcome{problem(403, "forbidden",
                           "an API key of role " + std::string{auth::role_name(needed)} +
                               " is needed here, this one has role " + std::string{auth::role_name(holder->role)})};
  }
  return Outcome{*holder};
}

using Sender = base::Result<auth::Principal, HttpResponse>;

/// The principal, unless it asks too often.
Sender within_limits(auth::Principal principal, const RouteContext& context) {
  const auto over = context.requests.take(principal, context.mono_now);
  if (!over) return principal;
  const auto seconds = std::chrono::ceil<std::chrono::seconds>(over->retry_after);
  return come_back_later(429, "rate_limited",
                         "too many requests of this " + std::string{over->whose} + ", all connections together",
                         static_cast<int>(seconds.count()));
}

/// Who sends the request, by key or token; nullopt when it presents neither.
std::optional<Sender> sender(const HttpRequest& request, const RouteContext& context,
                             const auth::RequestToken& presented) {
  if (const auto holder = key_holder(request, context, auth::Role::Client)) {
    return *holder ? within_limits((*holder)->principal(), context) : Sender{holder->error()};
  }
  if (!presented.token) return std::nullopt;
  auto principal = context.verifier.verify(*presented.token, context.now);
  if (!principal) return Sender{unauthorized(principal.error().message, true)};
  return within_limits(std::move(*principal), context);
}

Answer catalogue(const HttpRequest& request, const RouteContext& context) {
  const auto who = sender(request, context, auth::token_from_request(request.authorization, request.target, {}));
  if (!who) {
    return unauthorized("a token is required: Authorization: Bearer <jwt or API key>, X-API-Key, or ?token=<jwt>",
                        false);
  }
  if (!*who) return who->error();
  HttpResponse response;
  response.content_type = "application/json";
  response.body = context.backend.catalogue_json();
  return response;
}

Answer landing(const HttpRequest&, const RouteContext& context) {
  HttpResponse response;
  response.content_type = "text/html; charset=utf-8";
  response.body = landing_page(context.backend.facts());
  response.fields.emplace_back("Content-Security-Policy",
                               "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; "
                               "frame-ancestors 'none'");
  response.fields.emplace_back("Referrer-Policy", "no-referrer");
  return response;
}

template <session::ClientKind Kind>
Answer websocket(const HttpRequest& request, const RouteContext& context) {
  if (auto wrong = handshake_problem(request)) return std::move(*wrong);
  if (context.draining) return come_back_later(503, "unavailable", "the server is shutting down", 2);
  auth::RequestToken presented =
      auth::token_from_request(request.authorization, request.target, request.websocket_protocols);
  UpgradeAccepted accepted;
  accepted.kind = Kind;
  accepted.select_subprotocol = presented.select_subprotocol;
  if (auto who = sender(request, context, presented)) {
    if (!*who) return who->error();
    accepted.principal = std::move(**who);
  }
  return accepted;
}

/// 403 for a login that does not hold, as Kite has it.
Answer kite_socket(const HttpRequest& request, const RouteContext& context) {
  if (auto wrong = handshake_problem(request)) return std::move(*wrong);
  if (context.draining) return come_back_later(503, "unavailable", "the server is shutting down", 2);
  auto principal = kite_login(request.target, context.verifier, context.api_keys, context.now);
  if (!principal) return problem(403, "forbidden", principal.error().message);
  auto who = within_limits(std::move(*principal), context);
  if (!who) return who.error();
  UpgradeAccepted accepted;
  accepted.kind = session::ClientKind::Kite;
  accepted.principal = std::move(*who);
  return accepted;
}

/// The holder of the publisher's key, or the refusal.
base::Result<auth::ApiKeyHolder, HttpResponse> publisher(const HttpRequest& request, const RouteContext& context) {
  if (!context.backend.takes_ingest()) {
    return problem(404, "not_found", "nothing can be published here: no feed of this subd is push");
  }
  auto holder = key_holder(request, context, auth::Role::Publisher);
  if (!holder) {
    return unauthorized(
        "an API key of role publisher is required: Authorization: Bearer subd_..., or X-API-Key: subd_...", false);
  }
  if (*holder && context.draining) return come_back_later(503, "unavailable", "the server is shutting down", 2);
  return std::move(*holder);
}

Answer ingest(const HttpRequest& request, const RouteContext& context) {
  auto holder = publisher(request, context);
  if (!holder) return holder.error();
  return IngestWanted{std::move(holder->user)};
}

Answer ingest_socket(const HttpRequest& request, const RouteContext& context) {
  if (auto wrong = handshake_problem(request)) return std::move(*wrong);
  const auto holder = publisher(request, context);
  if (!holder) return holder.error();
  UpgradeAccepted accepted;
  accepted.kind = session::ClientKind::Publisher;
  accepted.principal = holder->principal();
  return accepted;
}

constexpr std::string_view kGet = "GET";
constexpr std::string_view kGetOrHead = "GET, HEAD";
constexpr std::string_view kPost = "POST";

/// Whether `methods`, separated by commas, has `method`.
bool allows(std::string_view methods, std::string_view method) {
  while (!methods.empty()) {
    const auto comma = methods.find(", ");
    if (methods.substr(0, comma) == method) return true;
    methods.remove_prefix(comma == std::string_view::npos ? methods.size() : comma + 2);
  }
  return false;
}

constexpr std::array kEndpoints{
    Endpoint{"/", landing, kGetOrHead, false},
    Endpoint{"/healthz", healthz, kGetOrHead, true},
    Endpoint{"/readyz", readyz, kGetOrHead, true},
    Endpoint{"/metrics", metrics, kGetOrHead, true},
    Endpoint{"/indicators/catalog", catalogue, kGetOrHead, false},
    Endpoint{"/ws/indicators", websocket<session::ClientKind::Indicators>, kGet, false},
    Endpoint{"/ws/ticks", websocket<session::ClientKind::Ticks>, kGet, false},
    Endpoint{"/kite/", kite_socket, kGet, false},
    Endpoint{"/kite", kite_socket, kGet, false},  // clients that add the query to a root without a slash
    Endpoint{"/ws/ingest", ingest_socket, kGet, false},
    Endpoint{"/ingest/ticks", ingest, kPost, false},
};

}  // namespace

Answer route(const HttpRequest& request, const RouteContext& context) {
  const auto endpoint = std::find_if(kEndpoints.begin(), kEndpoints.end(),
                                     [&](const Endpoint& candidate) { return candidate.path == request.path(); });
  if (context.over_limit && (endpoint == kEndpoints.end() || !endpoint->operations)) {
    return come_back_later(429, "limit_exceeded", "all connections of this server are taken", 5);
  }
  // The path is not repeated: it is the client's text and may hold anything.
  if (endpoint == kEndpoints.end()) return problem(404, "not_found", "no such path; / lists what there is");
  if (!allows(endpoint->methods, request.method)) {
    const std::string allowed{endpoint->methods};
    HttpResponse response = problem(405, "method_not_allowed", "this path allows " + allowed);
    response.fields.emplace_back("Allow", allowed);
    return response;
  }
  return endpoint->answer(request, context);
}

HttpResponse metrics_response(std::string text) {
  HttpResponse response;
  response.content_type = "text/plain; version=0.0.4; charset=utf-8";
  response.body = std::move(text);
  return response;
}

HttpResponse ingest_response(session::IngestReply reply) {
  if (reply.status == 429) return come_back_later(reply.status, reply.code, reply.text, 1);
  if (reply.status != 200) return problem(reply.status, reply.code, reply.text);
  HttpResponse response;
  response.content_type = "application/json";
  response.body = std::move(reply.text);
  return response;
}

}  // namespace subd::server
