#pragma once

#include <limits>

#include "base/clock.hpp"
#include "market/instrument.hpp"

namespace subd::market {

/// What foreign investors traded of an instrument, and what of it they may own. Unknown numbers are NaN.
struct ForeignFlow {
  static constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();

  InstrumentId instrument{};
  base::UtcTime time{};
  // Since the trading day began.
  double buy_volume = kUnknown;
  double sell_volume = kUnknown;
  double buy_value = kUnknown;
  double sell_value = kUnknown;
  // In shares.
  double total_room = kUnknown;    ///< that foreigners may own
  double current_room = kUnknown;  ///< of it, what they may still buy
};

}  // namespace subd::market
