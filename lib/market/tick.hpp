#pragma once

#include <cstdint>
#include <limits>

#include "base/clock.hpp"
#include "market/instrument.hpp"
#include "market/quote.hpp"

namespace subd::market {

/// What Tick::volume counts.
enum class VolumeKind : std::uint8_t {
  None,           ///< the upstream does not say (an index)
  DayCumulative,  ///< traded since the start of the trading day; a step back means a new day
  Traded,         ///< traded by this tick alone
};

/// Who took the other's offer in a trade.
enum class TradeSide : std::uint8_t { Unknown, Buyer, Seller };

/// One upstream update of one instrument.
struct Tick {
  InstrumentId instrument{};
  base::UtcTime time{};
  double last_price = 0;
  double volume = 0;
  VolumeKind volume_kind = VolumeKind::None;
  TradeSide side = TradeSide::Unknown;
  /// Open interest; NaN where the upstream gave none.
  double oi = std::numeric_limits<double>::quiet_NaN();
  /// Open interest at the previous close; NaN where unknown.
  double oi_previous = std::numeric_limits<double>::quiet_NaN();
  /// All else that the upstream says; null where that is nothing. Valid during the call that delivers the tick.
  const Quote* quote = nullptr;
};

}  // namespace subd::market
