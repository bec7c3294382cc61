#include "engine/engine.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <string>
#include <vector>

#include "indicator/spec.hpp"
#include "support/fake_clock.hpp"

namespace subd::engine {
namespace {

using market::Timeframe;
using std::chrono::milliseconds;
using std::chrono::seconds;

/// An upstream with a scripted past that writes down who subscribes.
class FakeUpstream final : public Upstream {
 public:
  void subscribe(market::InstrumentId instrument, market::QuoteMode mode) override {
    ++subscribed[instrument];
    modes[instrument] = mode;
  }
  void unsubscribe(market::InstrumentId instrument) override { --subscribed[instrument]; }
  [[nodiscard]] Timeframe finest_timeframe(market::InstrumentId) const override { return finest; }
  [[nodiscard]] History history(market::InstrumentId, Timeframe, std::size_t count) override {
    ++asked;
    asked_count = count;
    return past;
  }

  std::map<market::InstrumentId, int> subscribed;
  std::map<market::InstrumentId, market::QuoteMode> modes;
  Timeframe finest = Timeframe::S1;
  History past;
  int asked = 0;
  std::size_t asked_count = 0;
};

class RecordingSink final : public UpdateSink {
 public:
  void publish(std::span<const wire::UpdatePtr> burst) override {
    ++bursts;
    updates.insert(updates.end(), burst.begin(), burst.end());
  }
  void keep(std::span<const KeptBar> bars) override {
    ++hand_overs;
    kept.insert(kept.end(), bars.begin(), bars.end());
  }
  int bursts = 0;
  std::vector<wire::UpdatePtr> updates;
  int hand_overs = 0;
  std::vector<KeptBar> kept;
};

std::string text(const wire::Update& update, std::vector<wire::Slot> slots) {
  std::string out;
  update.append_message(out, wire::View{std::move(slots)});
  return out;
}

bool contains(const std::string& whole, std::string_view part) {
  return whole.find(part) != std::string::npos;
}

class EngineTest : public testing::Test {
 protected:
  EngineTest() {
    market::Instrument instrument;
    instrument.exchange = "24x7";
    instrument.symbol = "NIFTY50";
    instruments.add(instrument);
    instrument.symbol = "NIFTYFUT";
    instrument.type = market::InstrumentType::Future;
    instruments.add(instrument);
    instrument.symbol = "TCS";
    instrument.type = market::InstrumentType::Equity;
    instruments.add(instrument);
    remake();
  }

  void remake() { engine = std::make_unique<Engine>(instruments, upstream, sink, clock, settings); }

  static wire::StreamId stream(Timeframe timeframe, std::uint32_t instrument = 0) {
    return wire::stream_id(market::InstrumentId{instrument}, timeframe);
  }
  wire::SnapshotData attach(HubId hub, wire::StreamId id, std::vector<std::string> topics, std::size_t history = 0) {
    auto reply = engine->attach(hub, id, topics, history);
    EXPECT_TRUE(reply.has_value()) << (reply ? "" : reply.error().message);
    return reply ? *reply : wire::SnapshotData{};
  }
  void release(HubId hub, wire::StreamId id, std::vector<std::string> topics, bool whole = false) {
    engine->release(hub, id, whole, topics);
  }
  void tick(double price, std::uint32_t instrument = 0) {
    market::Tick t;
    t.instrument = market::InstrumentId{instrument};
    t.time = clock.utc_now();
    t.last_price = price;
    engine->on_tick(t);
  }
  /// Moves the clock, tells the engine, flushes.
  void pass(milliseconds by) {
    clock.advance(by);
    engine->on_market_time(clock.utc_now());
    engine->flush();
  }
  market::Bar bar(base::UtcTime start, double price) const {
    market::Bar b;
    b.start = start;
    b.open = b.high = b.low = b.close = price;
    return b;
  }

