#include "store/pruner.hpp"

#include <gtest/gtest.h>

#include "sample_bars.hpp"
#include "support/temporary_directory.hpp"

namespace subd::store {
namespace {

using market::Timeframe;
using std::chrono::hours;
using std::chrono::seconds;
using test::kStart;

class PrunerTest : public testing::Test {
 protected:
  PrunerTest() : database{*Database::open(directory.file("subd.db"))}, bars{database} {}

  std::size_t round() {
    Pruner pruner{"market", {.seconds = hours{1}, .minutes = hours{10}, .hours = hours{100}}};
    std::size_t pruned = 0;
    pruner.start_round();
    while (!pruner.is_idle()) {
      const auto step = pruner.step(database);
      if (!step) throw std::runtime_error{step.error().message};
      EXPECT_LE(*step, Pruner::kBarsPerStep);
      largest_step = std::max(largest_step, *step);
      pruned += *step;
    }
    return pruned;
  }
  void store(const std::string& symbol, Timeframe timeframe, std::size_t count, base::UtcTime from = kStart,
             const std::string& source = "market") {
    ASSERT_TRUE(bars.import({source, symbol, timeframe}, test::bars_from(from, count, timeframe)));
  }
  std::size_t count(const std::string& symbol, Timeframe timeframe, const std::string& source = "market") {
    return *bars.count({source, symbol, timeframe}, {});
  }

  subd::test::TemporaryDirectory directory;
  Database database;
  BarStore bars;
  std::size_t largest_step = 0;
};

TEST_F(PrunerTest, EachTimeframeHasItsOwnAge) {
  store("A", Timeframe::S1, 3600 * 2);
  store("A", Timeframe::Min1, 120);
  store("A", Timeframe::Min60, 2);
  round();
  EXPECT_EQ(count("A", Timeframe::S1), 3600u + 1);
  EXPECT_EQ(count("A", Timeframe::Min1), 120u);
  EXPECT_EQ(count("A", Timeframe::Min60), 2u);
}

TEST_F(PrunerTest, DeletesInSmallSteps) {
  store("A", Timeframe::S1, 3600 + 2 * Pruner::kBarsPerStep + 500);
  EXPECT_EQ(round(), 2 * Pruner::kBarsPerStep + 500 - 1);
  EXPECT_EQ(largest_step, Pruner::kBarsPerStep);
  EXPECT_EQ(count("A", Timeframe::S1), 3600u + 1);
}

TEST_F(PrunerTest, AStreamThatNothingComesForAnyMoreGrowsOldWithItsMarket) {
  store("EXPIRED", Timeframe::S1, 100);
  store("A", Timeframe::S1, 10, kStart + hours{5});
  EXPECT_EQ(round(), 100u);
  EXPECT_EQ(count("EXPIRED", Timeframe::S1), 0u);
  EXPECT_EQ(count("A", Timeframe::S1), 10u);
}

TEST_F(PrunerTest, AnotherMarketIsNotTouched) {
  store("A", Timeframe::S1, 100, kStart, "replay:x");
  store("A", Timeframe::S1, 10, kStart + hours{5});
  EXPECT_EQ(round(), 0u);
  EXPECT_EQ(count("A", Timeframe::S1, "replay:x"), 100u);
}

TEST_F(PrunerTest, GapsGoWithTheBarsAroundThem) {
  store("A", Timeframe::S1, 10);
  store("A", Timeframe::S1, 10, kStart + hours{5});
  ASSERT_TRUE(database.write(Durability::Process, [&](SQLite::Database& connection) {
    const StreamRow stream = *find_stream(connection, {"market", "A", Timeframe::S1});
    add_gap(connection, stream, {kStart + seconds{10}, kStart + seconds{20}});
    add_gap(connection, stream, {kStart + hours{3}, kStart + hours{5}});
  }));
  round();
  const auto gaps = bars.gaps({"market", "A", Timeframe::S1});
  ASSERT_EQ(gaps->size(), 1u);
  EXPECT_EQ(gaps->front().to, kStart + hours{5});
}

TEST_F(PrunerTest, AnEmptyStoreIsDoneAtOnce) {
  EXPECT_EQ(round(), 0u);
}

}  // namespace
}  // namespace subd::store
