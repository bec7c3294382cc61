#include "session/rate_limit.hpp"

#include <gtest/gtest.h>

namespace subd::session {
namespace {

using std::chrono::milliseconds;
const base::MonoTime kStart{std::chrono::seconds{100}};

TEST(TokenBucket, LetsTheBurstThroughAndThenTheRate) {
  TokenBucket bucket{10, 3, kStart};
  EXPECT_TRUE(bucket.take(kStart));
  EXPECT_TRUE(bucket.take(kStart));
  EXPECT_TRUE(bucket.take(kStart));
  EXPECT_FALSE(bucket.take(kStart));
  int passed = 0;
  for (int ms = 1; ms <= 1000; ++ms) passed += bucket.take(kStart + milliseconds{ms}) ? 1 : 0;
  EXPECT_GE(passed, 9);
  EXPECT_LE(passed, 10);
}

TEST(TokenBucket, NeverSavesMoreThanTheBurst) {
  TokenBucket bucket{10, 3, kStart};
  const base::MonoTime later = kStart + std::chrono::hours{1};
  int passed = 0;
  for (int i = 0; i < 10; ++i) passed += bucket.take(later) ? 1 : 0;
  EXPECT_EQ(passed, 3);
}

TEST(Meter, LetsTheBurstThroughAndThenTheRate) {
  Meter meter;
  EXPECT_TRUE(meter.take(kStart, 2.5, 10, 3));
  EXPECT_FALSE(meter.take(kStart, 1, 10, 3));
  EXPECT_TRUE(meter.take(kStart, 0.5, 10, 3));
  EXPECT_FALSE(meter.take(kStart + milliseconds{99}, 1, 10, 3));
  EXPECT_TRUE(meter.take(kStart + milliseconds{100}, 1, 10, 3));
}

TEST(Meter, SavesNoMoreThanTheBurstAndRefusesWhatIsMore) {
  Meter meter;
  EXPECT_FALSE(meter.take(kStart, 3.5, 10, 3));
  EXPECT_TRUE(meter.take(kStart, 3, 10, 3));
  const base::MonoTime later = kStart + std::chrono::hours{1};
  EXPECT_TRUE(meter.take(later, 3, 10, 3));
  EXPECT_FALSE(meter.take(later, 0.01, 10, 3));
}

TEST(Meter, AnotherBurstHoldsFromTheNextCallOn) {
  Meter meter;
  EXPECT_TRUE(meter.take(kStart, 3, 10, 3));
  EXPECT_FALSE(meter.take(kStart, 1, 10, 3));
  EXPECT_TRUE(meter.take(kStart, 1, 10, 4));
}

TEST(TokenBucket, WhatCostsMoreThanTheBurstCostsTheBurst) {
  TokenBucket bucket{10, 3, kStart};
  EXPECT_TRUE(bucket.take(kStart, 2));
  EXPECT_FALSE(bucket.take(kStart, 50));
  EXPECT_GE(bucket.wait(50), milliseconds{200});
  EXPECT_TRUE(bucket.take(kStart + bucket.wait(50), 50));
}

TEST(TokenBucket, SaysHowLongToWait) {
  TokenBucket bucket{10, 1, kStart};
  EXPECT_TRUE(bucket.take(kStart));
  EXPECT_FALSE(bucket.take(kStart));
  EXPECT_TRUE(bucket.take(kStart + bucket.wait()));
}

TEST(TokenBucket, AClockThatStepsBackGivesNothing) {
  TokenBucket bucket{10, 1, kStart};
  EXPECT_TRUE(bucket.take(kStart));
  EXPECT_FALSE(bucket.take(kStart - std::chrono::hours{1}));
}

TEST(ErrorBudget, IsSpentByOneErrorMoreThanAllowedWithinTheWindow) {
  ErrorBudget budget;
  EXPECT_FALSE(budget.spend(kStart, 2, milliseconds{1000}));
  EXPECT_FALSE(budget.spend(kStart + milliseconds{10}, 2, milliseconds{1000}));
  EXPECT_TRUE(budget.spend(kStart + milliseconds{20}, 2, milliseconds{1000}));
}

TEST(ErrorBudget, ForgetsErrorsOfAnOlderWindow) {
  ErrorBudget budget;
  for (int i = 0; i < 100; ++i) {
    EXPECT_FALSE(budget.spend(kStart + i * milliseconds{600}, 2, milliseconds{1000})) << i;
  }
}

}  // namespace
}  // namespace subd::session
