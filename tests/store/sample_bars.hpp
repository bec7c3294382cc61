#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "market/instrument_table.hpp"
#include "store/bar_store.hpp"
#include "store/closed_bar.hpp"

namespace subd::store::test {

/// 2024-01-01T00:00:00Z, a Monday.
inline constexpr base::UtcTime kStart{std::chrono::milliseconds{1'704'067'200'000}};

/// Instrument 0 trades around the clock, 1 on the NSE.
inline std::shared_ptr<const market::InstrumentTable> sample_instruments() {
  auto table = std::make_shared<market::InstrumentTable>();
  market::Instrument instrument;
  instrument.symbol = "BTC";
  instrument.exchange = "24x7";
  table->add(instrument);
  instrument.symbol = "NIFTY50";
  instrument.exchange = "NSE";
  table->add(instrument);
  return table;
}

inline market::Bar bar_at(base::UtcTime start, double price = 100) {
  market::Bar bar;
  bar.start = start;
  bar.open = bar.close = price;
  bar.high = price + 1;
  bar.low = price - 1;
  bar.volume = 10;
  bar.trading_day = market::TradingDay{std::chrono::floor<std::chrono::days>(start.time_since_epoch())};
  return bar;
}

/// `count` bars one after the other; the price is the number of the bar.
inline std::vector<market::Bar> bars_from(base::UtcTime start, std::size_t count, market::Timeframe timeframe) {
  std::vector<market::Bar> out;
  for (std::size_t i = 0; i < count; ++i) {
    out.push_back(
        bar_at(start + market::timeframe_length(timeframe) * static_cast<int>(i), static_cast<double>(i + 1)));
  }
  return out;
}

inline std::vector<ClosedBar> closed(const std::vector<market::Bar>& bars, market::Timeframe timeframe,
                                     base::UtcTime since, std::uint32_t instrument = 0) {
  std::vector<ClosedBar> out;
  for (const market::Bar& bar : bars) out.push_back({market::InstrumentId{instrument}, timeframe, since, bar});
  return out;
}

}  // namespace subd::store::test
