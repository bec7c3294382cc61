// Averages and oscillators that TA-Lib lacks, against figures worked out by hand.
#include <gtest/gtest.h>

#include <cmath>

#include "series.hpp"

namespace subd::indicator::testing {
namespace {

TEST(Hma, SmoothsTwiceTheFastLessTheSlowAverage) {
  // WMA_2 ends in 10/3 and 13/3, WMA_4 in 2.9 and 3.9.
  EXPECT_TRUE(rows_agree(run("HMA_4", close_bars({1, 2, 4, 3, 5})), {{kNone}, {kNone}, {kNone}, {kNone}, {13.3 / 3}}));
}

TEST(Hma, RoundsHalfAndRootDown) {
  EXPECT_TRUE(rows_agree(run("HMA_2", close_bars({1, 4})), {{kNone}, {5}}));
  // Of 3: half 1, root 1.
  EXPECT_TRUE(rows_agree(run("HMA_3", close_bars({1, 2, 4})), {{kNone}, {kNone}, {8 - 17.0 / 6}}));
}

TEST(Ao, IsTheFastLessTheSlowMeanOfTheMiddles) {
  const std::vector<market::Bar> bars{range_bar(10, 8, 9), range_bar(12, 8, 11), range_bar(20, 10, 10)};
  EXPECT_TRUE(rows_agree(run("AO_1_2", bars), {{kNone}, {0.5}, {2.5}}));
}

TEST(Ao, NeedsTheFastAverageToBeFaster) {
  ASSERT_FALSE(parse_id("AO_34_5"));
  EXPECT_EQ(parse_id("AO_34_5").error().message, "AO: fast must be less than slow, got fast 34 and slow 5");
}

TEST(Tsi, DividesTheSmoothedChangeByTheSmoothedMovement) {
  EXPECT_TRUE(rows_agree(run("TSI_1_2_1", close_bars({10, 12, 11, 14})),
                         {{kNone, kNone}, {kNone, kNone}, {100.0 / 3, 100.0 / 3}, {1300.0 / 15, 1300.0 / 15}}));
}

TEST(Tsi, SeedsEveryAverageWithItsOwnLength) {
  // Slow averages 1 1 0 of the changes and 3 2 1.5 of their sizes; fast ones 1 1/3 and 2.5 11/6.
  const auto rows = run("TSI_2_3_2", close_bars({10, 13, 10, 13, 14, 13}));
  const Row none{kNone, kNone};
  EXPECT_TRUE(rows_agree(rows, {none, none, none, none, none, {200.0 / 11, 320.0 / 11}}));
}

TEST(Tsi, IsAHundredWhenOnlyRisingAndForgetsThatAtRest) {
  EXPECT_TRUE(rows_agree({run("TSI_3_5_2", close_bars({1, 2, 4, 5, 7, 9, 10, 11, 15})).back()}, {{100, 100}}));
  auto bars = random_bars(11, 100);
  bars.resize(2000, close_bar(100.1));
  EXPECT_TRUE(rows_agree({run("TSI_13_25_13", bars).back()}, {{0, 0}}));
}

TEST(Chop, ComparesTheWayWalkedWithTheRange) {
  const std::vector<market::Bar> bars{range_bar(10, 8, 9), range_bar(11, 9, 10), range_bar(15, 13, 14),
                                      range_bar(14, 10, 11)};
  // True ranges 2 5 4; ranges of two bars 6 and 5.
  EXPECT_TRUE(rows_agree(run("CHOP_2_1_100", bars),
                         {{kNone}, {kNone}, {100 * std::log2(7.0 / 6)}, {100 * std::log2(9.0 / 5)}}));
  EXPECT_TRUE(rows_agree(run("CHOP_2_2_1", bars), {{kNone}, {kNone}, {kNone}, {std::log2(7.25 / 5)}}));
}

TEST(Chop, IsTheScalarWhenEveryBarSpansTheRange) {
  const auto rows = run("CHOP_7_1_50", std::vector<market::Bar>(8, range_bar(10, 8, 9)));
  EXPECT_TRUE(rows_agree({rows.back()}, {{50}}));
}

TEST(Chop, HasNoValueInAWindowWithoutRange) {
  std::vector<market::Bar> bars(4, range_bar(10, 8, 9));
  bars.resize(9, close_bar(9));
  const auto rows = run("CHOP_3_2", bars);
  EXPECT_FALSE(std::isnan(rows[5][0]));
  EXPECT_TRUE(std::isnan(rows[6][0]));
}

TEST(Zscore, UsesTheSampleDeviation) {
  const double deviation = std::sqrt(8.0 / 3);
  EXPECT_TRUE(rows_agree(run("ZSCORE_4_1", close_bars({2, 4, 4, 6})), {{kNone}, {kNone}, {kNone}, {2 / deviation}}));
  EXPECT_TRUE(rows_agree({run("ZSCORE_4_0.5", close_bars({2, 4, 4, 6})).back()}, {{4 / deviation}}));
  EXPECT_TRUE(
      rows_agree(run("ZSCORE_2", close_bars({1, 3, 2})), {{kNone}, {1 / std::sqrt(2.0)}, {-1 / std::sqrt(2.0)}}));
}

}  // namespace
}  // namespace subd::indicator::testing
