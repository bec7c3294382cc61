#include "market/calendar_set.hpp"

#include <gtest/gtest.h>

#include "market/calendar_text.hpp"

namespace subd::market {
namespace {

using test::hours;

TEST(CalendarSet, KnowsTheBuiltInExchangesByName) {
  for (const char* exchange : {"NSE", "NFO", "BSE", "BFO", "CDS", "MCX", "NYSE", "NASDAQ", "24x7"}) {
    const TradingCalendar* calendar = builtin_calendars().find(exchange);
    ASSERT_NE(calendar, nullptr) << exchange;
    EXPECT_EQ(calendar->exchange(), exchange);
  }
  EXPECT_EQ(builtin_calendars().find("24x7"), &always_open());
  EXPECT_EQ(builtin_calendars().find("LSE"), nullptr);
  EXPECT_EQ(builtin_calendars().find(""), nullptr);
}

TEST(CalendarSet, UnknownExchangeNeverCloses) {
  EXPECT_EQ(&builtin_calendars().of("LSE"), &always_open());
  EXPECT_EQ(&builtin_calendars().of("NSE"), builtin_calendars().find("NSE"));
}

TEST(CalendarSet, HoldsWhatItWasGivenAndNothingElse) {
  std::vector<CalendarRules> exchanges{test::rules("Europe/London", {hours(800, 1630)})};
  exchanges.front().exchange = "LSE";
  const CalendarSet set{exchanges};
  ASSERT_NE(set.find("LSE"), nullptr);
  EXPECT_EQ(set.find("LSE")->rules(), exchanges.front());
  EXPECT_EQ(set.find("NSE"), nullptr);
  EXPECT_EQ(set.find("24x7"), &always_open());
}

}  // namespace
}  // namespace subd::market
