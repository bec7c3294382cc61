#include "market/trading_calendar.hpp"

#include <gtest/gtest.h>

#include <string>

#include "base/time_text.hpp"

namespace subd::market {
namespace {

base::UtcTime at(std::string_view text) {
  return base::parse_time(text).value();
}

TradingDay day(std::string_view text) {
  return TradingDay{std::chrono::floor<std::chrono::days>(at(text)).time_since_epoch()};
}

/// `start/end` of the bar at a time, in UTC, or `none`.
std::string bar(const TradingCalendar& calendar, std::string_view time, Timeframe timeframe) {
  const auto span = calendar.bar_at(at(time), timeframe);
  return span ? base::time_text(span->start) + "/" + base::time_text(span->end) : "none";
}

const TradingCalendar& nse() {
  return *find_calendar("NSE");
}

TEST(TradingCalendar, IsKnownByItsExchange) {
  for (const char* exchange : {"NSE", "NFO", "BSE", "BFO", "24x7"}) {
    const TradingCalendar* calendar = find_calendar(exchange);
    ASSERT_NE(calendar, nullptr) << exchange;
    EXPECT_EQ(calendar->exchange(), exchange);
  }
  EXPECT_EQ(find_calendar("24x7"), &always_open());
  EXPECT_EQ(find_calendar("NYSE"), nullptr);
  EXPECT_EQ(find_calendar(""), nullptr);
}

TEST(DailySession, OpensAtQuarterPastNineInIndia) {
  EXPECT_EQ(bar(nse(), "2024-07-01T09:14:59.999+05:30", Timeframe::Min1), "none");
  EXPECT_EQ(bar(nse(), "2024-07-01T09:15:00+05:30", Timeframe::Min1),
            "2024-07-01T03:45:00.000Z/2024-07-01T03:46:00.000Z");
  EXPECT_EQ(bar(nse(), "2024-01-01T09:15:59.999+05:30", Timeframe::Min1),
            "2024-01-01T03:45:00.000Z/2024-01-01T03:46:00.000Z");
}

TEST(DailySession, ClosesAtHalfPastThree) {
  EXPECT_EQ(bar(nse(), "2024-07-01T15:29:59.999+05:30", Timeframe::S5),
            "2024-07-01T09:59:55.000Z/2024-07-01T10:00:00.000Z");
  EXPECT_EQ(bar(nse(), "2024-07-01T15:30:00+05:30", Timeframe::S5), "none");
}

TEST(DailySession, HoursStartWithTheSessionAndTheLastIsCut) {
  EXPECT_EQ(bar(nse(), "2024-07-01T10:14:00+05:30", Timeframe::Min60),
            "2024-07-01T03:45:00.000Z/2024-07-01T04:45:00.000Z");
  EXPECT_EQ(bar(nse(), "2024-07-01T10:15:00+05:30", Timeframe::Min60),
            "2024-07-01T04:45:00.000Z/2024-07-01T05:45:00.000Z");
  EXPECT_EQ(bar(nse(), "2024-07-01T15:20:00+05:30", Timeframe::Min60),
            "2024-07-01T09:45:00.000Z/2024-07-01T10:00:00.000Z");
}

TEST(DailySession, DayBarIsTheSession) {
  EXPECT_EQ(bar(nse(), "2024-07-01T12:00:00+05:30", Timeframe::Day1),
            "2024-07-01T03:45:00.000Z/2024-07-01T10:00:00.000Z");
}

TEST(DailySession, RestsAtTheWeekend) {
  EXPECT_EQ(bar(nse(), "2024-06-29T12:00:00+05:30", Timeframe::Min5), "none");
  EXPECT_EQ(bar(nse(), "2024-06-30T12:00:00+05:30", Timeframe::Min5), "none");
  EXPECT_NE(bar(nse(), "2024-06-28T12:00:00+05:30", Timeframe::Min5), "none");
}

TEST(DailySession, DayChangesAtMidnightInIndia) {
  EXPECT_EQ(nse().day_at(at("2024-07-01T18:29:59.999Z")), day("2024-07-01"));
  EXPECT_EQ(nse().day_at(at("2024-07-01T18:30:00Z")), day("2024-07-02"));
  EXPECT_EQ(nse().bar_at(at("2024-07-02T04:00:00Z"), Timeframe::Min1)->trading_day, day("2024-07-02"));
  EXPECT_EQ(nse().utc_offset(), std::chrono::minutes{330});
}

TEST(DailySession, EveryBarHoldsItsOwnTimeAndJoinsTheNext) {
  for (const Timeframe timeframe : kTimeframes) {
    base::UtcTime time = at("2024-07-01T03:45:00Z");
    const base::UtcTime close = at("2024-07-01T10:00:00Z");
    while (time < close) {
      const auto span = nse().bar_at(time, timeframe);
      ASSERT_TRUE(span.has_value());
      ASSERT_EQ(span->start, time) << timeframe_name(timeframe);
      const auto last = nse().bar_at(span->end - std::chrono::milliseconds{1}, timeframe);
      ASSERT_TRUE(last.has_value());
      ASSERT_EQ(last->start, span->start);
      time = span->end;
    }
    EXPECT_EQ(time, close) << timeframe_name(timeframe);
  }
}

TEST(AlwaysOpen, BarsStartAtMultiplesSinceMidnight) {
  EXPECT_EQ(bar(always_open(), "2024-06-30T23:59:59.999Z", Timeframe::Min60),
            "2024-06-30T23:00:00.000Z/2024-07-01T00:00:00.000Z");
  EXPECT_EQ(bar(always_open(), "2024-06-30T10:07:31Z", Timeframe::S15),
            "2024-06-30T10:07:30.000Z/2024-06-30T10:07:45.000Z");
  EXPECT_EQ(bar(always_open(), "2024-06-30T10:07:31Z", Timeframe::Day1),
            "2024-06-30T00:00:00.000Z/2024-07-01T00:00:00.000Z");
}

TEST(AlwaysOpen, DayIsThatOfUtc) {
  EXPECT_EQ(always_open().day_at(at("2024-06-30T23:59:59.999Z")), day("2024-06-30"));
  EXPECT_EQ(always_open().day_at(at("1969-12-31T23:00:00Z")), day("1969-12-31"));
}

}  // namespace
}  // namespace subd::market
