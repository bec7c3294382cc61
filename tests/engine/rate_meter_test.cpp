#include "engine/rate_meter.hpp"

#include <gtest/gtest.h>

namespace subd::engine {
namespace {

using std::chrono::milliseconds;
const base::MonoTime kStart{std::chrono::seconds{100}};

TEST(RateMeter, ApproachesASteadyRate) {
  RateMeter meter;
  base::MonoTime now = kStart;
  for (int i = 0; i < 200; ++i) {
    meter.count(now);
    now += milliseconds{100};
  }
  EXPECT_NEAR(meter.per_second(now), 10.0, 1.0);
}

TEST(RateMeter, ForgetsAfterTwoWindowsOfSilence) {
  RateMeter meter;
  for (int i = 0; i < 100; ++i) meter.count(kStart);
  EXPECT_GT(meter.per_second(kStart + milliseconds{1000}), 10.0);
  EXPECT_EQ(meter.per_second(kStart + std::chrono::seconds{20}), 0.0);
}

}  // namespace
}  // namespace subd::engine
