// The measures of volatility against figures worked out by hand.
#include <gtest/gtest.h>

#include <cmath>

#include "series.hpp"

namespace subd::indicator::testing {
namespace {

TEST(Natr, IsTheAverageTrueRangeInPercentOfTheClose) {
  // True ranges from the second bar on: 2 5 4 4.
  const std::vector<market::Bar> bars{range_bar(10, 8, 9), range_bar(11, 9, 10), range_bar(15, 13, 14),
                                      range_bar(14, 10, 11), range_bar(8, 7, 7)};
  EXPECT_TRUE(rows_agree(run("NATR_2", bars), {{kNone}, {kNone}, {350.0 / 14}, {375.0 / 11}, {387.5 / 7}}));
  EXPECT_TRUE(rows_agree(run("NATR_2_ema", bars), {{kNone}, {kNone}, {350.0 / 14}, {2300.0 / 66}, {7100.0 / 126}}));
}

TEST(Natr, IsZeroWhereTheCloseIs) {
  EXPECT_TRUE(rows_agree(run("NATR_1", {range_bar(2, 1, 1), range_bar(1, -1, 0)}), {{kNone}, {0}}));
}

TEST(Stdev, IsThePopulationsUnlessASampleIsAskedFor) {
  const auto closes = close_bars({2, 4, 4, 6, 4});
  EXPECT_TRUE(rows_agree(run("STDEV_4", closes), {{kNone}, {kNone}, {kNone}, {std::sqrt(2.0)}, {std::sqrt(0.75)}}));
  EXPECT_TRUE(rows_agree(run("STDEV_4_1", closes), {{kNone}, {kNone}, {kNone}, {std::sqrt(8.0 / 3)}, {1}}));
}

TEST(Stdev, KeepsTheDigitsOfSmallMovesAtHighPrices) {
  // A binary step on a large price: both squares would agree in all but the last digits.
  EXPECT_TRUE(rows_agree(run("STDEV_2", close_bars({1e6, 1e6 + 0x1p-20, 1e6})), {{kNone}, {0x1p-21}, {0x1p-21}}));
}

}  // namespace
}  // namespace subd::indicator::testing
