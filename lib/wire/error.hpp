#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace subd::wire {

/// The protocol's error codes, one for one.
enum class ErrorCode : std::uint8_t {
  BadJson,
  BadRequest,
  UnknownType,
  UnknownSymbol,
  UnknownTimeframe,
  UnknownIndicator,
  BadParams,
  LimitExceeded,
  RateLimited,
  NotSubscribed,
  Forbidden,
  Unauthorized,
  UpstreamUnavailable,
  Internal,
};

/// `bad_json`, `unknown_symbol`, ...: the text on the wire.
[[nodiscard]] std::string_view error_code_name(ErrorCode code) noexcept;

/// Why a request was refused. `message` names the field, the value and what is allowed, for a person.
struct Error {
  ErrorCode code = ErrorCode::Internal;
  std::string message;
  /// A JSON object for programs, `{"field":"timeframe","allowed":[...]}`; empty = `{}`.
  std::string detail;
};

}  // namespace subd::wire
