// The measures of volatility against figures worked out by hand.
#include <gtest/gtest.h>

#include <cmath>

#include "series.hpp"

namespace subd::indicator::testing {
namespace {

TEST(Stdev, IsThePopulationsUnlessASampleIsAskedFor) {
  const auto closes = close_bars({2, 4, 4, 6, 4});
  expect_rows(run("STDEV_4", closes), {{kNone}, {kNone}, {kNone}, {std::sqrt(2.0)}, {std::sqrt(0.75)}});
  expect_rows(run("STDEV_4_1", closes), {{kNone}, {kNone}, {kNone}, {std::sqrt(8.0 / 3)}, {1}});
}

TEST(Stdev, KeepsTheDigitsOfSmallMovesAtHighPrices) {
  // A binary step on a large price: both squares would agree in all but the last digits.
  expect_rows(run("STDEV_2", close_bars({1e6, 1e6 + 0x1p-20, 1e6})), {{kNone}, {0x1p-21}, {0x1p-21}});
}

}  // namespace
}  // namespace subd::indicator::testing
