#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "probe/tick_message.hpp"

namespace subd::probe {

enum class TickRequestKind : std::uint8_t { Subscribe, UpdateFilter, Unsubscribe, List };

/// What a tab says on `/ws/ticks`, and what the oracle is told that it said.
struct TickRequest {
  TickRequestKind kind = TickRequestKind::List;
  std::uint64_t id = 0;  ///< unique within its tab
  /// An unsubscribe that names nothing gives up everything.
  std::vector<std::uint32_t> tokens{};
  std::vector<std::string> symbols{};
  std::optional<TickMode> mode{};  ///< nullopt: not sent
};

/// The JSON message. Ticks are asked for without a throttle, whatever the server's default is.
[[nodiscard]] std::string tick_request_text(const TickRequest& request);

/// `subscribe 738561 full` for reports; of many instruments the first ones.
[[nodiscard]] std::string describe(const TickRequest& request);

}  // namespace subd::probe
