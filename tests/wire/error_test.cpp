#include "wire/error.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string_view>

namespace subd::wire {
namespace {

TEST(ErrorCode, EveryCodeHasItsOwnNameOfTheProtocol) {
  std::set<std::string_view> names;
  for (int code = 0; code <= static_cast<int>(ErrorCode::Internal); ++code) {
    names.insert(error_code_name(static_cast<ErrorCode>(code)));
  }
  const std::set<std::string_view> protocol{
      "bad_json",          "bad_request",  "unknown_type",         "unknown_symbol", "unknown_timeframe",
      "unknown_indicator", "bad_params",   "limit_exceeded",       "rate_limited",   "not_subscribed",
      "forbidden",         "unauthorized", "upstream_unavailable", "internal"};
  EXPECT_EQ(names, protocol);
}

}  // namespace
}  // namespace subd::wire
