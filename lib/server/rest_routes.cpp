#include "server/rest_routes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

#include "auth/request_token.hpp"
#include "base/number_text.hpp"
#include "base/result.hpp"
#include "server/http_sender.hpp"
#include "ws/utf8_check.hpp"

namespace subd::server {
namespace {

using session::RestRequest;

constexpr std::size_t kIdLimitBytes = 128;
constexpr std::size_t kNameLimitBytes = 128;
constexpr std::int64_t kMostHistory = 1'000'000;

/// An id that a client may make up: it comes back in answers, logs and lists.
bool is_sound_id(std::string_view id) noexcept {
  constexpr std::string_view kBeside = "-._~:@+=/";
  return !id.empty() && id.size() <= kIdLimitBytes && std::all_of(id.begin(), id.end(), [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           kBeside.find(c) != std::string_view::npos;
  });
}

/// The value of the first cookie of that name; empty when there is none.
std::string_view cookie_value(std::string_view cookies, std::string_view name) noexcept {
  while (!cookies.empty()) {
    const auto end = cookies.find(';');
    std::string_view cookie = cookies.substr(0, end);
    cookies.remove_prefix(end == std::string_view::npos ? cookies.size() : end + 1);
    const auto first = cookie.find_first_not_of(" \t");
    if (first == std::string_view::npos) continue;
    cookie = cookie.substr(first, cookie.find_last_not_of(" \t") - first + 1);
    const auto equals = cookie.find('=');
    if (equals != std::string_view::npos && cookie.substr(0, equals) == name) return cookie.substr(equals + 1);
  }
  return {};
}

/// Of a symbol or timeframe: what a message over WebSocket could hold too.
bool is_name(std::string_view text) {
  return !text.empty() && text.size() <= kNameLimitBytes && ws::is_utf8(text);
}

HttpResponse bad_name(std::string_view what, std::string_view example) {
  return problem(400, "bad_request",
                 fmt::format("{} must be 1 to {} bytes of UTF-8, such as {}", what, kNameLimitBytes, example));
}

HttpResponse bad_id(std::string_view where) {
  return problem(
      400, "bad_request",
      fmt::format("the session id in {} must be 1 to {} letters, digits and -._~:@+=/", where, kIdLimitBytes));
}

/// Which session the request means. The id is always taken as one of the sender's own.
base::Result<session::RestKey, HttpResponse> session_key(const HttpRequest& request, const RouteContext& context,
                                                         const auth::Principal& principal) {
  if (!request.session_id.empty()) {
    if (!is_sound_id(request.session_id)) return bad_id("X-Session-ID");
    return session::RestKey{principal.user_id, request.session_id};
  }
  // What a claim may hold was checked with the token.
  if (!principal.session_claim.empty()) return session::RestKey{principal.user_id, principal.session_claim};
  const std::string_view cookie = cookie_value(request.cookies, context.session_cookie);
  if (!cookie.empty()) {
    if (!is_sound_id(cookie)) return bad_id(fmt::format("the cookie {}", context.session_cookie));
    return session::RestKey{principal.user_id, std::string{cookie}};
  }
  return problem(
      400, "bad_request",
      fmt::format("a session id is needed: in X-Session-ID, in the token's claim session_id or sid, or in the "
                  "cookie {}",
                  context.session_cookie));
}

HttpResponse response_of(base::Result<std::string, session::RestError> answer) {
  if (answer) return json_response(200, std::move(*answer));
  const session::RestError& error = answer.error();
  HttpResponse response = error.retry_after_seconds > 0
                              ? come_back_later(error.status, error.code, error.message, error.retry_after_seconds)
                              : problem(error.status, error.code, error.message);
  // `detail` of a problem is for people; what the protocol calls so goes beside it.
  if (!error.detail.empty()) response.body.insert(response.body.size() - 1, R"(,"context":)" + error.detail);
  return response;
}

/// The request of an identified sender, passed on to the sessions.
Answer pass_on(const HttpRequest& request, const RouteContext& context, RestRequest wanted) {
  const auto who = required_sender(request, context);
  if (!who) return who.error();
  if (context.draining) return come_back_later(503, "unavailable", "the server is shutting down", 2);
  auto key = session_key(request, context, *who);
  if (!key) return key.error();
  wanted.key = std::move(*key);
  return Deferred{[&backend = context.backend, wanted = std::move(wanted)](std::string body, Respond respond) {
    RestRequest whole = wanted;
    whole.body = std::move(body);
    backend.rest(std::move(whole),
                 [respond = std::move(respond)](base::Result<std::string, session::RestError> answer) {
                   respond(response_of(std::move(answer)));
                 });
  }};
}

}  // namespace

Answer rest_subscribe(const HttpRequest& request, const RouteContext& context) {
  return pass_on(request, context, {.key = {}, .action = RestRequest::Action::Subscribe});
}

Answer rest_unsubscribe(const HttpRequest& request, const RouteContext& context) {
  return pass_on(request, context, {.key = {}, .action = RestRequest::Action::Unsubscribe});
}

Answer rest_data(const HttpRequest& request, const RouteContext& context) {
  RestRequest wanted;
  const std::string_view path = request.path();
  wanted.symbol = auth::percent_decoded(path.substr(path.rfind('/') + 1));
  wanted.timeframe = auth::query_parameter(request.target, "timeframe").value_or("");
  if (!is_name(wanted.symbol)) return bad_name("the symbol", "/indicators/data/NIFTY50");
  if (!is_name(wanted.timeframe)) return bad_name("timeframe", "?timeframe=5min");
  if (const auto asked = auth::query_parameter(request.target, "history")) {
    const auto history = base::parse_integer(*asked);
    if (!history || *history < 0 || *history > kMostHistory) {
      return problem(400, "bad_request", fmt::format("history must be an integer from 0 to {}", kMostHistory));
    }
    wanted.history = static_cast<std::uint32_t>(*history);
  }
  return pass_on(request, context, std::move(wanted));
}

}  // namespace subd::server
