#include "store/analytics_store.hpp"

#include <gtest/gtest.h>

#include "support/temporary_directory.hpp"

namespace subd::store {
namespace {

constexpr base::UtcTime kHour{std::chrono::hours{486'111}};

class AnalyticsStoreTest : public testing::Test {
 protected:
  AnalyticsStoreTest() : database{*Database::open(directory.file("subd.db"))}, analytics{database} {}

  void add(int hour, std::string symbol, std::string indicator, std::uint64_t subscribes, std::uint64_t peak,
           std::string timeframe = "1min") {
    const UsageRow row{kHour + std::chrono::hours{hour},
                       std::move(symbol),
                       std::move(timeframe),
                       std::move(indicator),
                       subscribes,
                       peak};
    ASSERT_TRUE(analytics.add(std::vector{row}));
  }

  subd::test::TemporaryDirectory directory;
  Database database;
  AnalyticsStore analytics;
};

TEST_F(AnalyticsStoreTest, SubscribesAddUpAndPeaksRise) {
  add(0, "TCS", "", 3, 2);
  add(0, "TCS", "", 2, 5);
  add(0, "TCS", "", 1, 4);
  const auto top = analytics.top(UsageBy::Symbol, kHour, 10);
  ASSERT_TRUE(top);
  ASSERT_EQ(top->size(), 1U);
  EXPECT_EQ(top->at(0).name, "TCS");
  EXPECT_EQ(top->at(0).subscribes, 6U);
  EXPECT_EQ(top->at(0).peak, 5U);
}

TEST_F(AnalyticsStoreTest, AStreamCountsOnceWhateverItsIndicators) {
  add(0, "TCS", "", 1, 1);
  add(0, "TCS", "RSI_14_100", 1, 1);
  add(0, "TCS", "SMA_20", 1, 1);
  EXPECT_EQ(analytics.top(UsageBy::Symbol, kHour, 10)->at(0).subscribes, 1U);
  EXPECT_EQ(analytics.top(UsageBy::Timeframe, kHour, 10)->at(0).subscribes, 1U);
  EXPECT_EQ(analytics.top(UsageBy::Indicator, kHour, 10)->size(), 2U);
}

TEST_F(AnalyticsStoreTest, TopIsOrderedLimitedAndSince) {
  add(0, "OLD", "", 100, 1);
  add(1, "TCS", "", 2, 1);
  add(1, "INFY", "", 5, 1);
  add(2, "TCS", "", 9, 3, "5min");
  add(2, "TCS", "", 1, 4);
  const auto top = analytics.top(UsageBy::Symbol, kHour + std::chrono::hours{1}, 1);
  ASSERT_EQ(top->size(), 1U);
  EXPECT_EQ(top->at(0).name, "TCS");
  EXPECT_EQ(top->at(0).subscribes, 12U);
  EXPECT_EQ(top->at(0).peak, 7U) << "both timeframes in their best hour";
}

TEST_F(AnalyticsStoreTest, TrendTellsEveryHourAndItsFavourite) {
  add(2, "TCS", "", 1, 1);
  add(0, "TCS", "", 2, 2);
  add(0, "INFY", "", 3, 1);
  const auto trend = analytics.trend(UsageBy::Symbol, kHour);
  ASSERT_EQ(trend->size(), 2U);
  EXPECT_EQ(trend->at(0).hour, kHour);
  EXPECT_EQ(trend->at(0).subscribes, 5U);
  EXPECT_EQ(trend->at(0).peak, 3U);
  EXPECT_EQ(trend->at(0).favourite, "INFY");
  EXPECT_EQ(trend->at(1).favourite, "TCS");
}

TEST_F(AnalyticsStoreTest, ForgetsWhatIsTooOld) {
  add(0, "TCS", "", 1, 1);
  add(1, "TCS", "", 1, 1);
  EXPECT_EQ(*analytics.forget(kHour + std::chrono::hours{1}), 1U);
  EXPECT_EQ(analytics.trend(UsageBy::Symbol, kHour)->size(), 1U);
}

}  // namespace
}  // namespace subd::store
