// Conditions of the engine's streams, from attach to release.
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "engine/engine.hpp"
#include "support/fake_clock.hpp"

namespace subd::engine {
namespace {

using market::Timeframe;
using std::chrono::milliseconds;
using State = wire::ConditionState;

class QuietUpstream final : public Upstream {
 public:
  void subscribe(market::InstrumentId, market::QuoteMode) override {}
  void unsubscribe(market::InstrumentId) override {}
  [[nodiscard]] Timeframe finest_timeframe(market::InstrumentId) const override { return Timeframe::S1; }
  [[nodiscard]] History history(market::InstrumentId, Timeframe, std::size_t) override { return past; }
  History past;
};

class RecordingSink final : public UpdateSink {
 public:
  void publish(std::span<const wire::UpdatePtr> burst) override {
    updates.insert(updates.end(), burst.begin(), burst.end());
  }
  std::vector<wire::UpdatePtr> updates;
};

class ConditionalStreamTest : public testing::Test {
 protected:
  ConditionalStreamTest() {
    market::Instrument instrument;
    instrument.exchange = "24x7";
    instrument.symbol = "NIFTYFUT";
    instrument.type = market::InstrumentType::Future;
    instruments.add(instrument);
    remake();
  }
  void remake() { engine = std::make_unique<Engine>(instruments, upstream, sink, clock, settings); }

  base::Result<wire::SnapshotData, wire::Error> attach(HubId hub, const std::string& condition,
                                                       const std::vector<std::string>& topics = {}) {
    return engine->attach(hub, kStream, topics, 0, condition);
  }
  wire::ConditionSlot slot(HubId hub, const std::string& condition, const std::vector<std::string>& topics = {}) {
    const auto reply = attach(hub, condition, topics);
    EXPECT_TRUE(reply.has_value()) << (reply ? "" : reply.error().message);
    EXPECT_TRUE(reply && reply->condition.has_value());
    return reply && reply->condition ? *reply->condition : wire::ConditionSlot{999};
  }
  void release(HubId hub, const std::vector<std::string>& conditions, bool whole = false,
               const std::vector<std::string>& topics = {}) {
    engine->release(hub, kStream, whole, topics, conditions);
  }
  State state_at(double price, wire::ConditionSlot condition) {
    market::Tick tick;
    tick.instrument = market::InstrumentId{0};
    tick.time = clock.utc_now();
    tick.last_price = price;
    tick.oi = 1000 + price;
    engine->on_tick(tick);
    engine->flush();
    return sink.updates.back()->condition(condition);
  }
  void pass(milliseconds by) {
    clock.advance(by);
    engine->on_market_time(clock.utc_now());
    engine->flush();
  }

