#pragma once

#include <chrono>
#include <limits>

#include "base/clock.hpp"

namespace subd::market {

/// A date in the exchange's calendar, as days since 1970-01-01 in exchange-local time.
using TradingDay = std::chrono::local_days;

/// One bar. `start` is inclusive and in UTC; prices in the instrument's currency; volume in units traded in it.
/// Invariant: low <= min(open, close) and high >= max(open, close); volume >= 0.
struct Bar {
  base::UtcTime start{};
  double open = 0;
  double high = 0;
  double low = 0;
  double close = 0;
  double volume = 0;
  /// Open interest at the end of the bar; NaN where the instrument has none.
  double oi = std::numeric_limits<double>::quiet_NaN();
  /// The trading day that the bar belongs to; anchored indicators (VWAP_D, _W, _M) start anew by it.
  TradingDay trading_day{};
};

}  // namespace subd::market
