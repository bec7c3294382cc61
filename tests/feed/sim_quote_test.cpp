#include <gtest/gtest.h>

#include <chrono>
#include <cmath>
#include <optional>

#include "base/time_text.hpp"
#include "feed/sim_feed.hpp"

namespace subd::feed {
namespace {

using market::InstrumentId;
using market::Quote;
using market::QuoteMode;

const base::UtcTime kNoon = base::parse_time("2025-06-16T12:00:00Z").value();

/// The newest tick with its quote, which lives no longer than the call that brings it.
class QuoteKeeper final : public FeedSink {
 public:
  void on_tick(const market::Tick& tick) override {
    last = tick;
    quote = tick.quote != nullptr ? std::optional{*tick.quote} : std::nullopt;
    ++ticks;
  }
  void on_bar(InstrumentId, market::Timeframe, const market::Bar&) override {}
  void on_market_time(base::UtcTime) override {}
  void on_upstream(UpstreamState, base::UtcTime) override {}

  market::Tick last;
  std::optional<Quote> quote;
  int ticks = 0;
};

/// One instrument of a simulated market.
struct Watched {
  explicit Watched(std::string_view symbol, QuoteMode mode, base::UtcTime from = kNoon) : feed{SimSettings{}, from} {
    id = feed.instruments()->find(symbol).value();
    feed.subscribe(id, mode);
  }
  void run_to(base::UtcTime time) {
    while (true) {
      const auto next = feed.advance(seen, time);
      if (!next || *next > time) return;
    }
  }
  SimFeed feed;
  InstrumentId id{};
  QuoteKeeper seen;
};

TEST(SimQuote, TellsAsMuchAsTheModeHas) {
  Watched ltp{"RELIANCE", QuoteMode::Ltp};
  ltp.run_to(kNoon + std::chrono::seconds{2});
  EXPECT_GT(ltp.seen.ticks, 0);
  EXPECT_FALSE(ltp.seen.quote.has_value());

  Watched quote{"RELIANCE", QuoteMode::Quote};
  quote.run_to(kNoon + std::chrono::seconds{2});
  ASSERT_TRUE(quote.seen.quote.has_value());
  EXPECT_EQ(quote.seen.quote->mode, QuoteMode::Quote);
  EXPECT_FALSE(quote.seen.quote->has_depth);
  EXPECT_FALSE(quote.seen.quote->exchange_time.has_value());
  EXPECT_GT(quote.seen.quote->average_price, 0);
}

TEST(SimQuote, TheDayHoldsTheLastPriceAndGrowsOnly) {
  Watched watched{"TCS", QuoteMode::Full};
  double high = 0;
  double volume = 0;
  for (int second = 1; second <= 60; ++second) {
    watched.run_to(kNoon + std::chrono::seconds{second});
    const Quote& quote = watched.seen.quote.value();
    EXPECT_LE(quote.low, watched.seen.last.last_price);
    EXPECT_GE(quote.high, watched.seen.last.last_price);
    EXPECT_GE(quote.high, high);
    EXPECT_GE(quote.day_volume, volume);
    EXPECT_LE(quote.low, quote.average_price);
    EXPECT_GE(quote.high, quote.average_price);
    EXPECT_GT(quote.last_quantity, 0);
    high = quote.high;
    volume = quote.day_volume;
  }
}

TEST(SimQuote, DepthIsFiveLevelsASideAroundTheLastPrice) {
  Watched watched{"NIFTY50FUT", QuoteMode::Full};
  watched.run_to(kNoon + std::chrono::seconds{2});
  const Quote& quote = watched.seen.quote.value();
  ASSERT_TRUE(quote.has_depth);
  double buy = watched.seen.last.last_price;
  double sell = buy;
  for (std::size_t i = 0; i < Quote::kDepth; ++i) {
    EXPECT_LT(quote.buy[i].price, buy);
    EXPECT_GT(quote.sell[i].price, sell);
    EXPECT_GT(quote.buy[i].quantity, 0U);
    EXPECT_GT(quote.sell[i].orders, 0U);
    buy = quote.buy[i].price;
    sell = quote.sell[i].price;
  }
  EXPECT_GE(quote.oi_day_high, quote.oi);
  EXPECT_LE(quote.oi_day_low, quote.oi);
  EXPECT_EQ(quote.exchange_time, watched.seen.last.time);
}

TEST(SimQuote, AnIndexHasPricesAndATimeAndNothingThatTrades) {
  Watched watched{"NIFTY50", QuoteMode::Full};
  watched.run_to(kNoon + std::chrono::seconds{2});
  const Quote& quote = watched.seen.quote.value();
  EXPECT_GT(quote.open, 0);
  EXPECT_TRUE(quote.exchange_time.has_value());
  EXPECT_TRUE(std::isnan(quote.day_volume));
  EXPECT_FALSE(quote.has_depth);
}

TEST(SimQuote, ANewDayStartsAnew) {
  const base::UtcTime midnight = base::parse_time("2025-06-17T00:00:00Z").value();
  Watched watched{"RELIANCE", QuoteMode::Quote, midnight - std::chrono::seconds{2}};
  watched.run_to(midnight - std::chrono::milliseconds{1});
  const double last_of_day = watched.seen.last.last_price;
  const double volume = watched.seen.quote->day_volume;
  watched.run_to(midnight + std::chrono::seconds{1});
  EXPECT_EQ(watched.seen.quote->close, last_of_day);
  EXPECT_LT(watched.seen.quote->day_volume, volume);
}

TEST(SimQuote, TheSameTicksTellTheSame) {
  Watched one{"SBIN", QuoteMode::Full};
  Watched other{"SBIN", QuoteMode::Full};
  one.run_to(kNoon + std::chrono::seconds{5});
  for (int step = 1; step <= 50; ++step) other.run_to(kNoon + step * std::chrono::milliseconds{100});
  EXPECT_EQ(one.seen.quote->high, other.seen.quote->high);
  EXPECT_EQ(one.seen.quote->average_price, other.seen.quote->average_price);
  EXPECT_EQ(one.seen.quote->buy[4].quantity, other.seen.quote->buy[4].quantity);
}

}  // namespace
}  // namespace subd::feed
