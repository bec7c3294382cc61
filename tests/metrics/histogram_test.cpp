#include "metrics/histogram.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <thread>
#include <vector>

namespace subd::metrics {
namespace {

TEST(Histogram, IsEmptyAtFirst) {
  const Histogram histogram;
  EXPECT_EQ(histogram.count(), 0u);
  EXPECT_EQ(histogram.max(), 0u);
  EXPECT_EQ(histogram.mean(), 0.0);
  EXPECT_EQ(histogram.quantile(0.99), 0u);
}

TEST(Histogram, KeepsSmallValuesExactly) {
  for (std::uint64_t value = 0; value < 128; ++value) {
    Histogram histogram;
    histogram.record(value);
    histogram.record(1'000'000);
    EXPECT_EQ(histogram.quantile(0.5), value);
  }
}

TEST(Histogram, AnswersWithinOnePercentFromMicrosecondsToHours) {
  for (double exact = 1; exact < 6.0e10; exact *= 1.0007) {
    const auto value = static_cast<std::uint64_t>(exact);
    Histogram histogram;
    histogram.record(value, 3);
    histogram.record(std::uint64_t{1} << 40);
    const auto answer = static_cast<double>(histogram.quantile(0.5));
    ASSERT_LE(std::abs(answer - static_cast<double>(value)), 0.01 * static_cast<double>(value)) << value;
  }
}

TEST(Histogram, AgreesWithSortedValuesOnEveryQuantile) {
  std::mt19937_64 random{7};
  std::lognormal_distribution<double> latency{6.0, 2.0};
  std::vector<std::uint64_t> values;
  Histogram histogram;
  for (int i = 0; i < 20'000; ++i) {
    values.push_back(static_cast<std::uint64_t>(latency(random)));
    histogram.record(values.back());
  }
  std::sort(values.begin(), values.end());
  for (const double q : {0.001, 0.01, 0.25, 0.5, 0.9, 0.99, 0.999, 0.9999}) {
    const auto rank = static_cast<std::size_t>(std::ceil(q * static_cast<double>(values.size()))) - 1;
    const auto exact = static_cast<double>(values[rank]);
    EXPECT_NEAR(static_cast<double>(histogram.quantile(q)), exact, 0.01 * exact) << q;
  }
  EXPECT_EQ(histogram.quantile(1.0), values.back());
  EXPECT_EQ(histogram.max(), values.back());
}

TEST(Histogram, QuantilesNeverStepBackNorPassTheLargest) {
  Histogram histogram;
  for (std::uint64_t value = 1; value < 5'000'000; value = value * 5 / 4 + 1) histogram.record(value);
  std::uint64_t before = 0;
  for (int percent = 0; percent <= 100; ++percent) {
    const std::uint64_t now = histogram.quantile(percent / 100.0);
    EXPECT_GE(now, before);
    EXPECT_LE(now, histogram.max());
    before = now;
  }
}

TEST(Histogram, TakesAShareOutsideTheRangeAsItsNearerEnd) {
  Histogram histogram;
  histogram.record(3);
  histogram.record(90);
  EXPECT_EQ(histogram.quantile(-1), 3u);
  EXPECT_EQ(histogram.quantile(7), 90u);
  EXPECT_EQ(histogram.quantile(std::nan("")), 3u);
}

TEST(Histogram, CountsWhatIsBeyondItsRange) {
  Histogram histogram;
  histogram.record(std::uint64_t{1} << 36);
  histogram.record(UINT64_MAX);
  EXPECT_EQ(histogram.count(), 2u);
  EXPECT_EQ(histogram.max(), UINT64_MAX);
  EXPECT_EQ(histogram.quantile(0.5), UINT64_MAX);
}

TEST(Histogram, SumAndMeanAreExact) {
  Histogram histogram;
  histogram.record(1'000'003);
  histogram.record(2'000'001, 2);
  histogram.record(5, 0);
  EXPECT_EQ(histogram.count(), 3u);
  EXPECT_EQ(histogram.sum(), 5'000'005u);
  EXPECT_DOUBLE_EQ(histogram.mean(), 5'000'005 / 3.0);
}

TEST(Histogram, MergedEqualsRecordedTogether) {
  Histogram left;
  Histogram right;
  Histogram both;
  for (std::uint64_t i = 1; i < 4000; ++i) {
    (i % 3 == 0 ? left : right).record(i * i);
    both.record(i * i);
  }
  left.merge(right);
  EXPECT_EQ(left.count(), both.count());
  EXPECT_EQ(left.sum(), both.sum());
  EXPECT_EQ(left.max(), both.max());
  for (const double q : {0.1, 0.5, 0.99}) EXPECT_EQ(left.quantile(q), both.quantile(q));
}

TEST(Histogram, ClearForgetsAndACopyDoesNot) {
  Histogram histogram;
  histogram.record(500);
  const Histogram copy = histogram;
  histogram.clear();
  EXPECT_EQ(histogram.count(), 0u);
  EXPECT_EQ(histogram.quantile(0.5), 0u);
  EXPECT_EQ(copy.count(), 1u);
  EXPECT_EQ(copy.max(), 500u);
}

TEST(Histogram, CountsUpToABound) {
  Histogram histogram;
  for (const std::uint64_t value : {1u, 50u, 100u, 5000u, 100'000u}) histogram.record(value);
  EXPECT_EQ(histogram.count_up_to(0), 0u);
  EXPECT_EQ(histogram.count_up_to(50), 2u);
  EXPECT_EQ(histogram.count_up_to(4000), 3u);
  EXPECT_EQ(histogram.count_up_to(UINT64_MAX), 5u);
}

TEST(Histogram, MayBeReadWhileItsOwnerRecords) {
  Histogram histogram;
  std::thread owner{[&histogram] {
    for (std::uint64_t i = 0; i < 100'000; ++i) histogram.record(i);
  }};
  std::uint64_t before = 0;
  for (int i = 0; i < 200; ++i) {
    const Histogram seen = histogram;
    EXPECT_GE(seen.count(), before);
    EXPECT_EQ(seen.count_up_to(UINT64_MAX), seen.count());
    before = seen.count();
  }
  owner.join();
  EXPECT_EQ(histogram.count(), 100'000u);
}

}  // namespace
}  // namespace subd::metrics
