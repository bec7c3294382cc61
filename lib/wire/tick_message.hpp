#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "market/quote.hpp"
#include "wire/client_message.hpp"

/// The messages of `/ws/ticks` beside the ticks themselves. Pure; bounded work for any input; throws only bad_alloc.
namespace subd::wire {

/// Instruments as a client names them.
struct InstrumentNames {
  std::vector<std::uint32_t> tokens;
  std::vector<std::string> symbols;
  [[nodiscard]] bool empty() const noexcept { return tokens.empty() && symbols.empty(); }
};

/// Adds instruments, or changes how they are taken.
struct TickSubscribeRequest {
  RequestId id;
  InstrumentNames instruments;  ///< never empty
  std::optional<market::QuoteMode> mode;
  std::optional<std::uint32_t> throttle_ms;
};

/// Puts the set of instruments in place of the one in force.
struct UpdateFilterRequest {
  RequestId id;
  InstrumentNames instruments;
  std::optional<market::QuoteMode> mode;
  std::optional<std::uint32_t> throttle_ms;
};

struct TickUnsubscribeRequest {
  RequestId id;
  std::optional<InstrumentNames> instruments;  ///< nullopt: everything; else never empty
};

using TickClientMessage = std::variant<TickSubscribeRequest, UpdateFilterRequest, TickUnsubscribeRequest, ListRequest,
                                       HeartbeatRequest, AuthRequest>;

/// Entries of `tokens` and `symbols` together.
inline constexpr std::size_t kMaxInstrumentsPerRequest = 10'000;

/// As parse_client_message. Tokens are whole numbers of 1 .. 4,294,967,295, symbols names.
[[nodiscard]] base::Result<TickClientMessage, RefusedMessage> parse_tick_message(std::string_view text);

struct TickConnectedMessage {
  std::string_view connection_id;
  std::string_view user_id;
  std::string_view session_claim;  ///< empty: null
  std::chrono::milliseconds heartbeat_interval{};
  std::size_t max_tokens = 0;
  std::size_t max_message_bytes = 0;
};

/// One instrument of a client as listed in replies.
struct TickListing {
  std::uint32_t token = 0;
  std::string_view symbol;
  market::QuoteMode mode{};
  std::chrono::milliseconds throttle{};
};

/// What a reply to a request for ticks is called.
enum class TickReplyType : std::uint8_t { Subscribed, FilterUpdated, Unsubscribed, Subscriptions };

[[nodiscard]] std::string tick_connected_message(const TickConnectedMessage& message);
/// `all` is what is in force after the request.
[[nodiscard]] std::string tick_reply_message(TickReplyType type, std::string_view request_id,
                                             std::string_view connection_id, std::span<const TickListing> all);
/// `state`: `live`, `stale`, `down`.
[[nodiscard]] std::string upstream_status_message(std::string_view state, base::UtcTime since);

}  // namespace subd::wire
