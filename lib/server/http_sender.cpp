#include "server/http_sender.hpp"

#include <algorithm>
#include <chrono>
#include <iterator>
#include <string>
#include <utility>

namespace subd::server {
namespace {

/// A quoted string of a header field: what cannot stand there is left out.
std::string quotable(std::string_view text) {
  std::string out;
  std::copy_if(text.begin(), text.end(), std::back_inserter(out),
               [](char c) { return c >= ' ' && c <= '~' && c != '"' && c != '\\'; });
  return out;
}

}  // namespace

HttpResponse unauthorized(std::string_view detail, bool token_presented) {
  HttpResponse response = problem(401, "unauthorized", detail);
  std::string challenge = R"(Bearer realm="subd")";
  if (token_presented) challenge += R"(, error="invalid_token", error_description=")" + quotable(detail) + '"';
  response.fields.emplace_back("WWW-Authenticate", std::move(challenge));
  return response;
}

std::optional<KeyHolder> key_holder(const HttpRequest& request, const RouteContext& context, auth::Role needed) {
  const auto presented = auth::api_key_from_request(request.authorization, request.api_key);
  if (!presented) return std::nullopt;
  const auth::ApiKeyHolder* holder = context.api_keys.find(*presented);
  if (holder == nullptr) return KeyHolder{unauthorized("no such API key", true)};
  if (!auth::covers(holder->role, needed)) {
    return KeyHolder{problem(403, "forbidden",
                             "an API key of role " + std::string{auth::role_name(needed)} +
                                 " is needed here, this one has role " + std::string{auth::role_name(holder->role)})};
  }
  return KeyHolder{*holder};
}

KeyHolder required_key_holder(const HttpRequest& request, const RouteContext& context, auth::Role needed) {
  auto holder = key_holder(request, context, needed);
  if (holder) return std::move(*holder);
  return unauthorized("an API key of role " + std::string{auth::role_name(needed)} +
                          " is required: Authorization: Bearer subd_..., or X-API-Key: subd_...",
                      false);
}

Sender let_in(auth::Principal principal, const RouteContext& context) {
  if (context.revoked != nullptr && context.revoked->covers(principal)) {
    return unauthorized(auth::kRevokedMessage, true);
  }
  const auto over = context.requests.take(principal, context.mono_now);
  if (!over) return principal;
  const auto seconds = std::chrono::ceil<std::chrono::seconds>(over->retry_after);
  return come_back_later(429, "rate_limited",
                         "too many requests of this " + std::string{over->whose} + ", all connections together",
                         static_cast<int>(seconds.count()));
}

std::optional<Sender> sender(const HttpRequest& request, const RouteContext& context,
                             const auth::RequestToken& presented) {
  if (const auto holder = key_holder(request, context, auth::Role::Client)) {
    return *holder ? let_in((*holder)->principal(), context) : Sender{holder->error()};
  }
  if (!presented.token) return std::nullopt;
  auto principal = context.verifier.verify(*presented.token, context.now);
  if (!principal) return Sender{unauthorized(principal.error().message, true)};
  return let_in(std::move(*principal), context);
}

Sender required_sender(const HttpRequest& request, const RouteContext& context) {
  auto who = sender(request, context, auth::token_from_request(request.authorization, request.target, {}));
  if (who) return std::move(*who);
  return unauthorized("a token is required: Authorization: Bearer <jwt or API key>, X-API-Key, or ?token=<jwt>", false);
}

}  // namespace subd::server
