#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "fanout/plan.hpp"

/// Market messages as a client sees them: read, judged, and made up for the servers that only pass them on.
namespace subd::bench {

/// What a `market_update` says, as far as the bench looks.
struct MarketMessage {
  std::uint16_t stream = 0;
  std::uint64_t seq = 0;
  bool closed = false;
  double sent_us = 0;           ///< the close: the publisher writes the time there
  std::string_view indicators;  ///< what is between the braces
};

/// nullopt when the text is no market update, or none that is whole up to its last brace.
[[nodiscard]] std::optional<MarketMessage> read_market_message(std::string_view text);
/// The same of one that was cut to a length.
[[nodiscard]] std::optional<MarketMessage> read_cut_message(std::string_view text);

/// The indicators of one take, judged quickly: their order is learnt from the first message and the same ever after.
class ViewCheck {
 public:
  explicit ViewCheck(View view) noexcept : view_{view} {}
  /// Whether exactly the indicators of the view are there, each with a value.
  [[nodiscard]] bool holds(std::string_view indicators);

 private:
  [[nodiscard]] bool learn(std::string_view indicators);

  View view_;
  std::vector<std::uint8_t> order_;  ///< empty: not learnt
};

/// A market update of exactly `bytes` bytes (at least kLeastMadeUpBytes) whose indicators are padding.
[[nodiscard]] std::string made_up_message(std::uint16_t stream, std::uint64_t seq, double sent_us, std::size_t bytes);
inline constexpr std::size_t kLeastMadeUpBytes = 300;

}  // namespace subd::bench
