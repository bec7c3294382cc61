#include "daemon/stored_bars.hpp"

#include <gtest/gtest.h>

#include <optional>

#include "support/fake_clock.hpp"
#include "support/temporary_directory.hpp"
#include "wire/stream_id.hpp"

namespace subd::daemon {
namespace {

using market::Timeframe;
using std::chrono::minutes;

constexpr base::UtcTime kStart{std::chrono::milliseconds{1'704'067'200'000}};
const wire::StreamId kMinutes = wire::stream_id(market::InstrumentId{0}, Timeframe::Min1);
const wire::StreamId kFives = wire::stream_id(market::InstrumentId{0}, Timeframe::Min5);

market::Bar bar_at(int minute, double price) {
  market::Bar bar;
  bar.start = kStart + minutes{minute};
  bar.open = bar.high = bar.low = bar.close = price;
  return bar;
}

class StoredBarsTest : public testing::Test {
 protected:
  StoredBarsTest() {
    market::Instrument instrument;
    instrument.symbol = "BTC";
    instrument.exchange = "24x7";
    instruments->add(instrument);
    store.emplace(
        store::Settings{directory.file("subd.db"), "a market", instruments, {}, 1000, &market::builtin_calendars()},
        clock);
    store->start();
    open();
  }
  ~StoredBarsTest() override { store->stop(); }

  void open(base::UtcTime delivers_from = base::UtcTime::max()) {
    bars.emplace(*store, feed::Recording{"a market", true, delivers_from}, *instruments, market::builtin_calendars(),
                 context, 100);
  }
  /// Records minutes `first` to `last`, each with its number as price.
  void record(int first, int last, wire::StreamId stream = kMinutes) {
    std::vector<engine::KeptBar> kept;
    for (int i = first; i <= last; ++i) kept.push_back({stream, kStart, bar_at(i, i)});
    bars->record(kept);
  }
  /// What a stream begins with, when the feed gives `history`; the numbers of the minutes.
  std::vector<int> begin(wire::StreamId stream, engine::History history = {}) {
    bool done = false;
    bars->load({stream}, [&] { done = true; });
    context.restart();
    context.run();
    EXPECT_TRUE(done);
    EXPECT_TRUE(bars->is_loaded(stream));
    bars->fill(stream, history);
    EXPECT_FALSE(bars->is_loaded(stream));
    std::vector<int> out;
    for (const market::Bar& bar : history.closed) out.push_back(static_cast<int>((bar.start - kStart) / minutes{1}));
    return out;
  }

  test::FakeClock clock;
  test::TemporaryDirectory directory;
  std::shared_ptr<market::InstrumentTable> instruments = std::make_shared<market::InstrumentTable>();
  boost::asio::io_context context;
  std::optional<store::Store> store;
  std::optional<StoredBars> bars;
};

TEST_F(StoredBarsTest, AStreamBeginsWithWhatWasRecorded) {
  record(0, 3);
  EXPECT_EQ(begin(kMinutes), (std::vector{0, 1, 2, 3}));
  EXPECT_EQ(begin(kFives), std::vector<int>{});
}

TEST_F(StoredBarsTest, WhatTheFeedGivesWinsWhereItOverlaps) {
  record(0, 6);
  engine::History history;
  history.closed = {bar_at(4, 400), bar_at(5, 500)};
  EXPECT_EQ(begin(kMinutes, history), (std::vector{0, 1, 2, 3, 4, 5}));
  bars->load({kMinutes}, [] {});
  context.restart();
  context.run();
  bars->fill(kMinutes, history);
  EXPECT_EQ(history.closed[4].close, 400);
}

TEST_F(StoredBarsTest, TheBarInProgressIsTheFeedsToo) {
  record(0, 6);
  engine::History history;
  history.forming = bar_at(5, 500);
  EXPECT_EQ(begin(kMinutes, history), (std::vector{0, 1, 2, 3, 4}));
}

TEST_F(StoredBarsTest, WhatTheFeedIsGoingToDeliverIsLeftOut) {
  record(0, 9);
  record(0, 0, kFives);
  record(5, 5, kFives);
  open(kStart + minutes{7});
  EXPECT_EQ(begin(kMinutes), (std::vector{0, 1, 2, 3, 4, 5, 6}));
  EXPECT_EQ(begin(kFives), (std::vector{0}));
}

TEST_F(StoredBarsTest, ForgettingDropsWhatWasLoaded) {
  record(0, 3);
  bars->load({kMinutes, kFives}, [] {});
  context.run();
  EXPECT_TRUE(bars->is_loaded(kMinutes) && bars->is_loaded(kFives));
  bars->forget(kMinutes);
  EXPECT_FALSE(bars->is_loaded(kMinutes));
  EXPECT_TRUE(bars->is_loaded(kFives));
}

TEST_F(StoredBarsTest, AStoreThatDoesNotAnswerIsNotWaitedForForever) {
  store::Store silent{{directory.file("other.db"), "a market", instruments, {}, 1000, &market::builtin_calendars()},
                      clock};  // its thread never starts
  bars.emplace(silent, feed::Recording{.market = "a market"}, *instruments, market::builtin_calendars(), context, 100);
  EXPECT_EQ(begin(kMinutes), std::vector<int>{});
}

}  // namespace
}  // namespace subd::daemon
