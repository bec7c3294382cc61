#pragma once

#include <limits>

#include "base/clock.hpp"
#include "market/instrument.hpp"

namespace subd::market {

/// What an upstream says of an index beside its value's tick. Unknown numbers are NaN.
struct IndexFigures {
  static constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();

  InstrumentId instrument{};
  base::UtcTime time{};
  double value = kUnknown;
  double prior_value = kUnknown;   ///< at the close of the day before
  double change = kUnknown;        ///< since then
  double ratio_change = kUnknown;  ///< the same in percent
  double total_volume = kUnknown;  ///< of its members, since the trading day began
  // Members whose price is above, at and below that of the day before.
  double advances = kUnknown;
  double no_changes = kUnknown;
  double declines = kUnknown;
};

}  // namespace subd::market
