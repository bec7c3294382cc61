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
