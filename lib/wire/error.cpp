#include "wire/error.hpp"

namespace subd::wire {

std::string_view error_code_name(ErrorCode code) noexcept {
  switch (code) {
    case ErrorCode::BadJson:
      return "bad_json";
    case ErrorCode::BadRequest:
      return "bad_request";
    case ErrorCode::UnknownType:
      return "unknown_type";
    case ErrorCode::UnknownSymbol:
      return "unknown_symbol";
    case ErrorCode::UnknownTimeframe:
      return "unknown_timeframe";
    case ErrorCode::UnknownIndicator:
      return "unknown_indicator";
    case ErrorCode::BadParams:
      return "bad_params";
    case ErrorCode::LimitExceeded:
      return "limit_exceeded";
    case ErrorCode::RateLimited:
      return "rate_limited";
    case ErrorCode::NotSubscribed:
      return "not_subscribed";
    case ErrorCode::Forbidden:
      return "forbidden";
    case ErrorCode::Unauthorized:
      return "unauthorized";
    case ErrorCode::UpstreamUnavailable:
      return "upstream_unavailable";
    case ErrorCode::Internal:
      return "internal";
  }
  return "internal";
}

}  // namespace subd::wire
