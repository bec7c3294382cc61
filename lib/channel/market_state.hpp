#pragma once

#include "channel/foreign_board.hpp"
#include "channel/index_board.hpp"
#include "channel/price_board.hpp"
#include "market/closing_tick.hpp"
#include "market/instrument_table.hpp"

namespace subd::channel {

/// All that channels show, kept whether or not somebody takes one: a played file says it once.
///
/// Owner: the market thread.
struct MarketState {
  explicit MarketState(const market::InstrumentTable& table) : instruments{table}, prices{table.size()} {}

  void on_tick(const market::Tick& tick) {
    if (instruments[tick.instrument].type == market::InstrumentType::Index) {
      indices.on_tick(tick);
    } else {
      prices.on_tick(tick);
    }
  }

  void on_bar(market::InstrumentId instrument, market::Timeframe timeframe, const market::Bar& bar) {
    on_tick(market::closing_tick(instrument, timeframe, bar));
  }

  const market::InstrumentTable& instruments;
  PriceBoard prices;  ///< of what is no index
  IndexBoard indices;
  ForeignBoard foreign;
};

}  // namespace subd::channel
