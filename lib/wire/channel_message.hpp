#pragma once

#include <string>
#include <string_view>
#include <variant>

#include "base/result.hpp"
#include "wire/client_message.hpp"

/// The messages of the broadcast channels beside those that a channel is about. Pure; bounded work for any input; throws
/// only bad_alloc.
namespace subd::wire {

/// A channel is taken by connecting to it: there is nothing to ask for.
using ChannelClientMessage = std::variant<HeartbeatRequest>;

[[nodiscard]] base::Result<ChannelClientMessage, RefusedMessage> parse_channel_message(std::string_view text);

/// `{"type":"status","connected":false}`
[[nodiscard]] std::string channel_status_message(bool connected);

}  // namespace subd::wire
