#include "wire/signal_message.hpp"

#include <array>
#include <nlohmann/json.hpp>

#include "wire/message_envelope.hpp"
#include "wire/message_text.hpp"

namespace subd::wire {
namespace {

using nlohmann::json;
using Parsed = base::Result<SignalClientMessage, Error>;

Parsed parse_heartbeat(const json&, const RequestId& id) {
  return SignalClientMessage{HeartbeatRequest{id}};
}

Parsed parse_auth(const json& object, const RequestId& id) {
  auto request = auth_request(object, id);
  if (!request) return request.error();
  return SignalClientMessage{std::move(*request)};
}

constexpr std::array kTypes{MessageType<SignalClientMessage>{"heartbeat", parse_heartbeat},
                            MessageType<SignalClientMessage>{"auth", parse_auth}};

void append_premium(std::string& out, bool premium) {
  message_text::append_key(out, "premium");
  out += premium ? "true" : "false";
}

}  // namespace

base::Result<SignalClientMessage, RefusedMessage> parse_signal_client_message(std::string_view text) {
  return parse_message(text, kTypes);
}

std::string signal_connected_message(const SignalConnectedMessage& message) {
  std::string out = message_text::begin("connected");
  out += R"(,"protocol":1)";
  message_text::append_text(out, "ws_conn_id", message.connection_id);
  message_text::append_text(out, "user_id", message.user_id);
  message_text::append_optional_text(out, "session_id", message.session_claim);
  message_text::append_milliseconds(out, "heartbeat_interval_ms", message.heartbeat_interval);
  message_text::append_text(out, "tier", message.tier);
  append_premium(out, message.premium);
  message_text::append_optional_text(out, "last_id", message.last_id);
  message_text::append_count(out, "replayed", message.replayed);
  out += R"(,"limits":{"message_bytes":)" + std::to_string(message.max_message_bytes) + "}}";
  return out;
}

std::string tier_message(std::string_view tier, bool premium) {
  std::string out = message_text::begin("tier");
  message_text::append_text(out, "tier", tier);
  append_premium(out, premium);
  out += '}';
  return out;
}

}  // namespace subd::wire
