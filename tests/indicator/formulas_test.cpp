// Every formula against figures worked out by hand.
#include <gtest/gtest.h>

#include <cmath>

#include "series.hpp"

namespace subd::indicator::testing {
namespace {

TEST(Sma, IsTheMeanOfTheLastCloses) {
  EXPECT_TRUE(rows_agree(run("SMA_3", close_bars({1, 2, 3, 4, 10})), {{kNone}, {kNone}, {2}, {3}, {17.0 / 3}}));
}

TEST(Sma, OfLengthOneIsTheClose) {
  EXPECT_TRUE(rows_agree(run("SMA_1", close_bars({7, -2})), {{7}, {-2}}));
}

TEST(Ema, StartsWithTheMeanAndMovesHalfway) {
  EXPECT_TRUE(rows_agree(run("EMA_3", close_bars({2, 4, 6, 8, 3})), {{kNone}, {kNone}, {4}, {6}, {4.5}}));
}

TEST(Wma, WeighsTheNewestMost) {
  EXPECT_TRUE(rows_agree(run("WMA_3", close_bars({1, 2, 4, 3, 3, 3})),
                         {{kNone}, {kNone}, {17.0 / 6}, {19.0 / 6}, {19.0 / 6}, {3}}));
}

TEST(Rsi, SmoothsGainsAndLossesLikeWilder) {
  const double last = 100 * 1.25 / 1.5;
  EXPECT_TRUE(rows_agree(run("RSI_2", close_bars({10, 11, 10, 12, 12})), {{kNone}, {kNone}, {50}, {last}, {last}}));
}

TEST(Rsi, IsTheScalarWhenOnlyRisingAndZeroWhenOnlyFalling) {
  EXPECT_TRUE(rows_agree(run("RSI_2_1", close_bars({1, 2, 3, 4})), {{kNone}, {kNone}, {1}, {1}}));
  EXPECT_TRUE(rows_agree(run("RSI_2_50", close_bars({4, 3, 2, 1})), {{kNone}, {kNone}, {0}, {0}}));
}

TEST(Macd, SeedsTheFastAverageWhereTheSlowSeedEnds) {
  EXPECT_TRUE(rows_agree(run("MACD_2_3_2", close_bars({1, 2, 4, 7, 5})), {{kNone, kNone, kNone},
                                                                          {kNone, kNone, kNone},
                                                                          {kNone, kNone, kNone},
                                                                          {1, 1.0 / 6, 5.0 / 6},
                                                                          {7.0 / 18, -8.0 / 54, 29.0 / 54}}));
}

TEST(Bbands, UsesThePopulationDeviation) {
  const double sd = std::sqrt(2.0);
  const Row none(5, kNone);
  EXPECT_TRUE(rows_agree(run("BBANDS_4_2", close_bars({2, 4, 4, 6})),
                         {none, none, none, {4 - 2 * sd, 4, 4 + 2 * sd, 100 * sd, (6 - (4 - 2 * sd)) / (4 * sd)}}));
}

TEST(Atr, WidensTheRangeToThePreviousClose) {
  const std::vector<market::Bar> bars{range_bar(10, 8, 9), range_bar(11, 9, 10), range_bar(15, 13, 14),
                                      range_bar(14, 10, 11), range_bar(8, 7, 7)};
  EXPECT_TRUE(rows_agree(run("ATR_2", bars), {{kNone}, {kNone}, {3.5}, {3.75}, {3.875}}));
  EXPECT_TRUE(rows_agree(run("ATR_1", bars), {{kNone}, {2}, {5}, {4}, {4}}));
}

TEST(Stoch, TakesItsLengthsInTheOrderKDSmooth) {
  // Places of the close in two bars' range: 75, 75, 0.
  const std::vector<market::Bar> bars{range_bar(10, 8, 9), range_bar(12, 9, 11), range_bar(13, 11, 12),
                                      range_bar(12, 10, 10)};
  const Row none{kNone, kNone};
  EXPECT_TRUE(rows_agree(run("STOCH_2_1_1", bars), {none, {75, 75}, {75, 75}, {0, 0}}));
  EXPECT_TRUE(rows_agree(run("STOCH_2_2_1", bars), {none, none, {75, 75}, {0, 37.5}}));
  EXPECT_TRUE(rows_agree(run("STOCH_2_1_2", bars), {none, none, {75, 75}, {37.5, 37.5}}));
  EXPECT_TRUE(rows_agree(run("STOCH_2_2_2", bars), {none, none, none, {37.5, 56.25}}));
}

TEST(Cci, MeasuresInMeanAbsoluteDeviations) {
  const std::vector<market::Bar> bars{range_bar(2, 0, 1), range_bar(3, 1, 2), range_bar(8, 4, 6), range_bar(8, 4, 6)};
  // Typical prices 1 2 6 6: mean 3 then 14/3, mean absolute deviation 2 then 16/9.
  EXPECT_TRUE(rows_agree(run("CCI_3", bars), {{kNone}, {kNone}, {100}, {(6 - 14.0 / 3) / (0.015 * 16 / 9)}}));
}

TEST(Roc, IsInPercentOfTheEarlierClose) {
  EXPECT_TRUE(rows_agree(run("ROC_2", close_bars({10, 20, 15, 10, 0})), {{kNone}, {kNone}, {50}, {-50}, {-100}}));
}

TEST(Roc, IsZeroWhereTheEarlierCloseIsZero) {
  EXPECT_TRUE(rows_agree(run("ROC_1", close_bars({0, 5, 10})), {{kNone}, {0}, {100}}));
}

TEST(Obv, StartsWithTheFirstVolumeAndIgnoresUnchangedCloses) {
  const std::vector<market::Bar> bars{close_bar(10, 5), close_bar(11, 3), close_bar(11, 2), close_bar(9, 4)};
  EXPECT_TRUE(rows_agree(run("OBV", bars), {{5}, {8}, {8}, {4}}));
}

/// One bar at `price` on `day`, whose high, low and close average to the price.
market::Bar dated(std::chrono::year_month_day day, double price, double volume) {
  market::Bar bar = range_bar(price + 2, price - 3, price + 1, volume);
  bar.trading_day = market::TradingDay{std::chrono::local_days{day}};
  return bar;
}

std::vector<market::Bar> across_the_new_year() {
  using namespace std::chrono_literals;
  using std::chrono::December;
  using std::chrono::February;
  using std::chrono::January;
  return {
      dated(2018y / December / 31, 10, 1),                                     // Monday
      dated(2019y / January / 1, 40, 2),                                       // the same week, another month
      dated(2019y / January / 1, 10, 1),   dated(2019y / January / 6, 20, 4),  // Sunday of that week
      dated(2019y / January / 7, 50, 1),                                       // Monday
      dated(2019y / February / 1, 70, 5),
  };
}

TEST(Vwap, OfADayStartsAnewEachTradingDay) {
  EXPECT_TRUE(rows_agree(run("VWAP_D", across_the_new_year()), {{10}, {40}, {30}, {20}, {50}, {70}}));
}

TEST(Vwap, OfAWeekRunsFromMondayAcrossTheNewYear) {
  EXPECT_TRUE(rows_agree(run("VWAP_W", across_the_new_year()), {{10}, {30}, {25}, {22.5}, {50}, {70}}));
}

TEST(Vwap, OfAMonthStartsAnewWithTheMonth) {
  EXPECT_TRUE(rows_agree(run("VWAP_M", across_the_new_year()), {{10}, {40}, {30}, {170.0 / 7}, {220.0 / 8}, {70}}));
}

TEST(Vwap, HasNoValueUntilSomethingTradedSinceTheAnchor) {
  using namespace std::chrono_literals;
  const auto friday = 2019y / std::chrono::January / 4;
  const auto monday = 2019y / std::chrono::January / 7;
  const std::vector<market::Bar> quiet_start{dated(friday, 10, 0), dated(friday, 20, 3), dated(friday, 90, 0),
                                             dated(monday, 30, 0)};
  EXPECT_TRUE(rows_agree(run("VWAP_D", quiet_start), {{kNone}, {20}, {20}, {kNone}}));
}

TEST(Vwap, CountsWeeksBeforeTheEpochToo) {
  using namespace std::chrono_literals;
  const auto sunday = 1969y / std::chrono::December / 28;
  const auto saturday = 1969y / std::chrono::December / 27;
  const auto monday = 1969y / std::chrono::December / 29;
  EXPECT_TRUE(rows_agree(run("VWAP_W", {dated(saturday, 10, 1), dated(sunday, 20, 1), dated(monday, 30, 1)}),
                         {{10}, {15}, {30}}));
}

}  // namespace
}  // namespace subd::indicator::testing
