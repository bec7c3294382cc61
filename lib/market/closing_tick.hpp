#pragma once

#include "market/bar.hpp"
#include "market/tick.hpp"
#include "market/timeframe.hpp"

namespace subd::market {

/// What a source that only has bars says of the price: the end of one. Its volume is the bar's affair.
[[nodiscard]] inline Tick closing_tick(InstrumentId instrument, Timeframe timeframe, const Bar& bar) noexcept {
  Tick tick;
  tick.instrument = instrument;
  tick.time = bar.start + timeframe_length(timeframe);
  tick.last_price = bar.close;
  tick.oi = bar.oi;
  return tick;
}

}  // namespace subd::market
