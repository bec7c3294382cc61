#include "session/session.hpp"

#include <utility>
#include <variant>

#include "wire/server_message.hpp"

namespace subd::session {

Session::Session(SessionContext& context, Transport& transport, std::string id)
    : JsonClient{context.clients, transport, std::move(id)},
      context_{context},
      requests_{context.clients.limits.subscribe_rate, context.clients.limits.subscribe_burst,
                context.clients.clock.mono_now()} {}

Session::~Session() {
  Session::end_subscriptions();
}

void Session::end_subscriptions() {
  for (hub::Subscription* subscription : subscriptions_) context_.hub.close(*subscription);
  subscriptions_.clear();
}

void Session::opened() {
  const Limits& limits = context_.clients.limits;
  reply(wire::connected_message({.connection_id = id(),
                                 .user_id = principal().user_id,
                                 .session_claim = principal().session_claim,
                                 .heartbeat_interval = limits.heartbeat_interval,
                                 .max_streams = limits.max_streams,
                                 .max_indicators = limits.max_indicators,
                                 .max_message_bytes = limits.max_message_bytes}));
}

void Session::receive_text(std::string_view text) {
  const auto message = wire::parse_client_message(text);
  if (!message) {
    refuse(message.error().id, message.error().error);
  } else if (may_handle(*message)) {
    std::visit([this](const auto& request) { handle(request); }, *message);
  }
}

void Session::upstream_changed(hub::Subscription& subscription, const hub::UpstreamStatus& upstream) {
  if (state() != ClientState::Open) return;
  reply(
      wire::status_message(subscription.stream->symbol, subscription.stream->timeframe, upstream.state, upstream.since),
      &subscription);
}

void Session::offer(hub::Subscription& subscription, const wire::UpdatePtr& update) noexcept {
  if (!accepts_updates()) return;
  ++context_.clients.counters.updates_offered;
  pushed(outbox().push_update(subscription, update));
}

void Session::describe(ClientReport& report) const {
  for (const hub::Subscription* subscription : subscriptions_) {
    const auto ids = hub::Hub::topic_ids(*subscription);
    report.streams.push_back({subscription->stream->symbol, subscription->stream->timeframe, {ids.begin(), ids.end()}});
  }
}

}  // namespace subd::session
