#pragma once

#include <span>

#include "market/bar.hpp"

namespace subd::indicator {

/// One running computation of one indicator over one series of bars.
///
/// Values:  out.size() is the number of outputs of its Definition; every element is written on every call. NaN means
///          "no value": warming up, or a dead window whose meaning the Definition's description states. Never infinity.
/// Input:   bars in time order, prices and volume finite. Prices are not checked here; the feed has done it.
/// Cost:    amortised O(1) a bar unless the description says otherwise; no allocation after construction.
/// Threads: owned by one thread, the engine's.
class Indicator {
 public:
  virtual ~Indicator() = default;

  /// Takes in a closed bar for good and writes the values as of that bar.
  virtual void commit(const market::Bar& bar, std::span<double> out) noexcept = 0;

  /// Writes exactly what commit(bar) would write, and changes nothing: for the bar that is still forming.
  virtual void peek(const market::Bar& bar, std::span<double> out) const noexcept = 0;
};

}  // namespace subd::indicator
