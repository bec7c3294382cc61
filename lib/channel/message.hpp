#pragma once

#include <cstdint>
#include <memory>
#include <string>

namespace subd::channel {

/// Position of a channel in the catalogue; dense from 0.
enum class ChannelId : std::uint8_t {};

/// One message as it goes to every client of a channel: made once, shared by all threads.
using Text = std::shared_ptr<const std::string>;

struct Message {
  ChannelId channel{};
  Text text;
};

}  // namespace subd::channel
