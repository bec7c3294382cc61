#pragma once

#include <gtest/gtest.h>

#include <optional>
#include <vector>

#include "feed/feed_source.hpp"

namespace subd::test {

/// A sink that writes down what a feed delivers, and checks that the market's clock never goes back.
class RecordingSink final : public feed::FeedSink {
 public:
  void on_tick(const market::Tick& tick) override {
    EXPECT_TRUE(!market_time || tick.time >= *market_time) << "a tick of before the market's time";
    ticks.push_back(tick);
  }
  void on_bar(market::InstrumentId, market::Timeframe timeframe, const market::Bar& bar) override {
    bars.push_back(bar);
    bar_timeframe = timeframe;
  }
  void on_market_time(base::UtcTime time) override {
    EXPECT_TRUE(!market_time || time >= *market_time) << "the market's time went back";
    market_time = time;
  }
  void on_upstream(feed::UpstreamState state, base::UtcTime) override { states.push_back(state); }
  void on_quote(market::InstrumentId, base::UtcTime, const market::Quote& quote) override { quotes.push_back(quote); }
  void on_foreign(const market::ForeignFlow& flow) override { flows.push_back(flow); }
  void on_index(const market::IndexFigures& figures) override { indices.push_back(figures); }

  std::vector<market::Tick> ticks;
  std::vector<market::Bar> bars;
  std::optional<market::Timeframe> bar_timeframe;
  std::optional<base::UtcTime> market_time;
  std::vector<feed::UpstreamState> states;
  std::vector<market::Quote> quotes;  ///< that came without a price
  std::vector<market::ForeignFlow> flows;
  std::vector<market::IndexFigures> indices;
};

}  // namespace subd::test
