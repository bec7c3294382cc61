#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"

/// The server's side of the protocol as a client reads it. Views point into the received text; strings with escapes
/// are left escaped. Values stay raw JSON text, since the oracle compares and counts them but never calculates.
namespace subd::probe {

enum class MessageType : std::uint8_t {
  Connected,
  Subscribed,
  Unsubscribed,
  Subscriptions,
  Resumed,
  HeartbeatAck,
  Snapshot,
  MarketUpdate,
  Status,
  Error,
  Goodbye,
  TokenExpiring,
  Authenticated,
};

struct IndicatorValue {
  std::string_view id;
  std::string_view value;
};

struct ServerMessage {
  MessageType type{};
  std::string_view id;             ///< the echoed request id as JSON text; empty: none
  std::string_view connection_id;  ///< `ws_conn_id`
  std::string_view user_id;
  std::string_view session_id;
  std::string_view resume_token;
  bool resumed = false;  ///< of `connected`: the session is one of before
  std::string_view symbol;
  std::string_view timeframe;
  std::string_view epoch;
  std::optional<std::uint64_t> seq;
  bool closed = false;  ///< `"bar":"closed"`
  std::optional<base::UtcTime> timestamp;
  std::optional<base::UtcTime> bar_start;  ///< `ohlcv.time`
  std::string_view ohlcv, greeks, oi;      ///< raw
  std::vector<IndicatorValue> values;      ///< of an update or a snapshot
  std::vector<std::string_view> ids;       ///< `indicators` of a reply
  std::string_view streams;                ///< raw list of a reply
  std::string_view bars;                   ///< raw list of a snapshot
  std::string_view code;                   ///< of an error
  std::string_view text;                   ///< `message` of an error
};

/// Reads one message into `out`, whose storage is reused. Answers what is wrong, for a person; empty = well formed,
/// with every field that the protocol promises for its type.
[[nodiscard]] std::string parse_server_message(std::string_view text, ServerMessage& out);

/// One entry of `streams`.
struct ListedStream {
  std::string_view symbol;
  std::string_view timeframe;
  std::vector<std::string_view> indicators;
};
/// nullopt: not a list of streams.
[[nodiscard]] std::optional<std::vector<ListedStream>> parse_streams(std::string_view raw);

/// One entry of a snapshot's `bars`.
struct HistoryBar {
  base::UtcTime start{};
  std::vector<IndicatorValue> values;
};
/// nullopt: not a list of bars.
[[nodiscard]] std::optional<std::vector<HistoryBar>> parse_bars(std::string_view raw);

}  // namespace subd::probe
