#include "wire/channel_message.hpp"

#include <array>

#include "wire/message_envelope.hpp"
#include "wire/message_text.hpp"

namespace subd::wire {
namespace {

base::Result<ChannelClientMessage, Error> parse_heartbeat(const nlohmann::json&, const RequestId& id) {
  return ChannelClientMessage{HeartbeatRequest{id}};
}

constexpr std::array<MessageType<ChannelClientMessage>, 1> kMessageTypes{{{"heartbeat", parse_heartbeat}}};

}  // namespace

base::Result<ChannelClientMessage, RefusedMessage> parse_channel_message(std::string_view text) {
  return parse_message<ChannelClientMessage>(text, kMessageTypes);
}

std::string channel_status_message(bool connected) {
  std::string out = message_text::begin("status");
  message_text::append_key(out, "connected");
  out += connected ? "true}" : "false}";
  return out;
}

}  // namespace subd::wire
