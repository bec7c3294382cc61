#include "server/signal_routes.hpp"

#include <fmt/format.h>

#include <utility>

#include "auth/request_token.hpp"
#include "base/number_text.hpp"
#include "server/http_sender.hpp"
#include "wire/signal_body.hpp"

namespace subd::server {
namespace {

constexpr std::int64_t kUsualSignals = 100;
constexpr std::int64_t kMostSignals = 1000;

}  // namespace

base::Result<std::string, HttpResponse> since_of(const HttpRequest& request) {
  auto since = auth::query_parameter(request.target, "since");
  if (!since || since->empty()) return std::string{};
  if (wire::is_signal_id(*since)) return std::move(*since);
  return problem(400, "bad_request", "since must be the id of a signal: letters, digits and ._:-");
}

Answer post_signals(const HttpRequest& request, const RouteContext& context) {
  const auto holder = required_key_holder(request, context, auth::Role::Signals);
  if (!holder) return holder.error();
  if (context.draining) return come_back_later(503, "unavailable", "the server is shutting down", 2);
  return Deferred{[&backend = context.backend](std::string body, Respond respond) {
    backend.store_signals(std::move(body), std::move(respond));
  }};
}

Answer get_signals(const HttpRequest& request, const RouteContext& context) {
  const auto who = required_sender(request, context);
  if (!who) return who.error();
  auto since = since_of(request);
  if (!since) return since.error();
  SignalQuery query;
  query.user = who->user_id;
  query.tier_claim = who->tier;
  query.since = std::move(*since);
  query.if_none_match = request.if_none_match;
  const std::string limit = auth::query_parameter(request.target, "limit").value_or("");
  const auto number = limit.empty() ? std::optional{kUsualSignals} : base::parse_integer(limit);
  if (!number || *number < 1 || *number > kMostSignals) {
    return problem(400, "bad_request", fmt::format("limit must be an integer from 1 to {}", kMostSignals));
  }
  query.limit = static_cast<std::size_t>(*number);
  return Deferred{[&backend = context.backend, query = std::move(query)](const std::string&, Respond respond) {
    backend.list_signals(query, std::move(respond));
  }};
}

}  // namespace subd::server
