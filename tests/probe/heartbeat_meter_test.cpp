#include "probe/heartbeat_meter.hpp"

#include <gtest/gtest.h>

namespace subd::probe {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

const base::MonoTime kStart{seconds{100}};

TEST(HeartbeatMeter, KeepsToItsSchedule) {
  HeartbeatMeter meter{kStart, milliseconds{10}};
  EXPECT_TRUE(meter.due(kStart + milliseconds{9}).empty());
  EXPECT_EQ(meter.due(kStart + milliseconds{10}).size(), 1U);
  EXPECT_EQ(meter.due(kStart + milliseconds{10}).size(), 0U);
  EXPECT_EQ(meter.due(kStart + milliseconds{55}).size(), 4U);
}

TEST(HeartbeatMeter, StallCountsAgainstEveryHeartbeatThatWasDue) {
  HeartbeatMeter meter{kStart, milliseconds{10}};
  // The probe could send nothing for a second; then every answer comes within a millisecond of its sending.
  const base::MonoTime awake = kStart + seconds{1};
  std::uint64_t id = 0;
  for (const auto was_due : meter.due(awake)) meter.sent(7, ++id, was_due);
  ASSERT_EQ(id, 100U);
  for (std::uint64_t answer = 1; answer <= id; ++answer) meter.answered(7, answer, awake + milliseconds{1});
  EXPECT_EQ(meter.round_trips().count(), 100U);
  EXPECT_EQ(meter.round_trips().max(), 991'000U) << "the first was due 990 ms before the end of the stall";
  EXPECT_NEAR(static_cast<double>(meter.round_trips().quantile(0.5)), 500'000, 20'000);
}

TEST(HeartbeatMeter, UnansweredCountsAsHavingTakenUntilTheEnd) {
  HeartbeatMeter meter{kStart, seconds{1}};
  meter.sent(1, 1, meter.due(kStart + seconds{1}).front());
  meter.finish(kStart + seconds{4});
  EXPECT_EQ(meter.round_trips().max(), 3'000'000U);
  EXPECT_EQ(meter.unanswered(), 0U);
}

TEST(HeartbeatMeter, TellsTabsApartAndIgnoresStrangers) {
  HeartbeatMeter meter{kStart, seconds{1}};
  meter.sent(1, 5, kStart);
  meter.answered(2, 5, kStart + seconds{1});
  EXPECT_EQ(meter.round_trips().count(), 0U);
  meter.answered(1, 5, kStart + seconds{1});
  meter.answered(1, 5, kStart + seconds{2});
  EXPECT_EQ(meter.round_trips().count(), 1U);
}

}  // namespace
}  // namespace subd::probe
