// The averages and trend followers against figures worked out by hand.
#include <gtest/gtest.h>

#include "series.hpp"

namespace subd::indicator::testing {
namespace {

// Of 1 2 4 8 8 and length 2 the exponential average is - 3/2 19/6 115/18 403/54, the average of that - - 7/3 136/27
// 539/81, and of that again - - - 199/54 2753/486.

TEST(Dema, TakesTheAveragesLagOff) {
  EXPECT_TRUE(rows_agree(run("DEMA_2", close_bars({1, 2, 4, 8, 8})),
                         {{kNone}, {kNone}, {4}, {209.0 / 27}, {403.0 / 27 - 539.0 / 81}}));
  EXPECT_TRUE(rows_agree(run("DEMA_1", close_bars({7, -2})), {{7}, {-2}}));
}

TEST(Tema, TakesTheLagOfTheLagOffToo) {
  EXPECT_TRUE(rows_agree(run("TEMA_2", close_bars({1, 2, 4, 8, 8})),
                         {{kNone}, {kNone}, {kNone}, {209.0 / 27}, {1966.0 / 243}}));
  EXPECT_TRUE(rows_agree(run("TEMA_1", close_bars({7, -2})), {{7}, {-2}}));
}

TEST(Kama, IsFastWhereTheMoveIsStraightAndSlowWhereItIsNot) {
  // Smoothing 1 to 1/2: efficiencies 1, 1/3, 1, and 1 for the window without movement.
  EXPECT_TRUE(
      rows_agree(run("KAMA_2_1_3", close_bars({1, 2, 4, 3, 3, 3})), {{kNone}, {kNone}, {4}, {32.0 / 9}, {3}, {3}}));
}

TEST(Kama, StartsFromTheCloseBeforeItsFirstValue) {
  // There and back again: efficiency 0, smoothing 1/4.
  EXPECT_TRUE(rows_agree(run("KAMA_2_1_3", close_bars({5, 9, 5})), {{kNone}, {kNone}, {8}}));
}

TEST(Linreg, IsTheEndOfTheFittedLine) {
  EXPECT_TRUE(
      rows_agree(run("LINREG_3", close_bars({1, 2, 4, 3, 3})), {{kNone}, {kNone}, {23.0 / 6}, {3.5}, {17.0 / 6}}));
  EXPECT_TRUE(rows_agree(run("LINREG_2", close_bars({7, 3, 5})), {{kNone}, {3}, {5}}));
}

/// A bar of which only the range counts.
market::Bar range(double high, double low) {
  return range_bar(high, low, low);
}

TEST(Psar, ClosesInOnTheExtremeAndTurnsWhereABarReachesIt) {
  const std::vector<market::Bar> bars{range(10, 8), range(12, 9), range(13, 10),
                                      range(11, 5), range(6, 4),  range(12, 6)};
  EXPECT_TRUE(rows_agree(run("PSAR_0.5_1", bars), {{kNone}, {8}, {9}, {13}, {13}, {4}}));
}

TEST(Psar, StartsInTheDirectionOfTheLargerMove) {
  EXPECT_TRUE(rows_agree(run("PSAR", {range(10, 8), range(9, 5)}), {{kNone}, {10}}));
  // Upwards when both are equal; here the second bar ends that trend at once.
  EXPECT_TRUE(rows_agree(run("PSAR", {range(10, 8), range(11, 7)}), {{kNone}, {11}}));
}

TEST(Psar, NeverStepsWiderThanTheLimit) {
  const auto bars = random_bars(11, 300);
  EXPECT_TRUE(rows_agree(run("PSAR_0.5_0.2", bars), run("PSAR_0.2_0.2", bars)));
}

const std::vector<market::Bar>& directed_bars() {
  // Rises 2 1 then falls 2 1, in true ranges 3 4 5 5.
  static const std::vector<market::Bar> bars{range_bar(10, 8, 9), range_bar(12, 9, 11), range_bar(13, 9, 12),
                                             range_bar(12, 7, 8), range_bar(11, 6, 7)};
  return bars;
}

TEST(Adx, SumsAndAveragesLikeWilder) {
  const Row none{kNone, kNone, kNone};
  EXPECT_TRUE(rows_agree(
      run("ADX_2", directed_bars()),
      {none, none, {kNone, 400.0 / 11, 0}, {200.0 / 3, 400.0 / 31, 800.0 / 31}, {190.0 / 3, 400.0 / 71, 1600.0 / 71}}));
}

TEST(Adx, CountsBarsWithoutDirectionAsZeroOnlyInItsSeed) {
  std::vector<market::Bar> bars(4, range_bar(10, 8, 9));
  bars.push_back(range_bar(12, 9, 11));
  const auto rows = run("ADX_2", bars);
  EXPECT_EQ(rows[3], (Row{0, 0, 0}));
  EXPECT_EQ(rows[4][0], 50);
}

TEST(Adx, StaysWhenDirectionHasDiedOut) {
  std::vector<market::Bar> bars{range_bar(10, 8, 9), range_bar(12, 9, 11)};
  bars.resize(200, range_bar(11, 10, 10.5));
  const auto rows = run("ADX_2", bars);
  EXPECT_LT(rows.back()[1], 1e-14);
  EXPECT_EQ(rows.back()[0], 100);
}

TEST(Aroon, SaysHowLongAgoTheExtremesWere) {
  const std::vector<market::Bar> bars{range(10, 8), range(12, 9), range(11, 7), range(12, 9), range(11, 9)};
  const Row none{kNone, kNone, kNone};
  // The second high of 12 counts, not the first.
  EXPECT_TRUE(rows_agree(run("AROON_2", bars), {none, none, {100, 50, -50}, {50, 100, 50}, {0, 50, 50}}));
}

}  // namespace
}  // namespace subd::indicator::testing
