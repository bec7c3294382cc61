#include "bars/bar_series.hpp"

#include <gtest/gtest.h>

namespace subd::bars {
namespace {

market::Bar bar(int minute) {
  market::Bar out;
  out.start = base::UtcTime{std::chrono::minutes{minute}};
  out.close = minute;
  return out;
}

TEST(BarSeries, KeepsTheNewestOfItsCapacity) {
  BarSeries series{3};
  for (int i = 1; i <= 8; ++i) {
    ASSERT_TRUE(series.push(bar(i)));
    ASSERT_EQ(series.back().close, i);
    ASSERT_EQ(series.size(), static_cast<std::size_t>(std::min(i, 3)));
    for (std::size_t k = 0; k < series.size(); ++k) {
      ASSERT_EQ(series[k].close, std::max(0, i - 3) + static_cast<int>(k) + 1);
    }
  }
  EXPECT_EQ(series.total_pushed(), 8U);
}

TEST(BarSeries, RefusesABarThatIsNotAfterTheLast) {
  BarSeries series{3};
  ASSERT_TRUE(series.push(bar(5)));
  EXPECT_FALSE(series.push(bar(5)));
  EXPECT_FALSE(series.push(bar(4)));
  EXPECT_EQ(series.size(), 1U);
  EXPECT_EQ(series.total_pushed(), 1U);
  EXPECT_TRUE(series.push(bar(6)));
}

TEST(BarSeries, HoldsOneBarWhenThatIsItsCapacity) {
  BarSeries series{1};
  EXPECT_TRUE(series.push(bar(1)));
  EXPECT_TRUE(series.push(bar(2)));
  EXPECT_EQ(series.size(), 1U);
  EXPECT_EQ(series[0].close, 2);
}

}  // namespace
}  // namespace subd::bars