  // 2023-11-14T22:13:20Z, the start of a 1s, 5s and 20s bar.
  test::FakeClock clock;
  market::InstrumentTable instruments;
  FakeUpstream upstream;
  RecordingSink sink;
  Settings settings;
  std::unique_ptr<Engine> engine;
};

TEST_F(EngineTest, AsksTheUpstreamForOpenInterestOnlyWhereThereIsSome) {
  attach(0, stream(Timeframe::S1, 1), {});
  attach(0, stream(Timeframe::S1, 2), {});
  EXPECT_EQ(upstream.modes[market::InstrumentId{1}], market::QuoteMode::Full);
  EXPECT_EQ(upstream.modes[market::InstrumentId{2}], market::QuoteMode::Quote);
}

TEST_F(EngineTest, PublishesOneUpdateForAllHoldersOfAStream) {
  attach(0, stream(Timeframe::S1), {"SMA_2"});
  attach(1, stream(Timeframe::S1), {"SMA_2", "EMA_2"});
  tick(100);
  engine->flush();
  ASSERT_EQ(sink.updates.size(), 1u);
  EXPECT_EQ(sink.updates[0]->seq, 1u);
  EXPECT_FALSE(sink.updates[0]->closed);
  EXPECT_TRUE(contains(text(*sink.updates[0], {0, 1}), R"("indicators":{"SMA_2":null,"EMA_2":null}})"))
      << text(*sink.updates[0], {0, 1});
}

TEST_F(EngineTest, JoinsTheTicksOfABurstInOneUpdate) {
  attach(0, stream(Timeframe::S1), {});
  for (const double price : {100.0, 103.0, 99.0, 101.0}) tick(price);
  engine->flush();
  ASSERT_EQ(sink.updates.size(), 1u);
  EXPECT_TRUE(contains(text(*sink.updates[0], {}), R"("open":100,"high":103,"low":99,"close":101)"));
}

TEST_F(EngineTest, ClosesABarByTheClockAndPublishesItOnce) {
  attach(0, stream(Timeframe::S1), {"SMA_2"});
  tick(100);
  pass(milliseconds{1000});
  tick(102);
  pass(milliseconds{1000});
  pass(milliseconds{1000});
  std::vector<std::string> closed;
  for (const auto& update : sink.updates) {
    if (update->closed) closed.push_back(text(*update, {0}));
  }
  ASSERT_EQ(closed.size(), 2u);
  EXPECT_TRUE(contains(closed[0], R"("bar":"closed")")) << closed[0];
  EXPECT_TRUE(contains(closed[0], R"("SMA_2":null)")) << closed[0];
  EXPECT_TRUE(contains(closed[1], R"("SMA_2":101)")) << closed[1];
}

TEST_F(EngineTest, HandsClosedBarsOverOnceAndABurstAtATime) {
  attach(0, stream(Timeframe::S1), {});
  attach(0, stream(Timeframe::S1, 1), {});
  const base::UtcTime start = clock.utc_now();
  for (int i = 0; i < 3; ++i) {
    tick(100 + i);
    tick(200 + i, 1);
    pass(milliseconds{1000});
  }
  EXPECT_EQ(sink.hand_overs, 3);
  ASSERT_EQ(sink.kept.size(), 6u);
  for (const KeptBar& kept : sink.kept) EXPECT_EQ(kept.since, start);
  EXPECT_EQ(sink.kept.front().bar.start, start);
  EXPECT_EQ(sink.kept.back().bar.start, start + seconds{2});
  pass(milliseconds{1000});
  EXPECT_EQ(sink.kept.size(), 6u);
}

TEST_F(EngineTest, HandsOverBarsOfPinnedStreamsButNotTheHistoryThatTheyBeganWith) {
  upstream.past.closed = {bar(clock.utc_now() - seconds{60}, 99)};
  upstream.finest = Timeframe::S30;
  clock.advance(milliseconds{250});
  engine->on_market_time(clock.utc_now());
  const base::UtcTime since = clock.utc_now();
  engine->pin(market::InstrumentId{0});
  clock.advance(milliseconds{100});
  tick(100);
  pass(seconds{30});
  ASSERT_EQ(sink.kept.size(), 1u);
  EXPECT_EQ(market::timeframe_name(wire::timeframe_of(sink.kept[0].stream)), "30s");
  EXPECT_EQ(sink.kept[0].since, since);
}

TEST_F(EngineTest, ATickOfTheNextBarClosesTheLastOneFirst) {
  attach(0, stream(Timeframe::S1), {});
  tick(100);
  clock.advance(milliseconds{1500});
  tick(105);
  engine->flush();
  ASSERT_EQ(sink.updates.size(), 2u);
  EXPECT_TRUE(sink.updates[0]->closed);
  EXPECT_FALSE(sink.updates[1]->closed);
  EXPECT_EQ(sink.updates[1]->seq, sink.updates[0]->seq + 1);
}

TEST_F(EngineTest, RunsOneComputationHoweverManyHubsHoldIt) {
  for (HubId hub = 0; hub < 8; ++hub) attach(hub, stream(Timeframe::S1), {"RSI_14_100"});
  EXPECT_EQ(engine->topic_count(), 1u);
  const std::uint64_t before = engine->streams().at(0)->computations().at(0)->evaluations();
  for (int i = 0; i < 10; ++i) {
    tick(100 + i);
    engine->flush();
  }
  EXPECT_EQ(engine->streams().at(0)->computations().at(0)->evaluations() - before, 10u);
  EXPECT_EQ(sink.updates.size(), 10u);
}

TEST_F(EngineTest, EndsAComputationOnlyAfterTheLastHolderAndTheGrace) {
  attach(0, stream(Timeframe::S1), {"SMA_2"});
  attach(1, stream(Timeframe::S1), {"SMA_2"});
  release(0, stream(Timeframe::S1), {"SMA_2"});
  pass(seconds{10});
  EXPECT_EQ(engine->topic_count(), 1u);
  release(1, stream(Timeframe::S1), {"SMA_2"});
  pass(settings.grace - milliseconds{200});
  EXPECT_EQ(engine->topic_count(), 1u);
  pass(milliseconds{400});
  EXPECT_EQ(engine->topic_count(), 0u);
  EXPECT_EQ(engine->stream_count(), 1u);
}

TEST_F(EngineTest, AReturnWithinTheGraceKeepsNumberingAndState) {
  const std::string epoch = attach(0, stream(Timeframe::S1), {"SMA_2"}).epoch;
  tick(100);
  engine->flush();
  release(0, stream(Timeframe::S1), {"SMA_2"}, true);
  pass(settings.grace / 2);
  const wire::SnapshotData again = attach(0, stream(Timeframe::S1), {"SMA_2"});
  pass(settings.grace * 2);
  EXPECT_EQ(again.epoch, epoch);
  EXPECT_GE(again.seq, 1u);
  EXPECT_EQ(engine->topic_count(), 1u);
  EXPECT_EQ(upstream.asked, 1);
}

TEST_F(EngineTest, SubscribesUpstreamWithTheFirstStreamAndLeavesWithTheLast) {
  const market::InstrumentId nifty{0};
  attach(0, stream(Timeframe::S1), {});
  attach(0, stream(Timeframe::Min1), {});
  EXPECT_EQ(upstream.subscribed[nifty], 1);
  release(0, stream(Timeframe::S1), {}, true);
  pass(settings.grace * 2);
  EXPECT_EQ(upstream.subscribed[nifty], 1);
  release(0, stream(Timeframe::Min1), {}, true);
  pass(settings.grace * 2);
  EXPECT_EQ(upstream.subscribed[nifty], 0);
  EXPECT_EQ(engine->stream_count(), 0u);
}

TEST_F(EngineTest, ARestartedStreamHasAnotherEpoch) {
  const std::string first = attach(0, stream(Timeframe::S1), {}).epoch;
  release(0, stream(Timeframe::S1), {}, true);
  pass(settings.grace * 2);
  EXPECT_NE(attach(0, stream(Timeframe::S1), {}).epoch, first);
}

TEST_F(EngineTest, WarmsUpFromHistorySoThatTheFirstSnapshotHasValues) {
  const base::UtcTime now = clock.utc_now();
  for (int i = 10; i > 0; --i) upstream.past.closed.push_back(bar(now - seconds{i}, 100 + i));
  upstream.past.forming = bar(now, 50);
  const wire::SnapshotData data = attach(0, stream(Timeframe::S1), {"SMA_2"}, 3);
  EXPECT_EQ(upstream.asked_count, settings.bars_per_stream);
  ASSERT_EQ(data.bars.size(), 3u);
  EXPECT_EQ(data.bars[2].close, 101);
  ASSERT_EQ(data.columns.size(), 1u);
  EXPECT_EQ(data.columns[0].history, (std::vector<double>{103.5, 102.5, 101.5}));
  EXPECT_EQ(data.columns[0].current, std::vector<double>{75.5});
  ASSERT_TRUE(data.bar.has_value());
  EXPECT_EQ(data.bar->close, 50);
}

TEST_F(EngineTest, ASnapshotKnowsNoMoreThanTheUpdateOfItsNumber) {
  attach(0, stream(Timeframe::S1), {});
  tick(100);
  const wire::SnapshotData data = attach(1, stream(Timeframe::S1), {});
  ASSERT_EQ(sink.updates.size(), 1u);  // the change went out before the snapshot was taken
  EXPECT_EQ(data.seq, sink.updates[0]->seq);
  EXPECT_EQ(data.bar->close, 100);
}

TEST_F(EngineTest, GivesFreedSlotsToNewTopicsAndNeverTwice) {
  attach(0, stream(Timeframe::S1), {"SMA_2", "SMA_3", "SMA_4"});
  release(0, stream(Timeframe::S1), {"SMA_3"});
  pass(settings.grace * 2);
  const wire::SnapshotData data = attach(0, stream(Timeframe::S1), {"SMA_2", "SMA_4", "EMA_5", "EMA_6"});
  std::map<wire::Slot, std::string> by_slot;
  for (const auto& column : data.columns) by_slot[column.slot] = column.id;
  EXPECT_EQ(by_slot, (std::map<wire::Slot, std::string>{{0, "SMA_2"}, {1, "EMA_5"}, {2, "SMA_4"}, {3, "EMA_6"}}));
}

TEST_F(EngineTest, RefusesATimeframeFinerThanTheSource) {
  upstream.finest = Timeframe::Min1;
  const auto reply = engine->attach(0, stream(Timeframe::S5), {}, 0);
  ASSERT_FALSE(reply.has_value());
  EXPECT_EQ(reply.error().code, wire::ErrorCode::UnknownTimeframe);
  EXPECT_TRUE(contains(reply.error().message, "1min")) << reply.error().message;
  EXPECT_EQ(engine->stream_count(), 0u);
}

TEST_F(EngineTest, RefusesBeyondItsLimitsAndHoldsNothingOfTheRequest) {
  settings.max_streams = 1;
  settings.max_topics = 2;
  remake();
  attach(0, stream(Timeframe::S1), {"SMA_2", "SMA_3"});
  const std::vector<std::string> more{"SMA_2", "SMA_4"};
  EXPECT_FALSE(engine->attach(1, stream(Timeframe::S1), more, 0).has_value());
  EXPECT_FALSE(engine->attach(1, stream(Timeframe::Min1), {}, 0).has_value());
  release(0, stream(Timeframe::S1), {"SMA_2", "SMA_3"}, true);
  pass(settings.grace * 2);
  EXPECT_EQ(engine->stream_count(), 0u);
  EXPECT_EQ(engine->topic_count(), 0u);
}

TEST_F(EngineTest, SharesItsLimitsWithAnotherEngine) {
  settings.max_streams = 2;
  settings.max_topics = 3;
  settings.max_conditions = 1;
  settings.allowances = make_allowances(settings);
  remake();
  Engine other{instruments, upstream, sink, clock, settings};
  attach(0, stream(Timeframe::S1), {"SMA_2", "SMA_3"});
  const std::vector<std::string> topics{"SMA_2"};
  ASSERT_TRUE(other.attach(0, stream(Timeframe::S5), topics, 0, "SMA_2 > 1").has_value());
  EXPECT_FALSE(engine->attach(0, stream(Timeframe::Min1), {}, 0).has_value());
  EXPECT_EQ(engine->refusal(stream(Timeframe::Min1))->code, wire::ErrorCode::LimitExceeded);
  EXPECT_FALSE(engine->refusal(stream(Timeframe::S1)));
  EXPECT_FALSE(engine->attach(0, stream(Timeframe::S1), std::vector<std::string>{"SMA_4"}, 0).has_value());
  EXPECT_FALSE(engine->attach(0, stream(Timeframe::S1), topics, 0, "SMA_2 > 2").has_value());
  other.release(0, stream(Timeframe::S5), true, topics, std::vector<std::string>{"SMA_2 > 1"});
  clock.advance(settings.grace * 2);
  other.flush();
  EXPECT_TRUE(engine->attach(0, stream(Timeframe::Min1), {}, 0).has_value());
  EXPECT_TRUE(engine->attach(0, stream(Timeframe::S1), std::vector<std::string>{"SMA_4"}, 0).has_value());
  EXPECT_TRUE(engine->attach(0, stream(Timeframe::S1), topics, 0, "SMA_2 > 2").has_value());
}

TEST_F(EngineTest, AStreamThatIsBegunWaitsForItsAttachHoweverLate) {
  engine->begin(stream(Timeframe::S1));
  EXPECT_EQ(upstream.subscribed[market::InstrumentId{0}], 1);
  tick(100);
  pass(settings.grace * 5);
  ASSERT_TRUE(engine->has(stream(Timeframe::S1)));
  tick(101);
  attach(0, stream(Timeframe::S1), {});
  EXPECT_EQ(upstream.asked, 1);
  release(0, stream(Timeframe::S1), {}, true);
  pass(settings.grace * 2);
  EXPECT_FALSE(engine->has(stream(Timeframe::S1)));
}

TEST_F(EngineTest, NothingBeginsThatIsRefused) {
  upstream.finest = Timeframe::Min1;
  engine->begin(stream(Timeframe::S5));
  EXPECT_EQ(engine->stream_count(), 0u);
  EXPECT_EQ(engine->refusal(stream(Timeframe::S5))->code, wire::ErrorCode::UnknownTimeframe);
}

TEST_F(EngineTest, HoldsFormingUpdatesToTheirIntervalButNotClosedBars) {
  settings.forming_interval = milliseconds{250};
  remake();
  attach(0, stream(Timeframe::S1), {});
  for (int i = 0; i < 10; ++i) {
    tick(100 + i);
    engine->flush();
    clock.advance(milliseconds{50});
  }
  EXPECT_EQ(sink.updates.size(), 2u);
  pass(milliseconds{500});
  EXPECT_TRUE(sink.updates.back()->closed);
}

TEST_F(EngineTest, PassesBarsOfTheOwnTimeframeAndBuildsTheLargerOnes) {
  upstream.finest = Timeframe::Min1;
  engine->pin(market::InstrumentId{0});
  const base::UtcTime midnight = std::chrono::floor<std::chrono::days>(clock.utc_now());
  for (int i = 0; i < 10; ++i) {
    engine->on_bar(market::InstrumentId{0}, Timeframe::Min1, bar(midnight + std::chrono::minutes{i}, 100 + i));
  }
  const wire::SnapshotData one = attach(0, stream(Timeframe::Min1), {}, 100);
  const wire::SnapshotData five = attach(0, stream(Timeframe::Min5), {}, 100);
  EXPECT_EQ(one.bars.size(), 10u);
  ASSERT_EQ(five.bars.size(), 2u);
  EXPECT_EQ(five.bars[1].open, 105);
  EXPECT_EQ(five.bars[1].close, 109);
}

TEST_F(EngineTest, APinnedStreamOutlivesItsHolders) {
  engine->pin(market::InstrumentId{0});
  const std::size_t pinned = engine->stream_count();
  EXPECT_EQ(pinned, market::kTimeframes.size());
  attach(0, stream(Timeframe::S1), {"SMA_2"});
  release(0, stream(Timeframe::S1), {"SMA_2"}, true);
  pass(settings.grace * 2);
  EXPECT_EQ(engine->stream_count(), pinned);
  EXPECT_EQ(engine->topic_count(), 0u);
}

TEST_F(EngineTest, KeepsNoMoreBarsThanItsCapacity) {
  settings.bars_per_stream = 5;
  remake();
  attach(0, stream(Timeframe::S1), {"SMA_2"});
  for (int i = 0; i < 20; ++i) {
    tick(100 + i);
    pass(milliseconds{1000});
  }
  const wire::SnapshotData data = attach(0, stream(Timeframe::S1), {"SMA_2"}, 1000);
  ASSERT_EQ(data.bars.size(), 5u);
  EXPECT_EQ(data.bars[4].close, 119);
  EXPECT_EQ(data.columns[0].history, (std::vector<double>{114.5, 115.5, 116.5, 117.5, 118.5}));
}

TEST_F(EngineTest, AFutureCarriesItsOpenInterestAndAnIndexDoesNot) {
  attach(0, stream(Timeframe::S1, 1), {});
  attach(0, stream(Timeframe::S1, 0), {});
  market::Tick t;
  t.instrument = market::InstrumentId{1};
  t.time = clock.utc_now();
  t.last_price = 100;
  t.oi = 1200;
  t.oi_previous = 1000;
  engine->on_tick(t);
  tick(100, 0);
  engine->flush();
  ASSERT_EQ(sink.updates.size(), 2u);
  EXPECT_TRUE(contains(text(*sink.updates[0], {}), R"("oi":{"oi":1200,"change":200})")) << text(*sink.updates[0], {});
  EXPECT_TRUE(contains(text(*sink.updates[1], {}), R"("oi":null)")) << text(*sink.updates[1], {});
}

TEST_F(EngineTest, ReleasingWhatIsNotHeldChangesNothing) {
  attach(0, stream(Timeframe::S1), {"SMA_2"});
  release(1, stream(Timeframe::S1), {"SMA_2", "EMA_9"}, true);
  release(0, stream(Timeframe::Min1), {"SMA_2"}, true);
  pass(settings.grace * 2);
  EXPECT_EQ(engine->topic_count(), 1u);
}

}  // namespace
}  // namespace subd::engine
