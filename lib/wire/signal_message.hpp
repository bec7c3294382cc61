#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>
#include <variant>

#include "wire/client_message.hpp"

/// The messages of /ws/signals beside the signals themselves.
namespace subd::wire {

using SignalClientMessage = std::variant<HeartbeatRequest, AuthRequest>;

/// As parse_client_message.
[[nodiscard]] base::Result<SignalClientMessage, RefusedMessage> parse_signal_client_message(std::string_view text);

/// `connected`.
struct SignalConnectedMessage {
  std::string_view connection_id;
  std::string_view user_id;
  std::string_view session_claim;  ///< may be empty
  std::chrono::milliseconds heartbeat_interval{};
  std::string_view tier;
  bool premium = false;
  std::string_view last_id;  ///< of the newest signal before the live ones; may be empty
  std::size_t replayed = 0;  ///< signals that follow before the live ones
  std::size_t max_message_bytes = 0;
};
[[nodiscard]] std::string signal_connected_message(const SignalConnectedMessage& message);

/// `{"type":"tier",...}`: another tier is in force from here on.
[[nodiscard]] std::string tier_message(std::string_view tier, bool premium);

}  // namespace subd::wire
