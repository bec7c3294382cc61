#pragma once

#include <cstddef>
#include <limits>
#include <optional>
#include <vector>

#include "base/clock.hpp"
#include "market/bar.hpp"
#include "market/instrument.hpp"
#include "market/quote.hpp"
#include "market/timeframe.hpp"

namespace subd::engine {

/// The past of one stream, as the upstream knows it.
struct History {
  std::vector<market::Bar> closed;  ///< oldest first
  std::optional<market::Bar> forming;
  double day_volume = std::numeric_limits<double>::quiet_NaN();
};

/// Where instruments are asked for. Implemented by the composition root; called on the thread of who asks; never blocks.
class QuoteUpstream {
 public:
  virtual ~QuoteUpstream() = default;
  /// Again with another mode: that one holds from now on.
  virtual void subscribe(market::InstrumentId instrument, market::QuoteMode mode) = 0;
  virtual void unsubscribe(market::InstrumentId instrument) = 0;
};

/// What the engine needs of the feed.
class Upstream : public QuoteUpstream {
 public:
  /// The shortest timeframe that can be filled; shorter ones are refused to clients.
  [[nodiscard]] virtual market::Timeframe finest_timeframe(market::InstrumentId instrument) const = 0;
  [[nodiscard]] virtual History history(market::InstrumentId instrument, market::Timeframe timeframe,
                                        std::size_t count) = 0;
  /// Which market clock the instrument goes by, see Engine::on_market_time; dense from 0.
  [[nodiscard]] virtual std::size_t clock_of(market::InstrumentId instrument) const {
    static_cast<void>(instrument);
    return 0;
  }
};

}  // namespace subd::engine
