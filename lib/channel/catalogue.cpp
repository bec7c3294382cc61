#include "channel/catalogue.hpp"

#include <array>

#include "channel/foreign_channel.hpp"
#include "channel/index_channel.hpp"
#include "channel/market_channel.hpp"

namespace subd::channel {
namespace {

constexpr std::string_view kPrefix = "/ws/";

struct Definition {
  std::string_view path;  ///< kPrefix and the name
  std::unique_ptr<Channel> (*make)(const MarketState& state);
};

template <class T>
std::unique_ptr<Channel> make(const MarketState& state) {
  return std::make_unique<T>(state);
}

/// A new channel is a class and its line here.
constexpr std::array kChannels{Definition{"/ws/market", make<MarketChannel>},    //
                               Definition{"/ws/foreign", make<ForeignChannel>},  //
                               Definition{"/ws/index", make<IndexChannel>}};

}  // namespace

std::size_t channel_count() noexcept {
  return kChannels.size();
}

std::string_view channel_name(ChannelId id) noexcept {
  return channel_path(id).substr(kPrefix.size());
}

std::string_view channel_path(ChannelId id) noexcept {
  return kChannels[static_cast<std::size_t>(id)].path;
}

std::optional<ChannelId> find_path(std::string_view path) noexcept {
  for (std::size_t i = 0; i < kChannels.size(); ++i) {
    if (kChannels[i].path == path) return static_cast<ChannelId>(i);
  }
  return std::nullopt;
}

std::optional<ChannelId> find_channel(std::string_view name) noexcept {
  for (std::size_t i = 0; i < kChannels.size(); ++i) {
    if (kChannels[i].path.substr(kPrefix.size()) == name) return static_cast<ChannelId>(i);
  }
  return std::nullopt;
}

std::unique_ptr<Channel> make_channel(ChannelId id, const MarketState& state) {
  return kChannels[static_cast<std::size_t>(id)].make(state);
}

}  // namespace subd::channel
