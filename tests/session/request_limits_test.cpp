#include "session/request_limits.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

namespace subd::session {
namespace {

using namespace std::chrono_literals;

constexpr base::MonoTime kNow{1h};

TEST(SharedBuckets, LetTheBurstThroughAndThenTheRate) {
  SharedBuckets buckets{10, 3};
  for (int i = 0; i < 3; ++i) EXPECT_FALSE(buckets.take(7, kNow)) << i;
  EXPECT_EQ(buckets.take(7, kNow), 100ms);
  EXPECT_EQ(buckets.take(7, kNow + 60ms), 40ms);
  EXPECT_FALSE(buckets.take(7, kNow + 100ms));
  EXPECT_TRUE(buckets.take(7, kNow + 100ms));
}

TEST(SharedBuckets, KeysCountForThemselves) {
  SharedBuckets buckets{1, 1};
  EXPECT_FALSE(buckets.take(0, kNow));
  EXPECT_FALSE(buckets.take(1, kNow));
  EXPECT_TRUE(buckets.take(0, kNow));
}

TEST(SharedBuckets, WithoutARateThereIsNoLimit) {
  SharedBuckets buckets{0, 1};
  for (int i = 0; i < 1000; ++i) EXPECT_FALSE(buckets.take(7, kNow));
}

TEST(SharedBuckets, AFullBucketGivesItsPlaceAway) {
  SharedBuckets buckets{1, 1, 8};
  for (std::uint64_t key = 1; key <= 8; ++key) EXPECT_FALSE(buckets.take(key, kNow)) << key;
  EXPECT_TRUE(buckets.take(100, kNow)) << "a crowd shares";
  for (std::uint64_t key = 101; key <= 108; ++key) EXPECT_FALSE(buckets.take(key, kNow + 1s)) << key;
}

TEST(SharedBuckets, ThreadsTogetherGetTheBurstAndNoMore) {
  SharedBuckets buckets{0.001, 1000};
  std::atomic<int> granted{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (int n = 0; n < 1000; ++n) granted += buckets.take(7, kNow) ? 0 : 1;
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(granted, 1000);
}

TEST(RequestLimits, AUserIsLimitedOverAllTokensAndATokenByItself) {
  RequestLimits limits{{.user_rate = 1, .user_burst = 3, .token_rate = 1, .token_burst = 2}};
  auth::Principal first;
  first.user_id = "alice";
  first.credential = 1;
  auth::Principal second = first;
  second.credential = 2;
  EXPECT_FALSE(limits.take(first, kNow));
  EXPECT_FALSE(limits.take(first, kNow));
  EXPECT_EQ(limits.take(second, kNow), std::nullopt);
  const auto refused = limits.take(second, kNow);
  ASSERT_TRUE(refused);
  EXPECT_EQ(refused->whose, "user");
  EXPECT_EQ(refused->retry_after, 1s);
  first.user_id = "bob";
  EXPECT_EQ(limits.take(first, kNow)->whose, "token");
}

}  // namespace
}  // namespace subd::session
