#include "feed/push_feed.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/time_text.hpp"
#include "feed/recording_sink.hpp"

namespace subd::feed {
namespace {

using namespace std::chrono_literals;

/// Counts wakes; sources of this test do no I/O.
class CountingHost final : public FeedHost {
 public:
  [[nodiscard]] boost::asio::io_context& context() noexcept override { std::terminate(); }
  void wake() override { ++wakes; }
  int wakes = 0;
};

class PushFeedTest : public testing::Test {
 protected:
  PushFeedTest() {
    feed.start(host);
    feed.subscribe(id("TCS"), market::QuoteMode::Full);
  }

  market::InstrumentId id(std::string_view symbol) const { return *known->find(symbol); }

  /// Offers a batch and advances; the outcome.
  IngestOutcome publish(std::string_view message) {
    std::optional<IngestOutcome> out;
    offer(message, out);
    feed.advance(sink, now);
    EXPECT_TRUE(out);
    return out.value_or(IngestOutcome{});
  }
  void offer(std::string_view message, std::optional<IngestOutcome>& out) {
    auto batch = parse_ingest_message(message, *feed.rules(), now);
    ASSERT_TRUE(batch) << batch.error().message;
    feed.offer("feeder", std::move(*batch), [&out](const IngestOutcome& outcome) { out = outcome; });
  }
  static std::string bar_of(std::string_view symbol, std::string_view timeframe, std::string_view time) {
    return fmt::format(
        R"({{"type":"ticks","bars":[{{"symbol":"{}","timeframe":"{}","time":"2025-11-04T{}Z","open":1,"high":2,)"
        R"("low":1,"close":2}}]}})",
        symbol, timeframe, time);
  }

