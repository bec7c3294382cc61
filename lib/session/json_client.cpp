#include "session/json_client.hpp"

#include <fmt/format.h>

#include <utility>

#include "wire/server_message.hpp"

namespace subd::session {

using wire::Error;
using wire::ErrorCode;

void JsonClient::handle(const wire::HeartbeatRequest& request) {
  const base::UtcTime now = context().clock.utc_now();
  note_heartbeat(now);
  reply(wire::heartbeat_ack_message(request.id, now));
}

void JsonClient::handle(const wire::AuthRequest& request) {
  auto principal = context().verifier.verify(request.token, context().clock.utc_now());
  if (principal && context().revoked && context().revoked->covers(*principal)) {
    principal = auth::AuthError{auth::AuthError::Code::Revoked, std::string{auth::kRevokedMessage}};
  }
  if (!principal) {
    refuse(request.id, {ErrorCode::Unauthorized, principal.error().message, {}});
    if (state() == ClientState::AwaitingAuth) close(wire::close_reason::kUnauthorized);
    return;
  }
  if (state() == ClientState::AwaitingAuth) {
    if (const auto most = count_for(*principal)) {
      refuse(request.id, {ErrorCode::LimitExceeded, fmt::format("at most {} connections of one user", *most),
                          fmt::format(R"({{"maximum":{}}})", *most)});
      close(wire::close_reason::kLimitExceeded);
      return;
    }
    become_open(std::move(*principal));
    return;
  }
  if (principal->user_id != this->principal().user_id) {
    refuse(request.id, {ErrorCode::Forbidden, "the token belongs to another user than this connection", {}});
    return;
  }
  renew(std::move(*principal));
  reply(wire::authenticated_message(request.id, this->principal().user_id));
}

void JsonClient::refuse_unauthenticated(const wire::RequestId& request) {
  refuse(request, {ErrorCode::Unauthorized, R"(send {"type":"auth","token":..} first)", {}});
}

bool JsonClient::is_within_limits(const wire::RequestId& request) {
  const auto over = charge_request();
  if (!over) return true;
  refuse(request,
         {ErrorCode::RateLimited,
          fmt::format("more than {} requests per second of this {}, all connections together; try again in {} ms",
                      over->rate, over->whose, over->retry_after.count()),
          fmt::format(R"({{"retry_after_ms":{}}})", over->retry_after.count())});
  return false;
}

void JsonClient::auth_timed_out() {
  const auto limit = context().limits.auth_timeout;
  refuse({}, {ErrorCode::Unauthorized, fmt::format("no token within {} ms of connecting", limit.count()), {}});
}

void JsonClient::token_expires_in(std::chrono::milliseconds left) {
  reply(wire::token_expiring_message(left));
}

void JsonClient::say_goodbye(std::string_view reason, std::chrono::milliseconds retry_after) {
  reply(wire::goodbye_message(reason, retry_after));
}

void JsonClient::refuse(const wire::RequestId& request, const Error& error) {
  reply(wire::error_message(request, error));
  spend_error();
}

}  // namespace subd::session
