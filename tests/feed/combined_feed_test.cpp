#include "feed/combined_feed.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <map>

#include "base/time_text.hpp"
#include "feed/open_feed.hpp"
#include "feed/push_feed.hpp"
#include "support/temporary_directory.hpp"

namespace subd::feed {
namespace {

using namespace std::chrono_literals;

/// Keeps what comes, by instrument and by clock.
class SortingSink final : public FeedSink {
 public:
  void on_tick(const market::Tick& tick) override { ticks[tick.instrument].push_back(tick.last_price); }
  void on_bar(market::InstrumentId instrument, market::Timeframe, const market::Bar& bar) override {
    bars[instrument].push_back(bar.close);
  }
  void on_market_time(base::UtcTime) override { ADD_FAILURE() << "the clock is not named"; }
  void on_clock(std::size_t clock, base::UtcTime time) override { clocks[clock] = time; }
  void on_upstream(UpstreamState state, base::UtcTime) override { states.push_back(state); }

  std::map<market::InstrumentId, std::vector<double>> ticks;
  std::map<market::InstrumentId, std::vector<double>> bars;
  std::map<std::size_t, base::UtcTime> clocks;
  std::vector<UpstreamState> states;
};

class CombinedFeedTest : public testing::Test {
 protected:
  CombinedFeedTest() {
    market::Instrument bitcoin;
    bitcoin.symbol = "BTCINR";
    bitcoin.token = 4001;
    bitcoin.exchange = "24x7";
    known.add(bitcoin);
    for (const market::Instrument& instrument : market::builtin_instruments().all()) known.add(instrument);
  }

  std::unique_ptr<FeedSource> open(const std::vector<std::string>& specifications) {
    auto feed = open_feeds(specifications, now, market::builtin_calendars(), known);
    feed->start(host);
    return feed;
  }
  std::string complaint(const std::vector<std::string>& specifications) {
    try {
      open(specifications);
    } catch (const SpecificationError& error) {
      return error.what();
    }
    return "";
  }
  /// Publishes one tick; what is wrong with it.
  std::string publish(FeedSource& feed, const std::string& symbol) {
    auto batch = parse_ingest_lines(R"({"price":7,"symbol":")" + symbol + "\"}", {}, *feed.ingest()->rules(), now);
    std::string problem;
    feed.ingest()->offer("feeder", std::move(*batch), [&](const IngestOutcome& outcome) {
      if (outcome.problems.count() > 0) problem = outcome.problems.shown()[0].allowed;
    });
    feed.advance(sink, now);
    return problem;
  }
  static market::InstrumentId id(const FeedSource& feed, std::string_view symbol) {
    return feed.instruments()->find(symbol).value();
  }

  class Host final : public FeedHost {
   public:
    [[nodiscard]] boost::asio::io_context& context() noexcept override { std::terminate(); }
    void wake() override {}
  };

