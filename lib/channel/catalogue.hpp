#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string_view>

#include "channel/channel.hpp"
#include "channel/message.hpp"

/// The one table of the channels that there are. The path of a channel is `/ws/` and its name.
namespace subd::channel {

struct MarketState;

[[nodiscard]] std::size_t channel_count() noexcept;
/// `market foreign index`. REQUIRES: the id is of the catalogue.
[[nodiscard]] std::string_view channel_name(ChannelId id) noexcept;
[[nodiscard]] std::optional<ChannelId> find_channel(std::string_view name) noexcept;
/// `state` outlives the channel.
[[nodiscard]] std::unique_ptr<Channel> make_channel(ChannelId id, const MarketState& state);

}  // namespace subd::channel
