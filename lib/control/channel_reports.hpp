#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"

/// What the control socket reports of the broadcast channels; the rules of reports.hpp.
namespace subd::control {

/// Counters are since the start of the daemon.
struct ChannelReport {
  std::string name;  ///< `market`; its path is `/ws/market`
  std::size_t clients = 0;
  std::uint64_t builds = 0;  ///< messages made, each once for all clients
  std::optional<base::UtcTime> last_build;
  std::size_t message_bytes = 0;  ///< of the newest one
  std::uint64_t offered = 0;      ///< messages, once for each client
  std::uint64_t dropped = 0;      ///< of them, those that gave way to newer ones
};

/// `{"channels":[..]}`
[[nodiscard]] std::string to_json(const std::vector<ChannelReport>& channels);

}  // namespace subd::control
