#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "market/bar.hpp"
#include "wire/close_reason.hpp"
#include "wire/condition.hpp"
#include "wire/error.hpp"
#include "wire/greeks.hpp"
#include "wire/update.hpp"

/// Structs -> the protocol's server messages. Pure; every function returns one complete JSON text.
namespace subd::wire {

/// One stream of a session as listed in replies.
struct StreamListing {
  std::string_view symbol;
  std::string_view timeframe;
  std::vector<std::string_view> indicators;  ///< canonical ids
  std::string_view when{};                   ///< the condition in force; empty: none, and no fields of it
  Trigger trigger = Trigger::Level;
};

struct ConnectedMessage {
  std::string_view connection_id;
  std::string_view user_id;
  std::string_view session_claim;  ///< empty: null
  std::chrono::milliseconds heartbeat_interval{};
  std::size_t max_streams = 0;
  std::size_t max_indicators = 0;
  std::size_t max_message_bytes = 0;
  std::string_view resume_token{};  ///< empty: the session cannot be resumed, and no fields of it
  std::chrono::milliseconds resume_window{};
  bool resumed = false;  ///< the session is one of before
};

/// `request_id` is JSON text as received (a number or a quoted string); empty = no `id` field.
[[nodiscard]] std::string connected_message(const ConnectedMessage& message);
[[nodiscard]] std::string subscribed_message(std::string_view request_id, std::string_view connection_id,
                                             const StreamListing& stream, std::span<const StreamListing> all);
/// The same to a client without a connection, which is known by its session.
[[nodiscard]] std::string rest_subscribed_message(std::string_view request_id, std::string_view session_id,
                                                  const StreamListing& stream, std::span<const StreamListing> all);
/// `stream.indicators` is what is still in force of the stream, empty when it is gone. `stream.symbol` empty:
/// everything was unsubscribed (no symbol and timeframe fields).
[[nodiscard]] std::string unsubscribed_message(std::string_view request_id, const StreamListing& stream,
                                               std::span<const StreamListing> all);
/// The answer to `resume`: what the session takes.
[[nodiscard]] std::string resumed_message(std::string_view request_id, std::string_view connection_id,
                                          std::span<const StreamListing> all);
[[nodiscard]] std::string subscriptions_message(std::string_view request_id, std::span<const StreamListing> all);
[[nodiscard]] std::string heartbeat_ack_message(std::string_view request_id, base::UtcTime now);
[[nodiscard]] std::string error_message(std::string_view request_id, const Error& error);
/// `state`: `live`, `stale`, `down`.
[[nodiscard]] std::string status_message(std::string_view symbol, std::string_view timeframe, std::string_view state,
                                         base::UtcTime since);
[[nodiscard]] std::string goodbye_message(std::string_view reason, std::chrono::milliseconds retry_after);
[[nodiscard]] std::string token_expiring_message(std::chrono::milliseconds expires_in);
[[nodiscard]] std::string authenticated_message(std::string_view request_id, std::string_view user_id);

/// The part of an update that every subscriber gets.
struct UpdateHead {
  std::string_view symbol;
  std::string_view timeframe;
  std::string_view epoch;
  std::uint64_t seq = 0;
  bool closed = false;
  base::UtcTime timestamp{};
  market::Bar bar;
  Greeks greeks;
  OpenInterestFigures oi;
};

/// Appends `{"type":"market_update",... ,"indicators":{` (Update::head). Hot path: no allocation once `out` has grown.
void append_update_head(std::string& out, const UpdateHead& head);

/// Appends one fragment, `"RSI_14_100":67.3`, `"MACD_12_26_9":{"MACD":1,"MACDh":null,"MACDs":2}` or `"SMA_20":null`.
/// A number for one output, an object for several; NaN is null; all outputs NaN = null for the whole indicator.
void append_indicator(std::string& out, std::string_view id, std::span<const std::string_view> outputs,
                      std::span<const double> values);

/// The values of one indicator over the bars of a snapshot.
struct SnapshotColumn {
  Slot slot = 0;
  std::string id;
  std::span<const std::string_view> outputs;  ///< of the catalogue: outlives every snapshot
  std::vector<double> history;                ///< bars.size() * outputs.size(), row by row
  std::vector<double> current;                ///< outputs.size(): at the newest state
};

/// Numbers of a snapshot, copied on the market thread, serialised on the io thread that needs it.
struct SnapshotData {
  std::string symbol;
  std::string timeframe;
  std::string epoch;
  std::uint64_t seq = 0;           ///< of the last published update; the next one has a greater seq
  std::optional<market::Bar> bar;  ///< newest state: the forming bar, else the last closed; nullopt: no data yet
  Greeks greeks;
  OpenInterestFigures oi;
  std::vector<market::Bar> bars;        ///< closed, oldest first
  std::vector<SnapshotColumn> columns;  ///< ascending slots
  /// Of the condition that the request asked for; not part of the message.
  std::optional<ConditionSlot> condition;
};

/// The snapshot message with the columns that are in `view`. `ohlcv` is null when there is no bar yet.
[[nodiscard]] std::string snapshot_message(const SnapshotData& data, const View& view);

}  // namespace subd::wire
