#pragma once

#include <bitset>
#include <cstddef>
#include <cstdint>

namespace subd::engine {

/// Number of an io thread's hub, from 0.
using HubId = std::uint16_t;

inline constexpr std::size_t kMaxHubs = 256;

/// Which hubs hold a stream or a topic.
using HubSet = std::bitset<kMaxHubs>;

}  // namespace subd::engine
