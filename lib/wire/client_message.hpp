#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/result.hpp"
#include "wire/condition.hpp"
#include "wire/error.hpp"

/// Client text -> checked structs. Pure; bounded work for any input; throws only bad_alloc.
namespace subd::wire {

/// The request's `id`, kept as the JSON text to echo (`7`, `"a"`); empty when the client sent none.
using RequestId = std::string;

/// One wanted indicator, as asked: by id (`params` absent) or by name and parameters.
struct IndicatorRequest {
  using Value = std::variant<double, std::string>;
  std::string name;
  std::optional<std::vector<std::pair<std::string, Value>>> params;
};

struct SubscribeRequest {
  RequestId id;
  std::string symbol;
  std::string timeframe;
  std::vector<IndicatorRequest> indicators;
  std::uint32_t history = 0;
  std::optional<std::uint32_t> throttle_ms;
  ConditionAction when_action = ConditionAction::Keep;  ///< `when` absent: Keep; null: Clear; a string: Replace
  std::string when{};                                   ///< of Replace: 1 to kMaxConditionBytes bytes, not yet read
  std::optional<Trigger> trigger{};                     ///< never together with Clear
};

struct UnsubscribeRequest {
  RequestId id;
  std::string symbol;     ///< empty: everything
  std::string timeframe;  ///< empty only together with `symbol`
  /// nullopt: the whole stream. An empty list is refused by the parser.
  std::optional<std::vector<IndicatorRequest>> indicators;
};

struct ListRequest {
  RequestId id;
};

struct HeartbeatRequest {
  RequestId id;
};

struct AuthRequest {
  RequestId id;
  std::string token;
};

/// The last update of a stream that a client has, whatever its kind.
struct StreamPosition {
  std::string symbol;
  std::string timeframe;
  std::string epoch;
  std::uint64_t seq = 0;
};

/// What a client has of the streams of the session that it resumes; a stream that is not listed, it has nothing of.
struct ResumeRequest {
  RequestId id;
  std::vector<StreamPosition> received;
};

using ClientMessage =
    std::variant<SubscribeRequest, UnsubscribeRequest, ListRequest, HeartbeatRequest, AuthRequest, ResumeRequest>;

/// A refused message: the error and the id to echo, when one could be read.
struct RefusedMessage {
  RequestId id;
  Error error;
};

/// Limits of parse_client_message beyond the frame size.
inline constexpr std::size_t kMaxNesting = 16;
inline constexpr std::size_t kMaxIndicatorsPerRequest = 256;
inline constexpr std::size_t kMaxParamsPerIndicator = 32;
inline constexpr std::size_t kMaxPositions = 10'000;
inline constexpr std::size_t kMaxNameBytes = 128;
inline constexpr std::size_t kMaxRequestIdBytes = 128;

/// Unknown fields are ignored, an unknown `type` is an error. `history` and `throttle_ms` must be whole numbers of
/// 0 .. 1,000,000, `seq` one of 0 .. 2^53; names at most kMaxNameBytes; `id` a JSON number or string.
[[nodiscard]] base::Result<ClientMessage, RefusedMessage> parse_client_message(std::string_view text);

/// The same two requests as the body of an HTTP request, which says by its path what it is: without `type`.
[[nodiscard]] base::Result<SubscribeRequest, Error> parse_subscribe_body(std::string_view text);
[[nodiscard]] base::Result<UnsubscribeRequest, Error> parse_unsubscribe_body(std::string_view text);

}  // namespace subd::wire
