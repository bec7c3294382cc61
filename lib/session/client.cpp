#include "session/client.hpp"

#include <algorithm>
#include <functional>
#include <utility>

namespace subd::session {
namespace {

namespace close_reason = wire::close_reason;

/// Bytes that count as much as a message: what takes as long to parse as the rest of one.
constexpr double kBytesOfOne = 256;
constexpr std::size_t kMaxCloseText = 123;  // RFC 6455 5.5: 125 bytes less the code

/// A phase of the ping interval that differs between clients, so that thousands that came at once do not get their
/// pings at once.
std::chrono::milliseconds phase_of(std::string_view id, std::chrono::milliseconds interval) {
  const auto hash = std::hash<std::string_view>{}(id);
  const auto half = std::max<std::int64_t>(1, interval.count() / 2);
  return std::chrono::milliseconds{interval.count() - static_cast<std::int64_t>(hash % static_cast<std::size_t>(half))};
}

}  // namespace

std::string_view client_kind_name(ClientKind kind) noexcept {
  switch (kind) {
    case ClientKind::Indicators:
      return "indicators";
    case ClientKind::Ticks:
      return "ticks";
    case ClientKind::Kite:
      return "kite";
    case ClientKind::Publisher:
      return "publisher";
    case ClientKind::Channel:
      return "channel";
    case ClientKind::Signals:
      return "signals";
  }
  return {};
}

std::string_view client_path(ClientKind kind) noexcept {
  switch (kind) {
    case ClientKind::Indicators:
      return "/ws/indicators";
    case ClientKind::Ticks:
      return "/ws/ticks";
    case ClientKind::Kite:
      return "/kite/";
    case ClientKind::Publisher:
      return "/ws/ingest";
    case ClientKind::Signals:
      return "/ws/signals";
    case ClientKind::Channel:
      return "/ws/";
  }
  return {};
}

Client::Client(ClientContext& context, Transport& transport, std::string id)
    : context_{context},
      transport_{&transport},
      id_{std::move(id)},
      outbox_{context.limits.outbox_hard_bytes},
      since_{context.clock.utc_now()},
      opened_{context.clock.mono_now()},
      last_received_{opened_},
      next_ping_{opened_ + phase_of(id_, context.limits.heartbeat_interval)},
      progress_at_{opened_} {}

void Client::open(auth::Principal principal) {
  become_open(std::move(principal));
}

void Client::open_unauthenticated() {
  transport_->request_flush();
}

void Client::become_open(auth::Principal principal) {
  principal_ = std::move(principal);
  state_ = ClientState::Open;
  opened();
}

void Client::renew(auth::Principal principal) {
  principal_ = std::move(principal);
  expiry_announced_ = false;
  renewed();
}

void Client::on_bytes(std::size_t count) {
  if (state_ != ClientState::Closing) static_cast<void>(charge(static_cast<double>(count) / kBytesOfOne));
}

bool Client::hear() {
  received();
  return charge(1);
}

bool Client::charge(double cost) {
  const Limits& limits = context_.limits;
  // One message fits always.
  const double burst = std::max(limits.message_burst, 1 + static_cast<double>(limits.max_message_bytes) / kBytesOfOne);
  if (!is_metered() || sent_.take(context_.clock.mono_now(), cost, limits.message_rate, burst)) return true;
  ++context_.counters.floods;
  close(close_reason::kLimitExceeded);
  return false;
}

void Client::on_text(std::string_view text) {
  if (state_ == ClientState::Closing || !hear()) return;
  ++context_.counters.messages_received;
  receive_text(text);
}

void Client::on_binary(std::string_view bytes) {
  if (state_ == ClientState::Closing || !hear()) return;
  ++context_.counters.messages_received;
  receive_binary(bytes);
}

void Client::receive_binary(std::string_view) {
  close(close_reason::kUnsupportedData);
}

void Client::on_ping(std::string_view payload) {
  if (state_ == ClientState::Closing || !hear()) return;
  if (outbox_.push_control(EntryKind::Pong, std::string{payload}) == PushOutcome::Overflowed) {
    ++context_.counters.overflowed;
    close(close_reason::kSlowConsumer);
    return;
  }
  transport_->request_flush();
}

void Client::on_pong() {
  if (state_ != ClientState::Closing) static_cast<void>(hear());
}

void Client::on_timer() {
  outbox_.on_timer();
  if (state_ == ClientState::Closing) return;
  const base::MonoTime now = context_.clock.mono_now();
  const Limits& limits = context_.limits;
  if (state_ == ClientState::AwaitingAuth) {
    if (now - opened_ < limits.auth_timeout) return;
    auth_timed_out();
    close(close_reason::kUnauthorized);
    return;
  }
  if (now - last_received_ >= limits.heartbeat_timeout) {
    lose(close_reason::kHeartbeatTimeout);
    return;
  }
  if (is_too_slow(now)) {
    close(close_reason::kSlowConsumer);
    return;
  }
  if (now >= next_ping_) {
    next_ping_ = now + limits.heartbeat_interval;
    // Pinged whether or not the client talks: a browser that only sends must still hear from the server.
    if (outbox_.push_control(EntryKind::Ping, {}) != PushOutcome::Overflowed) transport_->request_flush();
  }
  every_sweep(now);
  check_token(context_.clock.utc_now());
}

bool Client::is_too_slow(base::MonoTime now) noexcept {
  const Limits& limits = context_.limits;
  const std::size_t waiting = outbox_.pending_bytes() + outbox_.unsent();
  if (waiting <= limits.outbox_soft_bytes) {
    over_soft_since_.reset();
  } else if (!over_soft_since_) {
    over_soft_since_ = now;
  } else if (now - *over_soft_since_ >= limits.outbox_soft_time) {
    return true;
  }
  // Whatever is conflated behind it stays short, so that no limit of bytes would ever end this.
  if (const std::uint64_t progress = outbox_.progress(); waiting == 0 || progress != progress_) {
    progress_ = progress;
    progress_at_ = now;
  } else if (now - progress_at_ >= limits.stall_time && now - last_received_ < limits.heartbeat_interval) {
    // It is alive. One that says nothing either may have vanished, and is waited for.
    ++context_.counters.stalled;
    return true;
  }
  return false;
}

void Client::check_token(base::UtcTime now) {
  const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(principal_.expires_at - now);
  if (left + context_.limits.expiry_leeway <= std::chrono::milliseconds{0}) {
    close(close_reason::kTokenExpired);
  } else if (left <= context_.limits.expiry_notice && !expiry_announced_) {
    expiry_announced_ = true;
    token_expires_in(std::max(left, std::chrono::milliseconds{0}));
  }
}

void Client::token_expires_in(std::chrono::milliseconds) {}

void Client::close(const wire::CloseReason& reason) {
  if (state_ == ClientState::Closing) return;
  state_ = ClientState::Closing;
  if (!reason_) reason_ = reason;
  end_subscriptions();
  if (!reason_->abrupt) outbox_.push_close(reason_->code, std::string{reason_->text.substr(0, kMaxCloseText)});
  transport_->request_flush();
}

void Client::lose(const wire::CloseReason& reason) {
  if (!may_park()) {
    close(reason);
    return;
  }
  // Its connection parks it at the flush: the subscriptions have to be there still.
  reason_ = reason;
  transport_->request_flush();
}

void Client::park(Transport& nowhere) {
  transport_ = &nowhere;
  state_ = ClientState::Parked;
  reason_.reset();
  outbox_ = Outbox{context_.limits.outbox_hard_bytes};
  over_soft_since_.reset();
  parked();
}

void Client::resume(Transport& transport, auth::Principal principal) {
  transport_ = &transport;
  state_ = ClientState::Open;
  principal_ = std::move(principal);
  expiry_announced_ = false;
  received();
  progress_at_ = last_received_;
  next_ping_ = last_received_ + phase_of(id_, context_.limits.heartbeat_interval);
  resumed();
}

void Client::say_goodbye(std::string_view, std::chrono::milliseconds) {}

void Client::reply(std::string text, hub::Subscription* barrier) {
  if (state_ == ClientState::Closing || reason_) return;
  pushed(outbox_.push_text(std::move(text), barrier));
}

void Client::pushed(PushOutcome outcome) noexcept {
  if (outcome == PushOutcome::Conflated) {
    ++conflated_;
    ++context_.counters.conflated;
  } else if (outcome == PushOutcome::Overflowed) {
    ++context_.counters.overflowed;
    reason_ = close_reason::kSlowConsumer;
  }
  transport_->request_flush();
}

std::optional<RequestLimits::Refusal> Client::charge_request() noexcept {
  if (context_.requests == nullptr) return std::nullopt;
  return context_.requests->take(principal_, context_.clock.mono_now());
}

void Client::spend_error() {
  ++context_.counters.errors;
  if (errors_.spend(context_.clock.mono_now(), context_.limits.max_errors, context_.limits.errors_window)) {
    close(close_reason::kTooManyErrors);
  }
}

ClientReport Client::report() const {
  ClientReport out;
  out.kind = kind();
  out.id = id_;
  out.user = principal_.user_id;
  out.session_claim = principal_.session_claim;
  out.since = since_;
  out.queue_messages = outbox_.pending_messages();
  out.queue_bytes = outbox_.pending_bytes() + outbox_.unsent();
  out.conflated = conflated_;
  out.last_heartbeat = last_heartbeat_;
  describe(out);
  return out;
}

}  // namespace subd::session
