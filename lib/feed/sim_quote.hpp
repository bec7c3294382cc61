#pragma once

#include <cstdint>

#include "base/clock.hpp"
#include "feed/sim_market.hpp"
#include "market/quote.hpp"
#include "market/tick.hpp"

namespace subd::feed {

/// What a SimMarket says of one instrument beside its last price.
///
/// The range of the day is that of the ticks since the quote came into being, and of an even sample of those before;
/// everything else depends on the tick alone.
///
/// Owner: a SimFeed; the market thread.
class SimQuote {
 public:
  /// Fills what `mode` has. REQUIRES: numbers of the instrument's ticks rise from call to call; mode is not Ltp.
  const market::Quote& at(SimMarket& market, const market::Tick& tick, std::int64_t number, market::QuoteMode mode);

 private:
  static constexpr std::int64_t kDaySamples = 60;

  void begin_day(SimMarket& market, const market::Tick& tick, std::int64_t number);
  void include(double price, double oi) noexcept;
  void fill_full(const SimMarket& market, const market::Tick& tick, std::int64_t number);

  base::UtcTime midnight_{base::UtcTime::min()};  // of the day that the figures are of
  market::Quote quote_;
  double turnover_ = 0;  // of the day: price times quantity
  double oi_high_ = market::Quote::kUnknown;
  double oi_low_ = market::Quote::kUnknown;
};

}  // namespace subd::feed
