#include "session/session.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "auth/jwt_verifier.hpp"
#include "base/json_text.hpp"
#include "wire/server_message.hpp"

namespace subd::session {
namespace {

using wire::Error;
using wire::ErrorCode;
namespace close_reason = wire::close_reason;

constexpr std::size_t kMaxCloseText = 123;  // RFC 6455 5.5: 125 bytes less the code

Error limit_error(std::string message, std::string_view field, std::size_t allowed) {
  return {ErrorCode::LimitExceeded, std::move(message),
          fmt::format(R"({{"field":"{}","maximum":{}}})", field, allowed)};
}

Error not_subscribed(std::string message) {
  return {ErrorCode::NotSubscribed, std::move(message), {}};
}

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

void Session::handle(const wire::SubscribeRequest& request) {
  if (auto error = add_subscription(request)) refuse(request.id, *error);
}

std::optional<Error> Session::add_subscription(const wire::SubscribeRequest& request) {
  if (state_ != SessionState::Open) return Error{ErrorCode::Forbidden, "the session is not open", {}};
  const Limits& limits = context_.limits;
  if (!requests_.take(context_.clock.mono_now())) {
    return Error{ErrorCode::RateLimited,
                 fmt::format("more than {} subscribe requests per second; try again in {} ms", limits.subscribe_rate,
                             requests_.wait().count()),
                 fmt::format(R"({{"retry_after_ms":{}}})", requests_.wait().count())};
  }
  const auto stream = context_.directory.stream(request.symbol, request.timeframe);
  if (!stream) return stream.error();
  const auto ids = context_.directory.indicators(request.indicators);
  if (!ids) return ids.error();
  if (request.history > limits.max_history) {
    return limit_error(fmt::format("history must be at most {}, got {}", limits.max_history, request.history),
                       "history", limits.max_history);
  }
  hub::Subscription* existing = find(stream->id);
  if (existing == nullptr && subscriptions_.size() >= limits.max_streams) {
    return limit_error(fmt::format("at most {} streams per session", limits.max_streams), "streams",
                       limits.max_streams);
  }
  std::size_t total = existing != nullptr ? existing->topics.size() : 0;
  for (const std::string& id : *ids) {
    if (existing == nullptr || !hub::Hub::has_topic(*existing, id)) ++total;
  }
  if (total > limits.max_indicators) {
    return limit_error(fmt::format("at most {} indicators per stream, this would be {}", limits.max_indicators, total),
                       "indicators", limits.max_indicators);
  }
  const auto throttle = request.throttle_ms ? std::chrono::milliseconds{*request.throttle_ms}
                        : existing          ? existing->throttle
                                            : limits.default_throttle;
  hub::Subscription& subscription = context_.hub.subscribe(
      *this, existing, stream->id, stream->symbol, stream->timeframe, *ids, request.history, request.id, throttle);
  subscription.generation = next_generation_++;
  if (existing == nullptr) subscriptions_.push_back(&subscription);
  return std::nullopt;
}

void Session::attached(hub::Subscription& subscription, const wire::RequestId& request,
                       const wire::SnapshotData& snapshot, const hub::UpstreamStatus& upstream) {
  if (state_ != SessionState::Open) return;
  const wire::StreamListing listing{subscription.stream->symbol, subscription.stream->timeframe,
                                    hub::Hub::topic_ids(subscription)};
  reply(wire::subscribed_message(request, id_, listing, listings()), &subscription);
  reply(wire::snapshot_message(snapshot, *subscription.view), &subscription);
  if (std::string_view{upstream.state} != "live") upstream_changed(subscription, upstream);
}

void Session::refused(hub::Subscription& subscription, const wire::RequestId& request, const Error& error,
                      bool destroyed) {
  if (destroyed) std::erase(subscriptions_, &subscription);
  if (state_ == SessionState::Open) refuse(request, error);
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

void Session::handle(const wire::UnsubscribeRequest& request) {
  std::string text;
  if (auto error = unsubscribe(request, text)) {
    refuse(request.id, *error);
  } else {
    reply(std::move(text));
  }
}

std::optional<Error> Session::remove_subscription(const wire::UnsubscribeRequest& request) {
  if (state_ != SessionState::Open) return Error{ErrorCode::Forbidden, "the session is not open", {}};
  std::string text;
  auto error = unsubscribe(request, text);
  if (!error) reply(std::move(text));
  return error;
}

std::optional<Error> Session::unsubscribe(const wire::UnsubscribeRequest& request, std::string& text) {
  if (request.symbol.empty()) {
    for (hub::Subscription* subscription : subscriptions_) context_.hub.close(*subscription);
    subscriptions_.clear();
    text = wire::unsubscribed_message(request.id, {}, {});
    return std::nullopt;
  }
  const auto stream = context_.directory.stream(request.symbol, request.timeframe);
  if (!stream) return stream.error();
  hub::Subscription* subscription = find(stream->id);
  if (subscription == nullptr) {
    return not_subscribed(fmt::format("not subscribed to {} {}", stream->symbol, stream->timeframe));
  }
  wire::StreamListing left{stream->symbol, stream->timeframe, {}};
  if (request.indicators) {
    const auto ids = context_.directory.indicators(*request.indicators);
    if (!ids) return ids.error();
    for (const std::string& id : *ids) {
      if (hub::Hub::has_topic(*subscription, id)) continue;
      return not_subscribed(fmt::format("not subscribed to {} of {} {}", id, stream->symbol, stream->timeframe));
    }
    context_.hub.remove_topics(*subscription, *ids);
    left.indicators = hub::Hub::topic_ids(*subscription);
    // What is pending was made with the old view; nothing newer may take its place ahead of this reply.
    subscription->pending_position = 0;
  } else {
    std::erase(subscriptions_, subscription);
    context_.hub.close(*subscription);
  }
  text = wire::unsubscribed_message(request.id, left, listings());
  return std::nullopt;
}

void Session::handle(const wire::ListRequest& request) {
  reply(wire::subscriptions_message(request.id, listings()));
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

hub::Subscription* Session::find(wire::StreamId stream) const noexcept {
  const auto it =
      std::find_if(subscriptions_.begin(), subscriptions_.end(),
                   [&](const hub::Subscription* subscription) { return subscription->stream->id == stream; });
  return it != subscriptions_.end() ? *it : nullptr;
}

std::vector<wire::StreamListing> Session::listings() const {
  std::vector<wire::StreamListing> out;
  out.reserve(subscriptions_.size());
  for (const hub::Subscription* subscription : subscriptions_) {
    out.push_back({subscription->stream->symbol, subscription->stream->timeframe, hub::Hub::topic_ids(*subscription)});
  }
  return out;
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
