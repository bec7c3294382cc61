#include "metrics/counter.hpp"

#include <gtest/gtest.h>

#include <thread>

namespace subd::metrics {
namespace {

TEST(Counter, AddsOneUnlessToldMore) {
  Counter counter;
  counter.add();
  counter.add(41);
  EXPECT_EQ(counter.value(), 42u);
}

TEST(Counter, NeverStepsBackForAReaderInAnotherThread) {
  Counter counter;
  std::thread owner{[&counter] {
    for (int i = 0; i < 100'000; ++i) counter.add();
  }};
  std::uint64_t before = 0;
  for (int i = 0; i < 10'000; ++i) {
    const std::uint64_t now = counter.value();
    ASSERT_GE(now, before);
    before = now;
  }
  owner.join();
  EXPECT_EQ(counter.value(), 100'000u);
}

TEST(Gauge, GoesUpAndDown) {
  Gauge gauge;
  gauge.set(5);
  gauge.add(-7);
  EXPECT_EQ(gauge.value(), -2);
}

}  // namespace
}  // namespace subd::metrics
