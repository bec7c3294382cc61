#include "server/http_routes.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <utility>

#include "auth/request_token.hpp"
#include "base/json_text.hpp"
#include "channel/catalogue.hpp"
#include "server/channel_route.hpp"
#include "server/documents.hpp"
#include "server/handshake.hpp"
#include "server/http_sender.hpp"
#include "server/kite_login.hpp"
#include "server/landing_page.hpp"
#include "server/monitoring.hpp"
#include "server/rest_routes.hpp"
#include "server/signal_routes.hpp"

namespace subd::server {
namespace {

using Handler = Answer (*)(const HttpRequest&, const RouteContext&);

constexpr std::string_view kVaries = "{symbol}";

struct Endpoint {
  std::string_view path;  ///< ends in kVaries where the last part is the client's
  Handler answer;
  std::string_view methods;  ///< as the Allow header has them
  bool operations;           ///< answered even when connections are over the limit
};

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
  if (!request.local && !context.metrics_public) {
    return problem(403, "forbidden", "/metrics answers only to this host unless the configuration makes it public");
  }
  return Deferred{[&backend = context.backend](const std::string&, Respond respond) {
    backend.metrics([respond = std::move(respond)](std::string text) {
      HttpResponse response;
      response.content_type = "text/plain; version=0.0.4; charset=utf-8";
      response.body = std::move(text);
      respond(std::move(response));
    });
  }};
}

Answer catalogue(const HttpRequest& request, const RouteContext& context) {
  const auto who = required_sender(request, context);
  if (!who) return who.error();
  return json_response(200, context.backend.catalogue_json());
}

template <std::string_view (*Document)() noexcept>
Answer document(const HttpRequest&, const RouteContext&) {
  HttpResponse response;
  response.content_type = "application/json";
  response.body = Document();
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
  if (Kind == session::ClientKind::Indicators) accepted.resume = std::move(presented.resume);
  if (auto who = sender(request, context, presented)) {
    if (!*who) return who->error();
    accepted.principal = std::move(**who);
  }
  return accepted;
}

Answer signals_socket(const HttpRequest& request, const RouteContext& context) {
  auto since = since_of(request);
  if (!since) return since.error();
  Answer answer = websocket<session::ClientKind::Signals>(request, context);
  if (auto* accepted = std::get_if<UpgradeAccepted>(&answer)) accepted->since = std::move(*since);
  return answer;
}

/// A token for an API key. What a key of another role is good for is no client's.
Answer token(const HttpRequest& request, const RouteContext& context) {
  const auto holder = required_key_holder(request, context, auth::Role::Client);
  if (!holder) return holder.error();
  auto who = let_in(holder->principal(), context);
  if (!who) return who.error();
  return Deferred{
      [&backend = context.backend, user = who->user_id, admin = who->admin](std::string body, Respond respond) {
        backend.issue_token({.user = user, .admin = admin, .body = std::move(body)}, std::move(respond));
      }};
}

/// 403 for a login that does not hold, as Kite has it.
Answer kite_socket(const HttpRequest& request, const RouteContext& context) {
  if (auto wrong = handshake_problem(request)) return std::move(*wrong);
  if (context.draining) return come_back_later(503, "unavailable", "the server is shutting down", 2);
  auto principal = kite_login(request.target, context.verifier, context.api_keys, context.now);
  if (!principal) return problem(403, "forbidden", principal.error().message);
  auto who = let_in(std::move(*principal), context);
  if (!who) return who.error();
  UpgradeAccepted accepted;
  accepted.kind = session::ClientKind::Kite;
  accepted.principal = std::move(*who);
  return accepted;
}

/// The holder of the publisher's key, or the refusal.
KeyHolder publisher(const HttpRequest& request, const RouteContext& context) {
  if (!context.backend.takes_ingest()) {
    return problem(404, "not_found", "nothing can be published here: no feed of this subd is push");
  }
  auto holder = required_key_holder(request, context, auth::Role::Publisher);
  if (holder && context.draining) return come_back_later(503, "unavailable", "the server is shutting down", 2);
  return holder;
}

HttpResponse ingest_response(session::IngestReply reply) {
  if (reply.status == 429) return come_back_later(reply.status, reply.code, reply.text, 1);
  if (reply.status != 200) return problem(reply.status, reply.code, reply.text);
  return json_response(200, std::move(reply.text));
}

Answer ingest(const HttpRequest& request, const RouteContext& context) {
  auto holder = publisher(request, context);
  if (!holder) return holder.error();
  return Deferred{[&backend = context.backend, user = std::move(holder->user), query = std::string{request.query()}](
                      std::string body, Respond respond) {
    backend.ingest(
        {.user = user, .form = session::IngestForm::Lines, .query = query, .text = std::move(body)},
        [respond = std::move(respond)](session::IngestReply reply) { respond(ingest_response(std::move(reply))); });
  }};
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

HttpResponse method_not_allowed(std::string_view methods) {
  const std::string allowed{methods};
  HttpResponse response = problem(405, "method_not_allowed", "this path allows " + allowed);
  response.fields.emplace_back("Allow", allowed);
  return response;
}

constexpr std::array kEndpoints{
    Endpoint{"/", landing, kGetOrHead, false},
    Endpoint{"/healthz", healthz, kGetOrHead, true},
    Endpoint{"/readyz", readyz, kGetOrHead, true},
    Endpoint{"/metrics", metrics, kGetOrHead, true},
    Endpoint{"/openapi.json", document<openapi_document>, kGetOrHead, false},
    Endpoint{"/asyncapi.json", document<asyncapi_document>, kGetOrHead, false},
    Endpoint{"/indicators/catalog", catalogue, kGetOrHead, false},
    Endpoint{"/indicators/subscribe", rest_subscribe, kPost, false},
    Endpoint{"/indicators/unsubscribe", rest_unsubscribe, kPost, false},
    Endpoint{"/indicators/data/{symbol}", rest_data, kGet, false},
    Endpoint{"/ws/indicators", websocket<session::ClientKind::Indicators>, kGet, false},
    Endpoint{"/ws/ticks", websocket<session::ClientKind::Ticks>, kGet, false},
    Endpoint{"/ws/stats", ws_stats, kGetOrHead, false},
    Endpoint{"/ws/connections", ws_connections, kGetOrHead, false},
    Endpoint{"/ws/signals", signals_socket, kGet, false},
    Endpoint{"/api/v1/signals", get_signals, kGet, false},
    Endpoint{"/api/v1/external-signals/sync/signal", post_signals, kPost, false},
    Endpoint{"/api/auth/token", token, kPost, false},
    Endpoint{"/kite/", kite_socket, kGet, false},
    Endpoint{"/kite", kite_socket, kGet, false},  // clients that add the query to a root without a slash
    Endpoint{"/ws/ingest", ingest_socket, kGet, false},
    Endpoint{"/ingest/ticks", ingest, kPost, false},
};

/// Null when there is no such path.
const Endpoint* find_endpoint(std::string_view path) noexcept {
  const auto found = std::find_if(kEndpoints.begin(), kEndpoints.end(), [path](const Endpoint& candidate) {
    if (!candidate.path.ends_with(kVaries)) return candidate.path == path;
    const std::string_view fixed = candidate.path.substr(0, candidate.path.size() - kVaries.size());
    return path.starts_with(fixed) && path.find('/', fixed.size()) == std::string_view::npos;
  });
  return found != kEndpoints.end() ? &*found : nullptr;
}

}  // namespace

std::string_view endpoint_name(const HttpRequest& request) noexcept {
  const Endpoint* endpoint = find_endpoint(request.path());
  if (endpoint != nullptr) return endpoint->path;
  const auto channel = channel::find_path(request.path());
  return channel ? channel::channel_path(*channel) : "other";
}

Answer route(const HttpRequest& request, const RouteContext& context) {
  const Endpoint* endpoint = find_endpoint(request.path());
  if (context.refusal && (endpoint == nullptr || !endpoint->operations)) return refusal_response(*context.refusal);
  if (endpoint == nullptr) {
    if (const auto channel = channel::find_path(request.path())) {
      return request.method == kGet ? channel_socket(request, context, *channel) : method_not_allowed(kGet);
    }
    // The path is not repeated: it is the client's text and may hold anything.
    return problem(404, "not_found", "no such path; / lists what there is");
  }
  if (!allows(endpoint->methods, request.method)) return method_not_allowed(endpoint->methods);
  return endpoint->answer(request, context);
}

HttpResponse refusal_response(const Refusal& refusal) {
  constexpr int kRetryAfterSeconds = 5;
  HttpResponse response = come_back_later(429, "limit_exceeded", refusal.detail(), kRetryAfterSeconds);
  response.refusal_reason = refusal.reason();
  return response;
}

}  // namespace subd::server