  base::UtcTime now = *base::parse_time("2025-11-04T05:05:00Z");
  std::shared_ptr<const market::InstrumentTable> known =
      std::make_shared<const market::InstrumentTable>(market::builtin_instruments());
  CountingHost host;
  test::RecordingSink sink;
  PushFeed feed{{.stale_after = 2s, .max_ahead = 5s, .late = 100ms}, known, market::builtin_calendars()};
};

TEST_F(PushFeedTest, RowsReachTheMarketBeforeTheyAreAcknowledged) {
  std::optional<IngestOutcome> out;
  offer(R"({"type":"ticks","seq":3,"ticks":[{"symbol":"TCS","price":10,"open":9},{"symbol":"TCS","price":11}]})", out);
  EXPECT_EQ(host.wakes, 1);
  EXPECT_FALSE(out);
  feed.advance(sink, now);
  ASSERT_TRUE(out);
  EXPECT_EQ(out->applied, 2U);
  EXPECT_EQ(out->head.seq, 3U);
  ASSERT_EQ(sink.ticks.size(), 2U);
  EXPECT_EQ(sink.ticks[0].last_price, 10);
  EXPECT_NE(sink.ticks[0].quote, nullptr);
  EXPECT_EQ(sink.ticks[1].quote, nullptr);
}

TEST_F(PushFeedTest, WhatNobodySubscribedIsAcknowledgedAndNotDelivered) {
  const auto outcome = publish(R"({"type":"ticks","ticks":[{"symbol":"INFY","price":10}]})");
  EXPECT_EQ(outcome.applied, 1U);
  EXPECT_TRUE(sink.ticks.empty());
  feed.unsubscribe(id("TCS"));
  publish(R"({"type":"ticks","ticks":[{"symbol":"TCS","price":10}]})");
  EXPECT_TRUE(sink.ticks.empty());
}

TEST_F(PushFeedTest, ADuplicateIsAcknowledgedAsSuchAndDoesNothing) {
  const std::string_view batch = R"({"type":"ticks","seq":3,"ticks":[{"symbol":"TCS","price":10},{"price":1}]})";
  EXPECT_EQ(publish(batch).problems.count(), 1U);
  const IngestOutcome again = publish(batch);
  EXPECT_TRUE(again.duplicate);
  EXPECT_EQ(again.applied, 0U);
  EXPECT_EQ(sink.ticks.size(), 1U);
  EXPECT_EQ(feed.counters().bad_rows, 1U);
  EXPECT_EQ(publish(R"({"type":"ticks","seq":6,"ticks":[{"symbol":"TCS","price":10}]})").expected, 4U);
}

TEST_F(PushFeedTest, IsLiveWhileBatchesComeAndStaleOtherwise) {
  feed.advance(sink, now);
  EXPECT_EQ(sink.states, std::vector{UpstreamState::Stale});
  publish(R"({"type":"ticks"})");
  EXPECT_EQ(sink.states.back(), UpstreamState::Live);
  now += 1999ms;
  feed.advance(sink, now);
  EXPECT_EQ(sink.states.back(), UpstreamState::Live);
  now += 1ms;
  feed.advance(sink, now);
  EXPECT_EQ(sink.states, (std::vector{UpstreamState::Stale, UpstreamState::Live, UpstreamState::Stale}));
}

TEST_F(PushFeedTest, TheMarketsTimeIsTheClocksLessWhatIsLate) {
  const auto due = feed.advance(sink, now);
  EXPECT_EQ(sink.market_time, now - 100ms);
  EXPECT_EQ(due, now + 100ms) << "the next whole second of the market";
  now -= 1s;
  feed.advance(sink, now);
  EXPECT_EQ(sink.market_time, now + 900ms) << "never back";
}

TEST_F(PushFeedTest, BarsPassAndSayWhatCanBeBuilt) {
  EXPECT_EQ(feed.finest_timeframe(id("TCS")), market::Timeframe::S1);
  EXPECT_EQ(publish(bar_of("TCS", "1min", "05:00:00")).applied, 1U);
  ASSERT_EQ(sink.bars.size(), 1U);
  EXPECT_EQ(sink.bar_timeframe, market::Timeframe::Min1);
  EXPECT_EQ(feed.finest_timeframe(id("TCS")), market::Timeframe::Min1);
}

TEST_F(PushFeedTest, ABarMustBeAfterTheOneBefore) {
  publish(bar_of("TCS", "1min", "05:01:00"));
  const IngestOutcome outcome = publish(bar_of("TCS", "1min", "05:00:00"));
  EXPECT_EQ(outcome.applied, 0U);
  ASSERT_EQ(outcome.problems.count(), 1U);
  EXPECT_EQ(outcome.problems.shown()[0].row, "bars[0]");
  EXPECT_EQ(outcome.problems.shown()[0].allowed, "after the bar before it, 2025-11-04T05:01:00.000Z");
}

TEST_F(PushFeedTest, ASymbolIsPublishedInOneFormUntilThatIsSilent) {
  publish(bar_of("TCS", "1min", "05:00:00"));
  const std::string_view tick = R"({"type":"ticks","ticks":[{"symbol":"TCS","price":10}]})";
  const IngestOutcome refused = publish(tick);
  ASSERT_EQ(refused.problems.count(), 1U);
  EXPECT_EQ(refused.problems.shown()[0].allowed, "1min bars, as which TCS is published; both would count twice");
  now += 2s;
  EXPECT_EQ(publish(tick).applied, 1U);
  EXPECT_EQ(publish(bar_of("TCS", "5min", "05:00:00")).problems.count(), 1U);
}

TEST_F(PushFeedTest, OneAdvanceDoesABoundedAmountOfWork) {
  std::string message = R"({"type":"ticks","ticks":[)";
  for (int i = 0; i < 3000; ++i) message += std::string{i > 0 ? "," : ""} + R"({"symbol":"TCS","price":10})";
  message += "]}";
  std::array<std::optional<IngestOutcome>, 3> out;
  for (auto& one : out) offer(message, one);
  EXPECT_EQ(feed.advance(sink, now), now);
  EXPECT_TRUE(out[1]);
  EXPECT_FALSE(out[2]);
  EXPECT_NE(feed.advance(sink, now), now);
  EXPECT_TRUE(out[2]);
}

TEST_F(PushFeedTest, TheAcknowledgementTellsEverything) {
  publish(R"({"type":"ticks","publisher":"p","seq":1})");
  const std::string ack = ingest_ack(publish(
      R"({"type":"ticks","publisher":"p","seq":3,"ticks":[{"symbol":"TCS","price":1},{"symbol":"TCS","price":0}]})"));
  EXPECT_EQ(ack,
            R"({"type":"ack","publisher":"p","seq":3,"applied":1,"refused":1,"duplicate":false,"gap":{"expected":2},)"
            R"("problems":[{"row":"ticks[1]","field":"price","value":"0","allowed":"a number above 0",)"
            R"("message":"ticks[1]: price must be a number above 0, got 0"}]})");
}

}  // namespace
}  // namespace subd::feed