  static constexpr wire::StreamId kStream = wire::stream_id(market::InstrumentId{0}, Timeframe::S1);
  test::FakeClock clock;
  market::InstrumentTable instruments;
  QuietUpstream upstream;
  RecordingSink sink;
  Settings settings;
  std::unique_ptr<Engine> engine;
};

TEST_F(ConditionalStreamTest, EveryUpdateCarriesTheStateOfEachCondition) {
  const auto above = slot(0, "close > 100");
  const auto below = slot(1, "close < 100");
  EXPECT_NE(above, below);
  EXPECT_EQ(state_at(101, above), State::Rises);
  EXPECT_EQ(sink.updates.back()->condition(below), State::False);
  EXPECT_EQ(state_at(99, above), State::False);
  EXPECT_EQ(sink.updates.back()->condition(below), State::Rises);
  EXPECT_EQ(state_at(98, below), State::Holds);
}

TEST_F(ConditionalStreamTest, RunsOneConditionHoweverManyHubsHoldIt) {
  for (HubId hub = 0; hub < 8; ++hub) EXPECT_EQ(slot(hub, "close > 100"), 0u);
  EXPECT_EQ(engine->condition_count(), 1u);
  for (int i = 0; i < 10; ++i) state_at(100 + i, 0);
  EXPECT_EQ(engine->streams().at(0)->conditions().evaluations(), 10u);
}

TEST_F(ConditionalStreamTest, AClosedBarIsEvaluatedWithItsOwnValues) {
  const auto rising = slot(0, "close > SMA_2", {"SMA_2"});
  state_at(100, rising);
  pass(milliseconds{1000});
  EXPECT_TRUE(sink.updates.back()->closed);
  EXPECT_EQ(sink.updates.back()->condition(rising), State::False);  // SMA_2 warms up
  EXPECT_EQ(state_at(104, rising), State::Rises);
  pass(milliseconds{1000});
  EXPECT_TRUE(sink.updates.back()->closed);
  EXPECT_EQ(sink.updates.back()->condition(rising), State::Holds);
}

TEST_F(ConditionalStreamTest, ReadsTheOpenInterestOfTheStream) {
  const auto grown = slot(0, "oi > 1101");
  EXPECT_EQ(state_at(101, grown), State::False);
  EXPECT_EQ(state_at(102, grown), State::Rises);
}

TEST_F(ConditionalStreamTest, StartsFromTheStateThatTheSnapshotShows) {
  attach(0, "");
  state_at(105, 0);
  const auto above = slot(1, "close > 100");
  const auto below = slot(1, "close < 100");
  EXPECT_EQ(state_at(106, above), State::Holds);  // it held before: nothing turned true
  EXPECT_EQ(state_at(99, below), State::Rises);
}

TEST_F(ConditionalStreamTest, EndsWithItsLastHolderWithoutGrace) {
  slot(0, "close > 100");
  slot(1, "close > 100");
  release(0, {"close > 100"});
  EXPECT_EQ(engine->condition_count(), 1u);
  release(1, {"close > 100", "close > 7"}, true);
  EXPECT_EQ(engine->condition_count(), 0u);
  pass(settings.grace * 2);
  EXPECT_EQ(engine->stream_count(), 1u);
}

TEST_F(ConditionalStreamTest, AStreamThatEndsTakesItsConditionsAlongAndTheirCount) {
  slot(0, "close > 100");
  state_at(1, 0);
  state_at(2, 0);
  release(0, {"close > 100"}, true);
  pass(settings.grace * 2);
  EXPECT_EQ(engine->stream_count(), 0u);
  EXPECT_EQ(engine->counters().condition_evaluations, 2u);
}

TEST_F(ConditionalStreamTest, AComputationOutlivesTheConditionsThatReadIt) {
  const auto rising = slot(0, "close > SMA_2", {"SMA_2"});
  release(0, {}, false, {"SMA_2"});
  pass(settings.grace * 2);
  EXPECT_EQ(engine->topic_count(), 1u);
  EXPECT_EQ(state_at(100, rising), State::False);
  release(0, {"close > SMA_2"});
  pass(settings.grace * 2);
  EXPECT_EQ(engine->topic_count(), 0u);
}

TEST_F(ConditionalStreamTest, RefusesAnExpressionOverWhatTheRequestDoesNotTake) {
  const auto reply = attach(0, "close > SMA_2");
  ASSERT_FALSE(reply.has_value());
  EXPECT_EQ(reply.error().code, wire::ErrorCode::BadRequest);
  pass(settings.grace * 2);
  EXPECT_EQ(engine->stream_count(), 0u);
}

TEST_F(ConditionalStreamTest, RefusesBeyondItsLimitButNotWhatRunsAlready) {
  settings.max_conditions = 1;
  remake();
  slot(0, "close > 100");
  slot(1, "close > 100");
  const auto reply = attach(0, "close > 101");
  ASSERT_FALSE(reply.has_value());
  EXPECT_EQ(reply.error().code, wire::ErrorCode::LimitExceeded);
}

}  // namespace
}  // namespace subd::engine
