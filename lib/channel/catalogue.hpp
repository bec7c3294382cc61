#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string_view>

#include "channel/channel.hpp"
#include "channel/message.hpp"

/// The one table of the channels that there are.
namespace subd::channel {

struct MarketState;

[[nodiscard]] std::size_t channel_count() noexcept;
/// `market foreign index`. REQUIRES: the id is of the catalogue.
[[nodiscard]] std::string_view channel_name(ChannelId id) noexcept;
[[nodiscard]] std::optional<ChannelId> find_channel(std::string_view name) noexcept;
/// `/ws/market`. REQUIRES: the id is of the catalogue.
[[nodiscard]] std::string_view channel_path(ChannelId id) noexcept;
[[nodiscard]] std::optional<ChannelId> find_path(std::string_view path) noexcept;
/// `state` outlives the channel.
[[nodiscard]] std::unique_ptr<Channel> make_channel(ChannelId id, const MarketState& state);

}  // namespace subd::channel
