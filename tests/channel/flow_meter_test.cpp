#include "channel/flow_meter.hpp"

#include <gtest/gtest.h>

#include "channel/market_fixture.hpp"

namespace subd::channel {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

const base::UtcTime kStart = test::at("2026-01-05T02:15:00Z");

TEST(FlowMeter, NothingIsKnownOfTheTimeBeforeTheFirst) {
  FlowMeter meter;
  EXPECT_EQ(meter.per_minute(kStart), 0);
  meter.add(kStart, 1000);
  EXPECT_EQ(meter.per_minute(kStart), 0);
  EXPECT_EQ(meter.acceleration(kStart), 0);
}

TEST(FlowMeter, SpeedIsWhatTheLastMinuteAdded) {
  FlowMeter meter;
  meter.add(kStart, 1000);
  meter.add(kStart + seconds{30}, 1060);
  EXPECT_EQ(meter.per_minute(kStart + seconds{30}), 60);
  EXPECT_EQ(meter.per_minute(kStart + seconds{80}), 60);
  EXPECT_EQ(meter.per_minute(kStart + seconds{90}), 0) << "the addition is a minute old";
}

TEST(FlowMeter, AccelerationIsAgainstTheMinuteBefore) {
  FlowMeter meter;
  meter.add(kStart, 0);
  meter.add(kStart + minutes{1}, 100);
  meter.add(kStart + minutes{2}, 350);
  EXPECT_EQ(meter.per_minute(kStart + minutes{2}), 250);
  EXPECT_EQ(meter.acceleration(kStart + minutes{2}), 150);
  EXPECT_EQ(meter.acceleration(kStart + minutes{3}), -250) << "nothing was added any more";
}

TEST(FlowMeter, ManyAdditionsNeedNoMoreRoom) {
  FlowMeter meter;
  for (int i = 0; i <= 1000; ++i) meter.add(kStart + seconds{i}, i);
  EXPECT_EQ(meter.per_minute(kStart + seconds{1000}), 51) << "from the end of second 949 on";
}

TEST(FlowMeter, ANewDayBeginsAnew) {
  FlowMeter meter;
  meter.add(kStart, 500);
  meter.add(kStart + seconds{20}, 10);
  EXPECT_EQ(meter.per_minute(kStart + seconds{20}), 0);
  meter.add(kStart + seconds{40}, 25);
  EXPECT_EQ(meter.per_minute(kStart + seconds{40}), 15);
}

}  // namespace
}  // namespace subd::channel
