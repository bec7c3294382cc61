#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"

/// The server's side of `/ws/ticks` as a client reads it. Views point into the received text; strings with escapes are
/// left escaped.
namespace subd::probe {

/// How much of an instrument is told, in rising order.
enum class TickMode : std::uint8_t { Ltp, Quote, Full };

/// `ltp quote full`.
[[nodiscard]] std::string_view tick_mode_name(TickMode mode) noexcept;
/// nullopt for anything else.
[[nodiscard]] std::optional<TickMode> parse_tick_mode(std::string_view name) noexcept;

enum class TickMessageType : std::uint8_t {
  Connected,
  Subscribed,
  FilterUpdated,
  Unsubscribed,
  Subscriptions,
  Tick,
  Error,
  Notice,  ///< `status`, `goodbye`, `token_expiring` and answers to requests that wsprobe does not make
};

struct TickMessage {
  TickMessageType type{};
  std::string_view id;             ///< the echoed request id as JSON text; empty: none
  std::string_view connection_id;  ///< `ws_conn_id`
  std::string_view user_id;
  std::string_view session_id;
  std::string_view instruments;  ///< raw list of a reply
  std::string_view code;         ///< of an error
  std::string_view text;         ///< `message` of an error

  // Of a tick.
  std::uint32_t token = 0;
  std::string_view symbol;
  TickMode mode{};
  TickMode fields{};  ///< the highest mode that one of its fields belongs to
  std::uint64_t seq = 0;
  base::UtcTime timestamp{};
};

/// Reads one message into `out`. Answers what is wrong, for a person; empty = well formed, with every field that the
/// protocol promises for its type and mode. Fields of a higher mode are not wrong here: `fields` tells them.
[[nodiscard]] std::string parse_tick_message(std::string_view text, TickMessage& out);

/// One entry of `instruments`.
struct ListedInstrument {
  std::uint32_t token = 0;
  std::string_view symbol;
  TickMode mode{};
};
/// nullopt: not a list of instruments.
[[nodiscard]] std::optional<std::vector<ListedInstrument>> parse_instruments(std::string_view raw);

}  // namespace subd::probe
