#include "store/bar_store.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "sample_bars.hpp"
#include "support/temporary_directory.hpp"

namespace subd::store {
namespace {

using market::Timeframe;
using std::chrono::minutes;
using test::kStart;

class BarStoreTest : public testing::Test {
 protected:
  BarStoreTest() : database{*Database::open(directory.file("subd.db"))}, bars{database} {}

  static std::vector<double> closes(const Result<std::vector<market::Bar>>& found) {
    std::vector<double> out;
    for (const market::Bar& bar : *found) out.push_back(bar.close);
    return out;
  }

  subd::test::TemporaryDirectory directory;
  Database database;
  BarStore bars;
  const StreamKey key{"replay:a.csv", "NIFTY50", Timeframe::Min1};
};

TEST_F(BarStoreTest, GivesBackWhatWasStored) {
  market::Bar bar = test::bar_at(kStart, 101.25);
  bar.volume = 1e9 + 0.5;
  bar.oi = 12;
  ASSERT_EQ(*bars.import(key, std::vector{bar, test::bar_at(kStart + minutes{1})}), 2u);
  const auto found = bars.newest(key, 10);
  ASSERT_TRUE(found);
  ASSERT_EQ(found->size(), 2u);
  EXPECT_EQ(found->front().start, bar.start);
  EXPECT_EQ(found->front().open, bar.open);
  EXPECT_EQ(found->front().high, bar.high);
  EXPECT_EQ(found->front().low, bar.low);
  EXPECT_EQ(found->front().close, bar.close);
  EXPECT_EQ(found->front().volume, bar.volume);
  EXPECT_EQ(found->front().oi, 12);
  EXPECT_EQ(found->front().trading_day, bar.trading_day);
  EXPECT_TRUE(std::isnan(found->back().oi));
}

TEST_F(BarStoreTest, TheNewestAreTheLastOnesOldestFirst) {
  ASSERT_TRUE(bars.import(key, test::bars_from(kStart, 10, Timeframe::Min1)));
  EXPECT_EQ(closes(bars.newest(key, 3)), (std::vector{8.0, 9.0, 10.0}));
  EXPECT_EQ(closes(bars.newest(key, 3, kStart + minutes{5})), (std::vector{3.0, 4.0, 5.0}));
  EXPECT_EQ(closes(bars.newest(key, 100)).size(), 10u);
}

TEST_F(BarStoreTest, ARangeHoldsItsFromAndNotItsTo) {
  ASSERT_TRUE(bars.import(key, test::bars_from(kStart, 10, Timeframe::Min1)));
  const TimeRange range{kStart + minutes{2}, kStart + minutes{5}};
  EXPECT_EQ(closes(bars.range(key, range, 100)), (std::vector{3.0, 4.0, 5.0}));
  EXPECT_EQ(closes(bars.range(key, range, 2)), (std::vector{3.0, 4.0}));
  EXPECT_EQ(*bars.count(key, range), 3u);
  EXPECT_EQ(*bars.count(key, {}), 10u);
}

TEST_F(BarStoreTest, ImportingTwiceIsImportingOnce) {
  auto some = test::bars_from(kStart, 5, Timeframe::Min1);
  ASSERT_EQ(*bars.import(key, some), 5u);
  some[2].close = 77;
  std::swap(some[0], some[4]);
  ASSERT_EQ(*bars.import(key, some), 5u);
  EXPECT_EQ(closes(bars.newest(key, 10)), (std::vector{1.0, 2.0, 77.0, 4.0, 5.0}));
}

TEST_F(BarStoreTest, MarketsSymbolsAndTimeframesDoNotMix) {
  ASSERT_TRUE(bars.import(key, test::bars_from(kStart, 3, Timeframe::Min1)));
  for (const StreamKey& other :
       {StreamKey{"sim:seed=1", "NIFTY50", Timeframe::Min1}, StreamKey{"replay:a.csv", "BANKNIFTY", Timeframe::Min1},
        StreamKey{"replay:a.csv", "NIFTY50", Timeframe::Min5}}) {
    EXPECT_EQ(*bars.count(other, {}), 0u) << other.source << other.symbol;
  }
}

TEST_F(BarStoreTest, ASymbolIsTextAndNotSql) {
  const StreamKey odd{"replay:'; DROP TABLE bars; --", "O'HARA\"%_", Timeframe::S1};
  ASSERT_TRUE(bars.import(odd, test::bars_from(kStart, 2, Timeframe::S1)));
  EXPECT_EQ(*bars.count(odd, {}), 2u);
}

TEST_F(BarStoreTest, ListsWhatIsStored) {
  ASSERT_TRUE(bars.import({"b", "X", Timeframe::Day1}, test::bars_from(kStart, 1, Timeframe::Day1)));
  ASSERT_TRUE(bars.import({"b", "X", Timeframe::S1}, test::bars_from(kStart, 3, Timeframe::S1)));
  ASSERT_TRUE(bars.import({"a", "Y", Timeframe::S1}, test::bars_from(kStart, 2, Timeframe::S1)));
  const auto all = bars.streams("");
  ASSERT_TRUE(all);
  ASSERT_EQ(all->size(), 3u);
  EXPECT_EQ((*all)[0].key.source, "a");
  EXPECT_EQ((*all)[1].key.timeframe, Timeframe::S1);
  EXPECT_EQ((*all)[1].bars, 3u);
  EXPECT_EQ((*all)[1].first, kStart);
  EXPECT_EQ((*all)[1].last, kStart + std::chrono::seconds{2});
  EXPECT_EQ((*all)[2].key.timeframe, Timeframe::Day1);
  EXPECT_EQ(bars.streams("b")->size(), 2u);
  EXPECT_TRUE(bars.streams("c")->empty());
}

TEST_F(BarStoreTest, ErasesARange) {
  ASSERT_TRUE(bars.import(key, test::bars_from(kStart, 10, Timeframe::Min1)));
  EXPECT_EQ(*bars.erase(key, {kStart, kStart + minutes{4}}), 4u);
  EXPECT_EQ(closes(bars.newest(key, 100)).front(), 5.0);
  EXPECT_EQ(*bars.erase({"nobody", "X", Timeframe::S1}, {}), 0u);
  EXPECT_EQ(*bars.erase(key, {}), 6u);
  EXPECT_TRUE(bars.streams("")->empty());
}

}  // namespace
}  // namespace subd::store
