#include "daemon/http_service.hpp"

#include <chrono>
#include <exception>
#include <string>
#include <string_view>
#include <utility>

#include "base/json_text.hpp"
#include "base/log.hpp"
#include "base/time_text.hpp"
#include "control/request_fields.hpp"
#include "daemon/rest_keeper.hpp"
#include "daemon/survey.hpp"

namespace subd::daemon {

server::Readiness HttpService::readiness() const {
  server::Readiness out;
  if (service_.draining.load(std::memory_order_relaxed)) out.reasons.emplace_back("the daemon is draining");
  if (!service_.market.upstream_up()) out.reasons.emplace_back("the upstream is down");
  if (service_.store != nullptr && service_.store->condition() != store::Condition::Working) {
    out.reasons.push_back("the store does not work: " +
                          std::string{store::condition_name(service_.store->condition())});
  }
  return out;
}

void HttpService::metrics(std::function<void(std::string text)> done) {
  gather(service_, [done = std::move(done)](const ScrapeFacts& facts) { done(metrics_text(facts)); });
}

void HttpService::connections(std::string user, std::function<void(std::vector<server::ConnectionReport>)> done) {
  survey<server::ConnectionReport>(
      service_, [user = std::move(user)](server::IoThread& io) { return io.connections(user); }, std::move(done));
}

void HttpService::users(std::string user, std::function<void(std::vector<server::UserReport>)> done) {
  const auto with_tiers = [this, done = std::move(done)](std::vector<server::UserReport> users) {
    TierQuestion question;
    question.users.reserve(users.size());
    for (const server::UserReport& one : users) question.users.push_back({one.user, one.tier});
    question.done = [done, users = std::move(users)](const std::vector<std::optional<auth::Tier>>& tiers) mutable {
      for (std::size_t i = 0; i < users.size(); ++i) {
        const bool is_known = tiers[i] && !users[i].user.empty();
        users[i].tier = is_known ? std::string{auth::tier_name(*tiers[i])} : std::string{};
      }
      done(std::move(users));
    };
    signals_.ask_tiers(std::move(question));
  };
  survey<server::UserReport>(
      service_, [user = std::move(user)](server::IoThread& io) { return io.users(user); }, with_tiers);
}

void HttpService::rest(session::RestRequest request, session::RestDone done) {
  server::IoThread& io = *service_.io_threads[rest_owner(request.key.user, service_.io_threads.size())];
  io.post([&io, request = std::move(request), done = std::move(done)] { io.rest().handle(request, done); });
}

void HttpService::issue_token(server::TokenWish wish, server::Respond respond) {
  if (!service_.authority.issuer) {
    return respond(
        server::problem(501, "no_issuer", "subd has no HS256 secret to sign with: tokens are issued elsewhere"));
  }
  control::RequestFields fields{std::string_view{wish.body}};
  auth::Claims claims;
  claims.user_id = wish.user;
  claims.admin = wish.admin;
  claims.session_claim = fields.optional_text("session", auth::kClaimLimitBytes);
  const auto most = std::chrono::floor<std::chrono::seconds>(service_.config.auth.token_ttl);
  const std::chrono::seconds ttl{fields.optional_integer("ttl_s", most.count(), 1, most.count())};
  if (fields.error()) {
    const bool is_json = fields.error()->code != "bad_json";
    return respond(is_json ? server::problem(422, "bad_field", fields.error()->message)
                           : server::problem(400, "bad_json", fields.error()->message));
  }
  signals_.ask_tiers(
      {{{std::move(wish.user), {}}}, [this, claims, ttl, respond = std::move(respond)](const auto& tiers) {
         if (tiers.front()) return respond(issued_token(claims, *tiers.front(), ttl));
         respond(server::come_back_later(503, "unavailable", "the store does not work: the tier is not known", 1));
       }});
}

server::HttpResponse HttpService::issued_token(auth::Claims claims, auth::Tier tier, std::chrono::seconds ttl) const {
  claims.tier = auth::tier_name(tier);
  const base::UtcTime now = service_.clock.utc_now();
  try {
    const std::string token = service_.authority.issuer->issue(claims, now, ttl);
    std::string body = R"({"access_token":)";
    base::append_json_string(body, token);
    body += R"(,"token_type":"Bearer","expires_in":)" + std::to_string(ttl.count()) + R"(,"expires_at":")";
    base::append_time(body, std::chrono::floor<std::chrono::seconds>(now) + ttl);
    body += R"(","user_id":)";
    base::append_json_string(body, claims.user_id);
    body += R"(,"tier":)";
    base::append_json_string(body, claims.tier);
    body += R"(,"role":)";
    body += claims.admin ? R"("admin"})" : "null}";
    base::log::info("server", "token issued for an API key", {{"user", claims.user_id}, {"ttl_s", ttl.count()}});
    server::HttpResponse response = server::json_response(200, std::move(body));
    response.fields.emplace_back("Cache-Control", "no-store");
    return response;
  } catch (const std::exception& error) {
    // What a claim must not hold: control characters in the session.
    return server::problem(422, "bad_field", error.what());
  }
}

}  // namespace subd::daemon
