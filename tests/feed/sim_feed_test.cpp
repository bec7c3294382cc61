#include "feed/sim_feed.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "bars/bar_builder.hpp"
#include "base/time_text.hpp"
#include "market/calendar_set.hpp"
#include "recording_sink.hpp"

namespace subd::feed {
namespace {

using market::InstrumentId;
using market::Timeframe;
using std::chrono::milliseconds;
using std::chrono::seconds;
using test::RecordingSink;

/// Shortly before midnight, so that the tests run over the turn of the day.
const base::UtcTime kStart = base::parse_time("2025-06-15T23:57:10.300Z").value();

void expect_same(const market::Bar& a, const market::Bar& b) {
  EXPECT_EQ(a.start, b.start);
  EXPECT_EQ(a.open, b.open) << base::time_text(a.start);
  EXPECT_EQ(a.high, b.high) << base::time_text(a.start);
  EXPECT_EQ(a.low, b.low) << base::time_text(a.start);
  EXPECT_EQ(a.close, b.close) << base::time_text(a.start);
  EXPECT_EQ(a.volume, b.volume) << base::time_text(a.start);
  EXPECT_TRUE(a.oi == b.oi || (a.oi != a.oi && b.oi != b.oi)) << base::time_text(a.start);
  EXPECT_EQ(a.trading_day, b.trading_day);
}

/// Bars as a subscriber since `from` has them: history first, then built from live ticks.
std::vector<market::Bar> live_bars(const SimSettings& settings, std::string_view symbol, Timeframe timeframe,
                                   base::UtcTime from, base::UtcTime to) {
  SimFeed feed{settings, from};
  const InstrumentId id = feed.instruments()->find(symbol).value();
  feed.subscribe(id, market::QuoteMode::Full);
  Backfill history = feed.backfill(id, timeframe, 5, from);
  bars::BarBuilder builder{market::always_open(), timeframe};
  builder.seed(history.forming, history.day_volume);
  std::vector<market::Bar> out = std::move(history.closed);
  RecordingSink sink;
  for (base::UtcTime now = from; now <= to; now += milliseconds{70}) {
    feed.advance(sink, now);
    for (const market::Tick& tick : sink.ticks) {
      std::optional<market::Bar> closed;
      EXPECT_EQ(builder.add(tick, closed), bars::AddOutcome::Updated);
      if (closed) out.push_back(*closed);
    }
    sink.ticks.clear();
    if (!sink.market_time) continue;  // the feed has not moved yet
    if (const auto closed = builder.advance(*sink.market_time)) out.push_back(*closed);
  }
  return out;
}

TEST(SimFeed, LiveBarsAreThoseOfAnyLaterHistory) {
  const base::UtcTime end = kStart + std::chrono::minutes{7};
  for (const double rate : {0.3, 2.0, 3.9}) {
    for (const char* symbol : {"NIFTY50", "RELIANCE", "NIFTY50FUT", "NIFTY5024500CE"}) {
      for (const Timeframe timeframe : {Timeframe::S1, Timeframe::S15, Timeframe::Min1}) {
        const SimSettings settings{.seed = 11, .rate = rate};
        const auto live = live_bars(settings, symbol, timeframe, kStart, end);
        SimFeed later{settings, end};
        const auto past = later.backfill(later.instruments()->find(symbol).value(), timeframe, live.size(), end).closed;
        ASSERT_EQ(past.size(), live.size());
        ASSERT_GT(live.size(), 9U);
        for (std::size_t i = 0; i < live.size(); ++i) expect_same(live[i], past[i]);
        if (HasFailure()) FAIL() << symbol << ' ' << market::timeframe_name(timeframe) << ' ' << rate;
      }
    }
  }
}

TEST(SimFeed, EachSeedIsAMarketOfItsOwnAndNoneNeedsToBeRecorded) {
  const Recording recording = SimFeed{{.seed = 7}, kStart}.recording();
  EXPECT_EQ(recording.market, "sim:seed=7");
  EXPECT_FALSE(recording.wanted);
}

TEST(SimFeed, HistoryEndsWhereTheLiveTicksGotTo) {
  SimFeed feed{{.seed = 1, .rate = 100}, kStart};
  const InstrumentId id = feed.instruments()->find("SBIN").value();
  feed.subscribe(id, market::QuoteMode::Full);
  RecordingSink sink;
  feed.advance(sink, kStart + milliseconds{500});
  ASSERT_FALSE(sink.ticks.empty());
  // The caller's clock has moved on, the ticks have not.
  const Backfill history = feed.backfill(id, Timeframe::Min1, 1, kStart + milliseconds{900});
  ASSERT_TRUE(history.forming.has_value());
  EXPECT_EQ(history.day_volume, sink.ticks.back().volume);
  EXPECT_EQ(history.forming->close, sink.ticks.back().last_price);
}

TEST(SimFeed, HistoryIsConsecutiveAndBounded) {
  SimFeed feed{{.seed = 1, .rate = 2}, kStart};
  const InstrumentId id = feed.instruments()->find("INFY").value();
  for (const Timeframe timeframe : market::kTimeframes) {
    const Backfill history = feed.backfill(id, timeframe, 300, kStart);
    ASSERT_EQ(history.closed.size(), 300U) << market::timeframe_name(timeframe);
    for (std::size_t i = 1; i < history.closed.size(); ++i) {
      ASSERT_EQ(history.closed[i].start - history.closed[i - 1].start, market::timeframe_length(timeframe));
    }
    EXPECT_LE(history.closed.back().start + market::timeframe_length(timeframe), kStart);
    ASSERT_TRUE(history.forming.has_value() || timeframe == Timeframe::S1);
    if (history.forming) {
      EXPECT_GT(history.forming->start + market::timeframe_length(timeframe), kStart);
    }
  }
}

TEST(SimFeed, EndlessHistoryStopsAtItsBudget) {
  SimFeed feed{{.seed = 1, .rate = 2}, kStart};
  constexpr auto kBudget = static_cast<std::size_t>(SimFeed::kTicksPerBackfill);
  // 120 ticks a bar are all looked at; of 1800 a sample.
  EXPECT_NEAR(static_cast<double>(feed.backfill({}, Timeframe::Min1, 1'000'000, kStart).closed.size()),
              static_cast<double>(kBudget) / 120, 3);
  EXPECT_NEAR(static_cast<double>(feed.backfill({}, Timeframe::Min15, 1'000'000, kStart).closed.size()),
              static_cast<double>(kBudget) / SimFeed::kTicksPerSample, 5);
}

TEST(SimFeed, SampledBarsLieWithinTheFullOnes) {
  SimFeed feed{{.seed = 1, .rate = 2}, kStart};
  const auto sampled = feed.backfill({}, Timeframe::Min15, 20, kStart).closed;
  const auto minutes = feed.backfill({}, Timeframe::Min1, 20 * 15 + 30, kStart).closed;
  ASSERT_EQ(sampled.size(), 20U);
  bars::BarBuilder builder{market::always_open(), Timeframe::Min15};
  std::size_t compared = 0;
  for (const market::Bar& minute : minutes) {
    std::optional<market::Bar> full;
    builder.add(minute, Timeframe::Min1, full);
    for (const market::Bar& bar : sampled) {
      if (!full || bar.start != full->start) continue;
      ++compared;
      EXPECT_EQ(bar.open, full->open);
      EXPECT_EQ(bar.close, full->close);
      EXPECT_LE(bar.high, full->high);
      EXPECT_GE(bar.low, full->low);
      EXPECT_GT(bar.high - bar.low, (full->high - full->low) / 2);
    }
  }
  EXPECT_GE(compared, 19U);
}

TEST(SimFeed, HistoryStopsAtTheEpoch) {
  SimFeed feed{{.seed = 1, .rate = 1}, base::UtcTime{seconds{90}}};
  const Backfill history = feed.backfill(InstrumentId{0}, Timeframe::Min1, 5000, base::UtcTime{seconds{90}});
  EXPECT_EQ(history.closed.size(), 1U);
}

TEST(SimFeed, DeliversSubscribedInstrumentsOnlyInOrderOfTime) {
  SimFeed feed{{.seed = 1, .rate = 50}, kStart};
  const InstrumentId tcs = feed.instruments()->find("TCS").value();
  const InstrumentId infy = feed.instruments()->find("INFY").value();
  RecordingSink sink;
  feed.advance(sink, kStart + seconds{1});
  EXPECT_TRUE(sink.ticks.empty());
  feed.subscribe(tcs, market::QuoteMode::Full);
  feed.subscribe(infy, market::QuoteMode::Full);
  feed.subscribe(infy, market::QuoteMode::Full);
  feed.advance(sink, kStart + seconds{2});
  EXPECT_EQ(sink.ticks.size(), 100U);
  for (std::size_t i = 1; i < sink.ticks.size(); ++i) EXPECT_LE(sink.ticks[i - 1].time, sink.ticks[i].time);
  sink.ticks.clear();
  feed.unsubscribe(tcs);
  feed.advance(sink, kStart + seconds{3});
  EXPECT_EQ(sink.ticks.size(), 50U);
  for (const market::Tick& tick : sink.ticks) EXPECT_EQ(tick.instrument, infy);
  EXPECT_EQ(feed.counters().ticks, 150U);
  EXPECT_EQ(sink.states, (std::vector{UpstreamState::Live}));
}

TEST(SimFeed, WorkPerCallIsBounded) {
  SimFeed feed{{.seed = 1, .rate = 1000}, kStart};
  for (std::uint32_t i = 0; i < feed.instruments()->size(); ++i)
    feed.subscribe(InstrumentId{i}, market::QuoteMode::Full);
  RecordingSink sink;
  const base::UtcTime now = kStart + seconds{4};
  int calls = 0;
  while (feed.advance(sink, now) == now) ++calls;
  EXPECT_EQ(calls, 3);
  EXPECT_EQ(sink.ticks.size(), 4000 * feed.instruments()->size());
  EXPECT_EQ(sink.market_time, now);
}

TEST(SimFeed, LongStepForwardIsJumpedOver) {
  SimFeed feed{{.seed = 1, .rate = 10}, kStart};
  feed.subscribe(InstrumentId{0}, market::QuoteMode::Full);
  RecordingSink sink;
  feed.advance(sink, kStart + std::chrono::hours{3});
  EXPECT_TRUE(sink.ticks.empty());
  EXPECT_EQ(sink.market_time, std::nullopt);
  feed.advance(sink, kStart + std::chrono::hours{3} + seconds{1});
  EXPECT_EQ(sink.ticks.size(), 10U);
}

TEST(SimFeed, StepBackDeliversNothingUntilTheClockIsBack) {
  SimFeed feed{{.seed = 1, .rate = 10}, kStart};
  feed.subscribe(InstrumentId{0}, market::QuoteMode::Full);
  RecordingSink sink;
  feed.advance(sink, kStart + seconds{1});
  const std::size_t before = sink.ticks.size();
  const auto wake = feed.advance(sink, kStart - std::chrono::hours{1});
  EXPECT_EQ(sink.ticks.size(), before);
  ASSERT_TRUE(wake.has_value());
  EXPECT_LE(*wake, kStart - std::chrono::hours{1} + seconds{1});
  EXPECT_GT(*wake, kStart - std::chrono::hours{1});
  feed.advance(sink, kStart + seconds{2});
  EXPECT_EQ(sink.ticks.size(), before + 10);
}

TEST(SimFeed, WakesForTheNextTickAndForEverySecond) {
  SimFeed slow{{.seed = 1, .rate = 0.001}, kStart};
  slow.subscribe(InstrumentId{0}, market::QuoteMode::Full);
  RecordingSink sink;
  EXPECT_EQ(slow.advance(sink, kStart), std::chrono::floor<seconds>(kStart) + seconds{1});
  SimFeed fast{{.seed = 1, .rate = 100}, kStart};
  fast.subscribe(InstrumentId{0}, market::QuoteMode::Full);
  const auto wake = fast.advance(sink, kStart);
  ASSERT_TRUE(wake.has_value());
  EXPECT_LE(*wake - kStart, milliseconds{10});
}

}  // namespace
}  // namespace subd::feed
