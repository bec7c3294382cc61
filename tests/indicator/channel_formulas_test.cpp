// Channels and levels that TA-Lib lacks, against figures worked out by hand.
#include <gtest/gtest.h>

#include "series.hpp"

namespace subd::indicator::testing {
namespace {

TEST(Donchian, HasALengthForEachSide) {
  const std::vector<market::Bar> bars{range_bar(10, 8, 9), range_bar(12, 9, 10), range_bar(11, 7, 8),
                                      range_bar(11, 10, 10), range_bar(9, 8.5, 9)};
  EXPECT_TRUE(rows_agree(run("DONCHIAN_2_3", bars),
                         {{kNone, kNone, kNone}, {8, kNone, kNone}, {7, 9.5, 12}, {7, 9.5, 12}, {8.5, 9.75, 11}}));
  EXPECT_TRUE(rows_agree({run("DONCHIAN_5_1", bars).back()}, {{7, 8, 9}}));
}

TEST(Kc, StartsWhenItsRangesAreSeeded) {
  const std::vector<market::Bar> bars{range_bar(10, 8, 9), range_bar(11, 9, 10), range_bar(15, 13, 14),
                                      range_bar(14, 10, 11)};
  const Row none(3, kNone);
  // Averages of the close 9.5 12.5 11.5, of the true ranges 3.5 and 23/6.
  EXPECT_TRUE(
      rows_agree(run("KC_2_2", bars), {none, none, {5.5, 12.5, 19.5}, {11.5 - 23.0 / 3, 11.5, 11.5 + 23.0 / 3}}));
  EXPECT_TRUE(rows_agree({run("KC_2_0.5", bars).back()}, {{11.5 - 23.0 / 12, 11.5, 11.5 + 23.0 / 12}}));
}

TEST(Ichimoku, GivesEachLineFromItsOwnFirstBar) {
  const std::vector<market::Bar> bars{range_bar(10, 8, 9), range_bar(12, 10, 11), range_bar(11, 5, 6),
                                      range_bar(9, 7, 8)};
  EXPECT_TRUE(rows_agree(run("ICHIMOKU_1_2_3", bars),
                         {{9, kNone, kNone, kNone}, {11, 10, 10.5, kNone}, {8, 8.5, 8.25, 8.5}, {8, 8, 8, 8.5}}));
}

TEST(Supertrend, FollowsThePriceAndTurnsAtTheOtherBand) {
  const std::vector<market::Bar> bars{
      range_bar(10, 8, 9),   range_bar(12, 10, 11),  // bands 8 and 14
      range_bar(13, 11, 12),                         // 10 and 14
      range_bar(12, 10, 11),                         // 9 and 13: the lower one stays at 10
      range_bar(11, 7, 8),                           // 5 and 13, closing below 10
      range_bar(9, 9, 9),                            // 8 and 10
      range_bar(10, 8, 9.5),                         // 7 and 11: the upper one stays at 10
      range_bar(12, 10, 11),                         // 8.5 and 13.5, closing above 10
      range_bar(20, 14, 18),                         // 8 and 26, closing above 13.5: both as they are
      range_bar(18, 18, 18),                         // 18 and 18, a bar without range
      range_bar(18, 16, 18),                         // 15 and 19, closing at both bands
  };
  EXPECT_TRUE(rows_agree(run("SUPERTREND_1_1", bars), {{kNone, kNone, kNone, kNone},
                                                       {8, 1, 8, kNone},
                                                       {10, 1, 10, kNone},
                                                       {10, 1, 10, kNone},
                                                       {13, -1, kNone, 13},
                                                       {10, -1, kNone, 10},
                                                       {10, -1, kNone, 10},
                                                       {8.5, 1, 8.5, kNone},
                                                       {8, 1, 8, kNone},
                                                       {18, 1, 18, kNone},
                                                       {18, 1, 18, kNone}}));
}

TEST(Supertrend, TakesItsRangesFromWildersAverage) {
  const std::vector<market::Bar> bars{range_bar(10, 8, 9), range_bar(11, 9, 10), range_bar(15, 13, 14),
                                      range_bar(15, 13, 14)};
  // Averages of the true ranges 3.5 and 2.75.
  EXPECT_TRUE(
      rows_agree(run("SUPERTREND_2_2", bars),
                 {{kNone, kNone, kNone, kNone}, {kNone, kNone, kNone, kNone}, {7, 1, 7, kNone}, {8.5, 1, 8.5, kNone}}));
}

market::Bar on_day(int day, market::Bar bar) {
  bar.trading_day = market::TradingDay{std::chrono::days{day}};
  return bar;
}

TEST(Pivots, AreThoseOfTheTradingSessionBefore) {
  // The first session: high 12, low 6, close 9; the second: 20 10 12. Session 2 has no bars.
  const std::vector<market::Bar> bars{on_day(0, range_bar(10, 6, 7)),   on_day(0, range_bar(12, 7, 9)),
                                      on_day(1, range_bar(20, 11, 20)), on_day(1, range_bar(20, 10, 12)),
                                      on_day(3, range_bar(99, 98, 98)), on_day(4, range_bar(5, 5, 5))};
  const Row none(7, kNone);
  const Row second{9, 12, 15, 18, 6, 3, 0};
  EXPECT_TRUE(
      rows_agree(run("PIVOTS", bars), {none,
                                       none,
                                       second,
                                       second,
                                       {14, 18, 24, 28, 8, 4, -2},
                                       {295.0 / 3, 296.0 / 3, 298.0 / 3, 299.0 / 3, 293.0 / 3, 292.0 / 3, 290.0 / 3}}));
}

TEST(Pivots, OfDailyBarsAreThoseOfTheBarBefore) {
  const std::vector<market::Bar> bars{on_day(0, range_bar(12, 6, 9)), on_day(1, range_bar(20, 10, 12)),
                                      on_day(2, range_bar(1, 1, 1))};
  EXPECT_TRUE(rows_agree(run("PIVOTS", bars), {Row(7, kNone), {9, 12, 15, 18, 6, 3, 0}, {14, 18, 24, 28, 8, 4, -2}}));
}

}  // namespace
}  // namespace subd::indicator::testing
