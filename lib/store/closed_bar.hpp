#pragma once

#include <cstdint>

#include "base/clock.hpp"
#include "market/bar.hpp"
#include "market/instrument.hpp"
#include "market/timeframe.hpp"

namespace subd::store {

/// A bar that closed while the market was watched, on its way to the store.
struct ClosedBar {
  market::InstrumentId instrument{};
  market::Timeframe timeframe{};
  /// Since when the stream of the bar has been watched without a break, in market time.
  base::UtcTime since{};
  market::Bar bar;
  /// How often bars had been lost before this one; the store counts, whoever hands it over leaves it alone.
  std::uint64_t losses = 0;
};

}  // namespace subd::store
