#include "engine/output_series.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace subd::engine {
namespace {

TEST(OutputSeries, KeepsTheNewestRowsInOrder) {
  OutputSeries series{2, 3};
  for (int i = 0; i < 7; ++i) {
    const std::vector<double> row{static_cast<double>(i), static_cast<double>(-i)};
    series.push(row);
  }
  ASSERT_EQ(series.rows(), 3u);
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(series[i][0], static_cast<double>(i) + 4);
    EXPECT_EQ(series[i][1], -(static_cast<double>(i) + 4));
  }
}

TEST(OutputSeries, GrowsOnlyWithItsRows) {
  OutputSeries series{1, 1'000'000'000};
  series.push(std::vector<double>{1.0});
  EXPECT_EQ(series.rows(), 1u);
  EXPECT_EQ(series[0][0], 1.0);
}

}  // namespace
}  // namespace subd::engine
