#include "session/channel_client.hpp"

#include <utility>
#include <variant>

#include "channel/catalogue.hpp"
#include "wire/channel_message.hpp"

namespace subd::session {

ChannelClient::ChannelClient(ChannelContext& context, Transport& transport, channel::ChannelId channel, std::string id)
    : JsonClient{context.clients, transport, std::move(id)}, hub_{context.hub}, channel_{channel} {}

void ChannelClient::opened() {
  joined_ = true;
  hub_.join(channel_, *this);
}

void ChannelClient::end_subscriptions() {
  if (std::exchange(joined_, false)) hub_.leave(channel_, *this);
}

bool ChannelClient::offer(const channel::Text& text) noexcept {
  if (!accepts_updates()) return true;
  ++context().counters.updates_offered;
  const PushOutcome outcome = outbox().push_shared(text, context().limits.channel_queue);
  pushed(outcome);
  return outcome != PushOutcome::Dropped;
}

void ChannelClient::upstream_changed(bool connected) {
  if (accepts_updates()) reply(wire::channel_status_message(connected));
}

void ChannelClient::receive_text(std::string_view text) {
  const auto message = wire::parse_channel_message(text);
  if (!message) {
    refuse(message.error().id, message.error().error);
  } else {
    handle(std::get<wire::HeartbeatRequest>(*message));
  }
}

void ChannelClient::describe(ClientReport& report) const {
  report.channel = channel::channel_name(channel_);
}

}  // namespace subd::session
