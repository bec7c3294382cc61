#include "session/signal_client.hpp"

#include <utility>
#include <variant>

#include "wire/server_message.hpp"
#include "wire/signal_message.hpp"

namespace subd::session {

SignalClient::SignalClient(SignalContext& context, Transport& transport, std::string id, std::string since)
    : JsonClient{context.clients, transport, std::move(id)}, context_{context}, since_{std::move(since)} {}

SignalClient::~SignalClient() {
  SignalClient::end_subscriptions();
}

void SignalClient::opened() {
  subscription_ = &context_.hub.join(*this, principal().user_id, principal().tier, std::exchange(since_, {}));
}

void SignalClient::renewed() {
  if (subscription_ != nullptr) context_.hub.claim_changed(*subscription_, principal().tier);
}

void SignalClient::receive_text(std::string_view text) {
  const auto message = wire::parse_signal_client_message(text);
  if (!message) {
    refuse(message.error().id, message.error().error);
  } else if (may_handle(*message)) {
    std::visit([this](const auto& request) { handle(request); }, *message);
  }
}

void SignalClient::attached(const hub::SignalReply& answer) {
  const Limits& limits = context_.clients.limits;
  reply(wire::signal_connected_message({.connection_id = id(),
                                        .user_id = principal().user_id,
                                        .session_claim = principal().session_claim,
                                        .heartbeat_interval = limits.heartbeat_interval,
                                        .tier = answer.standing.tier,
                                        .premium = answer.standing.premium,
                                        .last_id = answer.last_id,
                                        .replayed = answer.replay.size(),
                                        .max_message_bytes = limits.max_message_bytes}));
  if (answer.error) reply(wire::error_message({}, *answer.error));
  for (const wire::SignalPtr& signal : answer.replay) offer(signal);
}

void SignalClient::standing_changed(const hub::SignalStanding& standing) {
  reply(wire::tier_message(standing.tier, standing.premium));
}

void SignalClient::offer(const wire::SignalPtr& signal) noexcept {
  if (!accepts_updates()) return;
  ++context_.clients.counters.updates_offered;
  pushed(outbox().push_signal(signal));
}

void SignalClient::end_subscriptions() {
  if (subscription_ != nullptr) context_.hub.leave(*std::exchange(subscription_, nullptr));
}

}  // namespace subd::session