  base::UtcTime now = *base::parse_time("2025-11-04T05:05:00Z");
  market::InstrumentTable known;
  Host host;
  SortingSink sink;
  test::TemporaryDirectory directory;
};

TEST_F(CombinedFeedTest, OneSourceWithoutClaimsIsItself) {
  EXPECT_EQ(open({"sim"})->kind(), "sim");
  EXPECT_EQ(open({"sim:only=TCS"})->instruments()->size(), 1U);
}

TEST_F(CombinedFeedTest, WhatNobodyClaimsIsOfTheFirstThatKnowsIt) {
  const auto feed = open({"sim:rate=10", "push"});
  EXPECT_EQ(feed->instruments()->size(), known.size());
  feed->subscribe(id(*feed, "TCS"), market::QuoteMode::Full);
  feed->subscribe(id(*feed, "BTCINR"), market::QuoteMode::Full);
  EXPECT_EQ(publish(*feed, "BTCINR"), "");
  now += 500ms;
  EXPECT_EQ(publish(*feed, "TCS"), "one that is published here; this one comes from another source");
  EXPECT_EQ(sink.ticks[id(*feed, "BTCINR")], std::vector<double>{7});
  EXPECT_GE(sink.ticks[id(*feed, "TCS")].size(), 4U);
  EXPECT_GT(feed->backfill(id(*feed, "TCS"), market::Timeframe::Min1, 5, now).closed.size(), 0U);
  EXPECT_TRUE(feed->backfill(id(*feed, "BTCINR"), market::Timeframe::Min1, 5, now).closed.empty());
}

TEST_F(CombinedFeedTest, AClaimTakesASymbolFromThoseBefore) {
  const auto feed = open({"sim", "push:only=NSE:TCS|24x7:*"});
  feed->subscribe(id(*feed, "TCS"), market::QuoteMode::Full);
  EXPECT_EQ(publish(*feed, "TCS"), "");
  EXPECT_EQ(sink.ticks[id(*feed, "TCS")], std::vector<double>{7});
  EXPECT_NE(publish(*feed, "INFY"), "");
  EXPECT_EQ(publish(*feed, "BTCINR"), "");
}

TEST_F(CombinedFeedTest, ASymbolGoesBeforeItsExchange) {
  const auto feed = open({"sim:only=NSE:*", "push:only=TCS"});
  EXPECT_EQ(feed->clock_of(id(*feed, "TCS")), 1U);
  EXPECT_EQ(feed->clock_of(id(*feed, "INFY")), 0U);
  EXPECT_FALSE(feed->instruments()->find("NIFTY50FUT")) << "of no source";
}

TEST_F(CombinedFeedTest, WhatIsClaimedTwiceNamesBoth) {
  EXPECT_EQ(complaint({"sim:only=TCS", "push:only=INFY|NSE:TCS"}),
            "feed: TCS is claimed by sim and by push; one source can have it");
  EXPECT_EQ(complaint({"sim:only=NFO:*", "sim:seed=2,only=NFO:*"}).find("is claimed by sim and by sim (2)"), 17U);
  EXPECT_EQ(complaint({"push", "push:late=1s"}), "feed: push and push (2) both take published rows; one of them can");
  EXPECT_EQ(complaint({"sim:only=TCSS"}), "feed: sim has no symbol TCSS; did you mean TCS?");
  EXPECT_EQ(complaint({"sim:only=MCX:*"}), "feed: sim has nothing of exchange MCX");
  EXPECT_NE(complaint({"sim:only"}).find("only must be symbols and exchanges"), std::string::npos);
}

TEST_F(CombinedFeedTest, TheStateIsTheWorstOfWhatIsSubscribed) {
  const auto feed = open({"sim", "push"});
  feed->advance(sink, now);
  EXPECT_EQ(sink.states, std::vector{UpstreamState::Stale});
  feed->subscribe(id(*feed, "TCS"), market::QuoteMode::Full);
  feed->advance(sink, now);
  EXPECT_EQ(sink.states.back(), UpstreamState::Live);
  feed->subscribe(id(*feed, "BTCINR"), market::QuoteMode::Ltp);
  feed->subscribe(id(*feed, "BTCINR"), market::QuoteMode::Full);
  feed->advance(sink, now);
  EXPECT_EQ(sink.states.back(), UpstreamState::Stale);
  feed->unsubscribe(id(*feed, "BTCINR"));
  feed->advance(sink, now);
  EXPECT_EQ(sink.states.back(), UpstreamState::Live);
}

TEST_F(CombinedFeedTest, AReplayKeepsItsOwnTime) {
  const std::string file = directory.file("wipro.csv");
  std::ofstream{file} << "timestamp,open,high,low,close\n2024-07-01T10:00:00Z,1,2,1,2\n2024-07-01T10:01:00Z,2,3,2,3\n";
  const auto feed = open({"push", "replay:" + file + ",symbol=WIPRO,timeframe=1min,speed=max"});
  EXPECT_TRUE(feed->keeps_history_of(id(*feed, "WIPRO")));
  EXPECT_FALSE(feed->keeps_history_of(id(*feed, "TCS")));
  feed->advance(sink, now);
  EXPECT_EQ(sink.bars[id(*feed, "WIPRO")], (std::vector<double>{2, 3}));
  EXPECT_EQ(base::time_text(sink.clocks[feed->clock_of(id(*feed, "WIPRO"))]), "2024-07-01T10:02:00.000Z");
  EXPECT_EQ(sink.clocks[feed->clock_of(id(*feed, "TCS"))], now - PushSettings{}.late);
}

TEST_F(CombinedFeedTest, RecordsOnlyThoseThatWantIt) {
  const auto feed = open({"sim", "push"});
  const Recording recording = feed->recording();
  EXPECT_TRUE(recording.wanted);
  EXPECT_EQ(recording.market, "push");
  ASSERT_TRUE(recording.of);
  EXPECT_TRUE((*recording.of)[static_cast<std::size_t>(id(*feed, "BTCINR"))]);
  EXPECT_FALSE((*recording.of)[static_cast<std::size_t>(id(*feed, "TCS"))]);
}

}  // namespace
}  // namespace subd::feed
