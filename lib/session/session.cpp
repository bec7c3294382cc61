#include "session/session.hpp"

#include <utility>
#include <variant>

#include "wire/server_message.hpp"

namespace subd::session {

Session::Session(SessionContext& context, Transport& transport, std::string id)
    : JsonClient{context.clients, transport, std::move(id)},
      context_{context},
      streams_{{context.hub, context.directory, context.clients.limits, context.clients.clock}, *this} {}

void Session::end_subscriptions() {
  streams_.clear();
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

void Session::handle(const wire::SubscribeRequest& request) {
  if (auto error = add_subscription(request)) refuse(request.id, *error);
}

std::optional<wire::Error> Session::add_subscription(const wire::SubscribeRequest& request) {
  if (state() != ClientState::Open) return wire::Error{wire::ErrorCode::Forbidden, "the session is not open", {}};
  return streams_.subscribe(request);
}

void Session::handle(const wire::UnsubscribeRequest& request) {
  if (auto error = remove_subscription(request)) refuse(request.id, *error);
}

std::optional<wire::Error> Session::remove_subscription(const wire::UnsubscribeRequest& request) {
  if (state() != ClientState::Open) return wire::Error{wire::ErrorCode::Forbidden, "the session is not open", {}};
  wire::StreamListing left;
  auto error = streams_.unsubscribe(request, left);
  if (!error) reply(wire::unsubscribed_message(request.id, left, streams_.listings()));
  return error;
}

void Session::handle(const wire::ListRequest& request) {
  reply(wire::subscriptions_message(request.id, streams_.listings()));
}

void Session::attached(hub::Subscription& subscription, const wire::RequestId& request,
                       const wire::SnapshotData& snapshot, const hub::UpstreamStatus& upstream) {
  if (state() != ClientState::Open) return;
  reply(wire::subscribed_message(request, id(), listing_of(subscription), streams_.listings()), &subscription);
  reply(wire::snapshot_message(snapshot, *subscription.view), &subscription);
  if (std::string_view{upstream.state} != "live") upstream_changed(subscription, upstream);
}

void Session::refused(hub::Subscription& subscription, const wire::RequestId& request, const wire::Error& error,
                      bool destroyed) {
  if (destroyed) streams_.forget(subscription);
  if (state() == ClientState::Open) refuse(request, error);
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
  for (const hub::Subscription* subscription : streams_.subscriptions()) {
    const auto ids = hub::Hub::topic_ids(*subscription);
    report.streams.push_back({subscription->stream->symbol, subscription->stream->timeframe, {ids.begin(), ids.end()}});
  }
}

}  // namespace subd::session
