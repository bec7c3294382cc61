#include "market/zone_offsets.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

#include "market/calendar_text.hpp"

namespace subd::market {
namespace {

using std::chrono::hours;
using test::at;

LocalTime local(std::string_view text) {
  return LocalTime{at(text).time_since_epoch()};
}

TEST(ZoneOffsets, ChangeWhenTheClockIsMoved) {
  const ZoneOffsets zone{"America/New_York"};
  EXPECT_EQ(zone.at(at("2024-03-10T06:59:59.999Z")).offset, hours{-5});
  EXPECT_EQ(zone.at(at("2024-03-10T07:00:00Z")).offset, hours{-4});
  EXPECT_EQ(zone.at(at("2024-11-03T05:59:59.999Z")).offset, hours{-4});
  EXPECT_EQ(zone.at(at("2024-11-03T06:00:00Z")).offset, hours{-5});
}

TEST(ZoneOffsets, StayWhereTheTableEnds) {
  const ZoneOffsets zone{"Asia/Kolkata"};
  for (const char* time : {"0001-01-01", "1970-01-01", "2024-01-01", "2199-12-31", "9999-12-31"}) {
    EXPECT_EQ(zone.at(at(time)).offset, std::chrono::minutes{330}) << time;
  }
}

TEST(ZoneOffsets, LocalTimeReadsBack) {
  const ZoneOffsets zone{"America/New_York"};
  const ZoneOffsets::Stretch& summer = zone.at(at("2024-07-01"));
  for (base::UtcTime time = at("2024-03-08"); time < at("2024-11-06"); time += std::chrono::minutes{30}) {
    const LocalTime shown{(time + zone.at(time).offset).time_since_epoch()};
    const bool is_repeated = time >= at("2024-11-03T06:00:00Z") && time < at("2024-11-03T07:00:00Z");
    const base::UtcTime expected = is_repeated ? time - hours{1} : time;
    ASSERT_EQ(zone.utc_of(shown), expected) << test::text(time);
    ASSERT_EQ(zone.utc_of(shown, summer), expected) << test::text(time);
    ASSERT_EQ(zone.utc_of(shown, zone.at(time)), expected) << test::text(time);
  }
}

TEST(ZoneOffsets, LocalTimeThatTheClockSkipsIsMovedOn) {
  const ZoneOffsets zone{"America/New_York"};
  EXPECT_EQ(zone.utc_of(local("2024-03-10T02:30:00")), at("2024-03-10T03:30:00-04:00"));
  EXPECT_EQ(zone.utc_of(local("2024-03-10T02:00:00")), at("2024-03-10T03:00:00-04:00"));
}

TEST(ZoneOffsets, UnknownNameIsRefusedByName) {
  EXPECT_TRUE(is_time_zone("UTC"));
  EXPECT_TRUE(is_time_zone("Asia/Kolkata"));
  for (const char* name : {"", "Asia/Kolkatta", "../../etc/passwd", "IST5:30"}) {
    EXPECT_FALSE(is_time_zone(name)) << name;
    EXPECT_THROW(ZoneOffsets{name}, std::runtime_error) << name;
  }
}

}  // namespace
}  // namespace subd::market
