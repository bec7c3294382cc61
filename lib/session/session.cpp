#include "session/session.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "auth/jwt_verifier.hpp"
#include "wire/server_message.hpp"

namespace subd::session {
namespace {

using wire::Error;
using wire::ErrorCode;
namespace close_reason = wire::close_reason;

constexpr std::size_t kMaxCloseText = 123;  // RFC 6455 5.5: 125 bytes less the code

/// A phase of the ping interval that differs between sessions, so that thousands that came at once do not get their
/// pings at once.
std::chrono::milliseconds phase_of(std::string_view id, std::chrono::milliseconds interval) {
  const auto hash = std::hash<std::string_view>{}(id);
  const auto half = std::max<std::int64_t>(1, interval.count() / 2);
  return std::chrono::milliseconds{interval.count() - static_cast<std::int64_t>(hash % static_cast<std::size_t>(half))};
}

}  // namespace

Session::Session(SessionContext& context, Transport& transport, std::string id)
    : context_{context},
      transport_{transport},
      id_{std::move(id)},
      outbox_{context.limits.outbox_hard_bytes},
      requests_{context.limits.subscribe_rate, context.limits.subscribe_burst, context.clock.mono_now()},
      since_{context.clock.utc_now()},
      opened_{context.clock.mono_now()},
      last_received_{opened_},
      next_ping_{opened_ + phase_of(id_, context.limits.heartbeat_interval)} {
  ++context_.counters.opened;
}

Session::~Session() {
  for (hub::Subscription* subscription : subscriptions_) context_.hub.close(*subscription);
}

void Session::open(auth::Principal principal) {
  become_open(std::move(principal));
}

void Session::open_unauthenticated() {
  transport_.request_flush();
}

void Session::become_open(auth::Principal principal) {
  principal_ = std::move(principal);
  state_ = SessionState::Open;
  const Limits& limits = context_.limits;
  reply(wire::connected_message({.connection_id = id_,
                                 .user_id = principal_.user_id,
                                 .session_claim = principal_.session_claim,
                                 .heartbeat_interval = limits.heartbeat_interval,
                                 .max_streams = limits.max_streams,
                                 .max_indicators = limits.max_indicators,
                                 .max_message_bytes = limits.max_message_bytes}));
}

void Session::received() noexcept {
  last_received_ = context_.clock.mono_now();
}

void Session::on_text(std::string_view text) {
  if (state_ == SessionState::Closing) return;
  received();
  ++context_.counters.messages_received;
  auto message = wire::parse_client_message(text);
  if (!message) {
    refuse(message.error().id, message.error().error);
    return;
  }
  if (state_ == SessionState::AwaitingAuth && !std::holds_alternative<wire::AuthRequest>(*message)) {
    const wire::RequestId id = std::visit([](const auto& request) { return request.id; }, *message);
    refuse(id, {ErrorCode::Unauthorized, R"(send {"type":"auth","token":..} first)", {}});
    return;
  }
  std::visit([this](const auto& request) { handle(request); }, *message);
}

void Session::on_ping(std::string_view payload) {
  if (state_ == SessionState::Closing) return;
  received();
  if (outbox_.push_control(EntryKind::Pong, std::string{payload}) == PushOutcome::Overflowed) {
    ++context_.counters.overflowed;
    close(close_reason::kSlowConsumer);
    return;
  }
  transport_.request_flush();
}

void Session::upstream_changed(hub::Subscription& subscription, const hub::UpstreamStatus& upstream) {
  if (state_ != SessionState::Open) return;
  reply(
      wire::status_message(subscription.stream->symbol, subscription.stream->timeframe, upstream.state, upstream.since),
      &subscription);
}

void Session::offer(hub::Subscription& subscription, const wire::UpdatePtr& update) noexcept {
  if (state_ != SessionState::Open || reason_) return;
  ++context_.counters.updates_offered;
  switch (outbox_.push_update(subscription, update)) {
    case PushOutcome::Queued:
      break;
    case PushOutcome::Conflated:
      ++conflated_;
      ++context_.counters.conflated;
      break;
    case PushOutcome::Overflowed:
      // The hub is in the middle of a fan-out: only the reason is set here, the connection ends at the flush.
      ++context_.counters.overflowed;
      reason_ = close_reason::kSlowConsumer;
      break;
  }
  transport_.request_flush();
}

void Session::handle(const wire::HeartbeatRequest& request) {
  last_heartbeat_ = context_.clock.utc_now();
  reply(wire::heartbeat_ack_message(request.id, *last_heartbeat_));
}

void Session::handle(const wire::AuthRequest& request) {
  auto principal = context_.verifier.verify(request.token, context_.clock.utc_now());
  if (!principal) {
    refuse(request.id, {ErrorCode::Unauthorized, principal.error().message, {}});
    if (state_ == SessionState::AwaitingAuth) close(close_reason::kUnauthorized);
    return;
  }
  if (state_ == SessionState::AwaitingAuth) {
    become_open(std::move(*principal));
    return;
  }
  if (principal->user_id != principal_.user_id) {
    refuse(request.id, {ErrorCode::Forbidden, "the token belongs to another user than this connection", {}});
    return;
  }
  principal_ = std::move(*principal);
  expiry_announced_ = false;
  reply(wire::authenticated_message(request.id, principal_.user_id));
}

void Session::on_timer() {
  if (state_ == SessionState::Closing) return;
  const base::MonoTime now = context_.clock.mono_now();
  const Limits& limits = context_.limits;
  if (state_ == SessionState::AwaitingAuth) {
    if (now - opened_ < limits.auth_timeout) return;
    refuse(
        {},
        {ErrorCode::Unauthorized, fmt::format("no token within {} ms of connecting", limits.auth_timeout.count()), {}});
    close(close_reason::kUnauthorized);
    return;
  }
  if (now - last_received_ >= limits.heartbeat_timeout) {
    close(close_reason::kHeartbeatTimeout);
    return;
  }
  if (outbox_.pending_bytes() + outbox_.unsent() <= limits.outbox_soft_bytes) {
    over_soft_since_.reset();
  } else if (!over_soft_since_) {
    over_soft_since_ = now;
  } else if (now - *over_soft_since_ >= limits.outbox_soft_time) {
    close(close_reason::kSlowConsumer);
    return;
  }
  if (now >= next_ping_) {
    next_ping_ = now + limits.heartbeat_interval;
    // Pinged whether or not the client talks: a browser that only sends must still hear from the server.
    if (outbox_.push_control(EntryKind::Ping, {}) != PushOutcome::Overflowed) transport_.request_flush();
  }
  check_token(context_.clock.utc_now());
}

void Session::check_token(base::UtcTime now) {
  const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(principal_.expires_at - now);
  if (left + context_.limits.expiry_leeway <= std::chrono::milliseconds{0}) {
    close(close_reason::kTokenExpired);
  } else if (left <= context_.limits.expiry_notice && !expiry_announced_) {
    expiry_announced_ = true;
    reply(wire::token_expiring_message(std::max(left, std::chrono::milliseconds{0})));
  }
}

void Session::close(const wire::CloseReason& reason) {
  if (state_ == SessionState::Closing) return;
  state_ = SessionState::Closing;
  if (!reason_) reason_ = reason;
  for (hub::Subscription* subscription : subscriptions_) context_.hub.close(*subscription);
  subscriptions_.clear();
  if (!reason_->abrupt) outbox_.push_close(reason_->code, std::string{reason_->text.substr(0, kMaxCloseText)});
  transport_.request_flush();
}

void Session::say_goodbye(std::string_view reason, std::chrono::milliseconds retry_after) {
  if (state_ == SessionState::Closing) return;
  reply(wire::goodbye_message(reason, retry_after));
}

void Session::reply(std::string text, hub::Subscription* barrier) {
  if (state_ == SessionState::Closing || reason_) return;
  if (outbox_.push_text(std::move(text), barrier) == PushOutcome::Overflowed) {
    ++context_.counters.overflowed;
    reason_ = close_reason::kSlowConsumer;
  }
  transport_.request_flush();
}

void Session::refuse(const wire::RequestId& request, const Error& error) {
  ++context_.counters.errors;
  reply(wire::error_message(request, error));
  if (errors_.spend(context_.clock.mono_now(), context_.limits.max_errors, context_.limits.errors_window)) {
    close(close_reason::kTooManyErrors);
  }
}

}  // namespace subd::session
