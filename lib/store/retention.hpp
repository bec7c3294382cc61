#pragma once

#include <chrono>

#include "market/timeframe.hpp"

namespace subd::store {

/// How long bars are kept, by the length of their timeframe. A bar's age is counted from the newest bar of the same
/// source, not from the clock: a file of years ago that is replayed is not forgotten while it plays.
struct Retention {
  std::chrono::milliseconds seconds{std::chrono::days{2}};   ///< 1s to 30s
  std::chrono::milliseconds minutes{std::chrono::days{60}};  ///< 1min to 30min
  std::chrono::milliseconds hours{std::chrono::days{3650}};  ///< 60min and 1day

  [[nodiscard]] std::chrono::milliseconds of(market::Timeframe timeframe) const noexcept {
    const auto length = market::timeframe_length(timeframe);
    return length < std::chrono::minutes{1} ? seconds : length < std::chrono::hours{1} ? minutes : hours;
  }
};

}  // namespace subd::store
