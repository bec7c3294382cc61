#include "store/bar_queue.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "sample_bars.hpp"

namespace subd::store {
namespace {

using std::chrono::seconds;

std::vector<ClosedBar> numbered(int first, int count) {
  std::vector<ClosedBar> out;
  for (int i = first; i < first + count; ++i) {
    ClosedBar bar;
    bar.bar = test::bar_at(test::kStart + seconds{i}, i + 1);
    out.push_back(bar);
  }
  return out;
}

std::vector<int> numbers(BarQueue& queue) {
  std::vector<ClosedBar> taken;
  queue.take(taken);
  std::vector<int> out;
  for (const ClosedBar& bar : taken) out.push_back(static_cast<int>(bar.bar.close) - 1);
  return out;
}

TEST(BarQueue, GivesBarsInTheOrderInWhichTheyCame) {
  BarQueue queue{100};
  queue.push(numbered(0, 2));
  queue.push({});
  queue.push(numbered(2, 1));
  queue.push(numbered(3, 2));
  EXPECT_EQ(queue.size(), 5u);
  EXPECT_EQ(numbers(queue), (std::vector{0, 1, 2, 3, 4}));
  EXPECT_EQ(queue.size(), 0u);
  EXPECT_TRUE(numbers(queue).empty());
}

TEST(BarQueue, OverTheBoundTheOldestBatchesAreDroppedAndCounted) {
  BarQueue queue{8};
  for (int i = 0; i < 9; ++i) queue.push(numbered(i, 1));
  EXPECT_EQ(queue.dropped(), 3u);
  EXPECT_EQ(numbers(queue), (std::vector{3, 4, 5, 6, 7, 8}));
}

TEST(BarQueue, TheNewestBatchStaysHoweverLargeItIs) {
  BarQueue queue{4};
  queue.push(numbered(0, 3));
  queue.push(numbered(3, 10));
  EXPECT_EQ(queue.dropped(), 3u);
  EXPECT_EQ(numbers(queue).size(), 10u);
  EXPECT_EQ(queue.size(), 0u);
}

TEST(BarQueue, ALongQueueEndsWithItsOwner) {
  auto queue = std::make_unique<BarQueue>(1'000'000);
  for (int i = 0; i < 200'000; ++i) queue->push(numbered(i, 1));
  EXPECT_EQ(queue->size(), 200'000u);
  queue.reset();
}

TEST(BarQueue, BetweenTwoThreadsEveryBarIsTakenOnceInOrderOrCountedAsDropped) {
  constexpr int kBars = 200'000;
  BarQueue queue{64};
  std::atomic<bool> done{false};
  std::thread producer{[&] {
    for (int i = 0; i < kBars; ++i) queue.push(numbered(i, 1));
    done = true;
  }};
  int last = -1;
  std::size_t taken = 0;
  bool ordered = true;
  while (true) {
    const bool ended = done;
    for (const int number : numbers(queue)) {
      ordered = ordered && number > last;
      last = number;
      ++taken;
    }
    if (ended) break;
  }
  producer.join();
  EXPECT_TRUE(ordered);
  EXPECT_EQ(last, kBars - 1);
  EXPECT_EQ(taken + queue.dropped(), static_cast<std::size_t>(kBars));
  EXPECT_EQ(queue.size(), 0u);
}

}  // namespace
}  // namespace subd::store
