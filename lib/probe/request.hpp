#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace subd::probe {

enum class RequestKind : std::uint8_t { Subscribe, Unsubscribe, List, Heartbeat, Resume };

/// The last update of a stream that a tab has.
struct Received {
  std::string symbol;
  std::string timeframe;
  std::string epoch;
  std::uint64_t seq = 0;
};

/// What a tab says to the server, and what the oracle is told that it said.
struct Request {
  RequestKind kind = RequestKind::List;
  std::uint64_t id = 0;  ///< unique within its tab
  std::string symbol{};  ///< empty in an unsubscribe: everything
  std::string timeframe{};
  /// Ids, short forms included. Unsubscribe: nullopt = the whole stream.
  std::optional<std::vector<std::string>> indicators{};
  std::uint32_t history = 0;
  /// Of a subscribe: the condition; an empty one clears what is in force, nullopt keeps it.
  std::optional<std::string> when{};
  std::string trigger{};             ///< empty: not sent
  std::vector<Received> received{};  ///< of a resume
  /// The error code that is the right answer; empty: the request is to succeed.
  std::string refusal{};
};

/// The JSON message.
[[nodiscard]] std::string request_text(const Request& request);

/// `subscribe NIFTY50 1s RSI_14_100` for reports.
[[nodiscard]] std::string describe(const Request& request);

}  // namespace subd::probe
