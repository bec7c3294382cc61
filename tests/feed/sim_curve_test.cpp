#include "feed/sim_curve.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

namespace subd::feed {
namespace {

using std::chrono::milliseconds;

constexpr base::UtcTime kStart{milliseconds{1'750'000'000'000}};

TEST(SimCurve, ValueDependsOnTheTimeAndNotOnTheWayThere) {
  SimCurve forward{7};
  SimCurve jumping{7};
  for (int i = 0; i < 2000; ++i) {
    const base::UtcTime time = kStart + milliseconds{i * 137};
    const double value = forward.at(time);
    (void)jumping.at(kStart - milliseconds{i * 7'000'003LL});
    ASSERT_EQ(jumping.at(time), value);
  }
}

TEST(SimCurve, SeedsDiffer) {
  SimCurve one{1};
  SimCurve two{2};
  int equal = 0;
  for (int i = 0; i < 100; ++i) {
    const base::UtcTime time = kStart + std::chrono::seconds{i};
    if (one.at(time) == two.at(time)) ++equal;
  }
  EXPECT_EQ(equal, 0);
}

TEST(SimCurve, MovesAllTheTimeWithinBounds) {
  SimCurve curve{3};
  double widest = 0;
  double largest_step = 0;
  double last = curve.at(kStart);
  for (int i = 1; i <= 200'000; ++i) {
    const double value = curve.at(kStart + milliseconds{500LL * i});
    largest_step = std::max(largest_step, std::abs(value - last));
    widest = std::max(widest, std::abs(value));
    last = value;
  }
  EXPECT_LT(widest, 0.08);
  EXPECT_LT(largest_step, 0.001);
  EXPECT_GT(largest_step, 0.00001);
}

TEST(UnitHash, SpreadsEvenly) {
  double sum = 0;
  for (std::uint64_t i = 0; i < 10'000; ++i) {
    const double value = unit_hash(5, i);
    ASSERT_GE(value, 0);
    ASSERT_LT(value, 1);
    sum += value;
  }
  EXPECT_NEAR(sum / 10'000, 0.5, 0.02);
}

}  // namespace
}  // namespace subd::feed
