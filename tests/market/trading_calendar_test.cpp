#include "market/trading_calendar.hpp"

#include <gtest/gtest.h>

#include <string>

#include "market/calendar_text.hpp"

namespace subd::market {
namespace {

using std::chrono::minutes;
using test::at;
using test::bar;
using test::builtin;
using test::day;
using test::hours;
using test::text;

const TradingCalendar& nse() {
  return builtin("NSE");
}

TEST(DailySession, OpensAtQuarterPastNineInIndia) {
  EXPECT_EQ(bar(nse(), "2024-07-01T09:14:59.999+05:30", Timeframe::Min1), "none");
  EXPECT_EQ(bar(nse(), "2024-07-01T09:15:00+05:30", Timeframe::Min1), "2024-07-01 03:45/2024-07-01 03:46");
  EXPECT_EQ(bar(nse(), "2024-01-01T09:15:59.999+05:30", Timeframe::Min1), "2024-01-01 03:45/2024-01-01 03:46");
}

TEST(DailySession, ClosesAtHalfPastThree) {
  EXPECT_EQ(nse().bar_at(at("2024-07-01T15:29:59.999+05:30"), Timeframe::S5)->start, at("2024-07-01T09:59:55Z"));
  EXPECT_EQ(bar(nse(), "2024-07-01T15:30:00+05:30", Timeframe::S5), "none");
}

TEST(DailySession, HoursStartWithTheSessionAndTheLastIsCut) {
  EXPECT_EQ(bar(nse(), "2024-07-01T10:14:00+05:30", Timeframe::Min60), "2024-07-01 03:45/2024-07-01 04:45");
  EXPECT_EQ(bar(nse(), "2024-07-01T10:15:00+05:30", Timeframe::Min60), "2024-07-01 04:45/2024-07-01 05:45");
  EXPECT_EQ(bar(nse(), "2024-07-01T15:20:00+05:30", Timeframe::Min60), "2024-07-01 09:45/2024-07-01 10:00");
}

TEST(DailySession, DayBarIsTheSession) {
  EXPECT_EQ(bar(nse(), "2024-07-01T12:00:00+05:30", Timeframe::Day1), "2024-07-01 03:45/2024-07-01 10:00");
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
  EXPECT_EQ(nse().offset_at(at("2024-07-01")), std::chrono::minutes{330});
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
  EXPECT_EQ(bar(always_open(), "2024-06-30T23:59:59.999Z", Timeframe::Min60), "2024-06-30 23:00/2024-07-01 00:00");
  EXPECT_EQ(always_open().bar_at(at("2024-06-30T10:07:31Z"), Timeframe::S15)->start, at("2024-06-30T10:07:30Z"));
  EXPECT_EQ(bar(always_open(), "2024-06-30T10:07:31Z", Timeframe::Day1), "2024-06-30 00:00/2024-07-01 00:00");
}

TEST(AlwaysOpen, DayIsThatOfUtc) {
  EXPECT_EQ(always_open().day_at(at("2024-06-30T23:59:59.999Z")), day("2024-06-30"));
  EXPECT_EQ(always_open().day_at(at("1969-12-31T23:00:00Z")), day("1969-12-31"));
}

TEST(ShortDay, LastBarsAreCutAtTheEarlyClose) {
  const TradingCalendar& nyse = builtin("NYSE");
  EXPECT_EQ(bar(nyse, "2024-11-29T12:45:00-05:00", Timeframe::Min60), "2024-11-29 17:30/2024-11-29 18:00");
  EXPECT_EQ(bar(nyse, "2024-11-29T12:59:00-05:00", Timeframe::Day1), "2024-11-29 14:30/2024-11-29 18:00");
  EXPECT_EQ(bar(nyse, "2024-11-29T13:00:00-05:00", Timeframe::Min1), "none");
  EXPECT_EQ(bar(nyse, "2024-11-28T12:00:00-05:00", Timeframe::Min1), "none");
}

TEST(MovedClock, SessionsOfNewYorkStartAtHalfPastNine) {
  const TradingCalendar& nyse = builtin("NYSE");
  EXPECT_EQ(bar(nyse, "2024-03-08T10:00:00-05:00", Timeframe::Min60), "2024-03-08 14:30/2024-03-08 15:30");
  EXPECT_EQ(bar(nyse, "2024-03-11T10:00:00-04:00", Timeframe::Min60), "2024-03-11 13:30/2024-03-11 14:30");
  EXPECT_EQ(bar(nyse, "2024-11-01T15:59:00-04:00", Timeframe::Min60), "2024-11-01 19:30/2024-11-01 20:00");
  EXPECT_EQ(bar(nyse, "2024-11-04T15:59:00-05:00", Timeframe::Day1), "2024-11-04 14:30/2024-11-04 21:00");
  EXPECT_EQ(nyse.offset_at(at("2024-03-11")), minutes{-240});
}

/// Bars of the whole trading day: how many, and that each begins where the one before ends.
int count_bars(const TradingCalendar& calendar, std::string_view date, Timeframe timeframe) {
  const SessionSpan session = calendar.session_of(day(date)).value();
  int count = 0;
  base::UtcTime time = session.open;
  for (; time < session.close; ++count) {
    const auto span = calendar.bar_at(time, timeframe);
    EXPECT_TRUE(span && span->start == time && span->trading_day == day(date)) << text(time);
    if (!span || span->end <= time) return -1;
    time = span->end;
  }
  EXPECT_EQ(time, session.close);
  return count;
}

TEST(MovedClock, DayOfAllHoursHasTwentyThreeOrTwentyFive) {
  CalendarRules rules = test::rules("America/New_York", {hours(0, 2400)});
  rules.weekdays.set();
  const TradingCalendar calendar{rules};
  EXPECT_EQ(text(calendar.session_of(day("2024-03-10"))), "2024-03-10 05:00/2024-03-11 04:00");
  EXPECT_EQ(text(calendar.session_of(day("2024-11-03"))), "2024-11-03 04:00/2024-11-04 05:00");
  EXPECT_EQ(count_bars(calendar, "2024-03-10", Timeframe::Min60), 23);
  EXPECT_EQ(count_bars(calendar, "2024-11-03", Timeframe::Min60), 25);
  EXPECT_EQ(count_bars(calendar, "2024-11-03", Timeframe::Day1), 1);
  EXPECT_EQ(count_bars(calendar, "2024-11-04", Timeframe::Min60), 24);
}

TEST(OverMidnight, EveningBelongsToTheNextTradingDay) {
  CalendarRules rules = test::rules("America/Chicago", {hours(1700, 1600)});
  rules.day_starts = minutes{-7 * 60};
  const TradingCalendar calendar{rules};
  const auto sunday = calendar.bar_at(at("2024-07-07T18:10:00-05:00"), Timeframe::Min60);
  ASSERT_TRUE(sunday.has_value());
  EXPECT_EQ(text(sunday), "2024-07-07 23:00/2024-07-08 00:00");
  EXPECT_EQ(sunday->trading_day, day("2024-07-08"));
  EXPECT_EQ(bar(calendar, "2024-07-08T03:00:00-05:00", Timeframe::Day1), "2024-07-07 22:00/2024-07-08 21:00");
  EXPECT_EQ(bar(calendar, "2024-07-08T16:30:00-05:00", Timeframe::Min1), "none");
  EXPECT_EQ(bar(calendar, "2024-07-05T17:30:00-05:00", Timeframe::Min1), "none");  // of Saturday
  EXPECT_EQ(calendar.day_at(at("2024-07-08T16:59:59-05:00")), day("2024-07-08"));
  EXPECT_EQ(calendar.day_at(at("2024-07-08T17:00:00-05:00")), day("2024-07-09"));
  EXPECT_EQ(count_bars(calendar, "2024-03-11", Timeframe::Min60), 23);  // the clock was moved before the open
}

TEST(OverMidnight, NightBelongsToTheTradingDayBefore) {
  CalendarRules rules = test::rules("Asia/Shanghai", {hours(900, 1130), hours(2100, 230)});
  rules.day_starts = minutes{6 * 60};
  const TradingCalendar calendar{rules};
  const auto night = calendar.bar_at(at("2024-07-06T01:10:00+08:00"), Timeframe::Min60);  // Saturday
  ASSERT_TRUE(night.has_value());
  EXPECT_EQ(night->trading_day, day("2024-07-05"));
  EXPECT_EQ(text(night), "2024-07-05 17:00/2024-07-05 18:00");
  EXPECT_EQ(bar(calendar, "2024-07-06T02:29:00+08:00", Timeframe::Min60), "2024-07-05 18:00/2024-07-05 18:30");
  EXPECT_EQ(bar(calendar, "2024-07-08T01:00:00+08:00", Timeframe::Min60), "none");  // of Sunday
}

TEST(Pause, BarsStartAnewAfterItAndTheDayBarSpansIt) {
  const TradingCalendar tokyo{test::rules("Asia/Tokyo", {hours(900, 1130), hours(1230, 1500)})};
  EXPECT_EQ(bar(tokyo, "2024-07-01T11:10:00+09:00", Timeframe::Min60), "2024-07-01 02:00/2024-07-01 02:30");
  EXPECT_EQ(bar(tokyo, "2024-07-01T11:30:00+09:00", Timeframe::Min60), "none");
  EXPECT_EQ(bar(tokyo, "2024-07-01T12:29:59+09:00", Timeframe::Day1), "none");
  EXPECT_EQ(bar(tokyo, "2024-07-01T12:30:00+09:00", Timeframe::Min60), "2024-07-01 03:30/2024-07-01 04:30");
  const auto whole = tokyo.bar_at(at("2024-07-01T09:00:00+09:00"), Timeframe::Day1);
  EXPECT_EQ(text(whole), "2024-07-01 00:00/2024-07-01 06:00");
  EXPECT_TRUE(whole->has_pause);
  EXPECT_FALSE(tokyo.bar_at(at("2024-07-01T09:00:00+09:00"), Timeframe::Min60)->has_pause);
  EXPECT_EQ(tokyo.sessions(day("2024-07-01")).size(), 2U);
}

TEST(SpecialDay, HasItsOwnSessions) {
  CalendarRules rules = nse().rules();
  rules.special_days[day("2024-11-01")] = {hours(1800, 1900)};                    // Muhurat trading
  rules.special_days[day("2024-05-18")] = {hours(915, 1000), hours(1130, 1230)};  // a Saturday
  rules.special_days[day("2024-10-02")] = {hours(915, 1530)};                     // over a holiday
  rules.special_days[day("2024-11-15")];                                          // a holiday
  const TradingCalendar calendar{rules};
  EXPECT_EQ(bar(calendar, "2024-11-01T12:00:00+05:30", Timeframe::Min60), "none");
  EXPECT_EQ(bar(calendar, "2024-11-01T18:30:00+05:30", Timeframe::Day1), "2024-11-01 12:30/2024-11-01 13:30");
  EXPECT_EQ(bar(calendar, "2024-05-18T11:45:00+05:30", Timeframe::Min60), "2024-05-18 06:00/2024-05-18 07:00");
  EXPECT_NE(bar(calendar, "2024-10-02T12:00:00+05:30", Timeframe::Min60), "none");
  EXPECT_EQ(bar(calendar, "2024-11-15T12:00:00+05:30", Timeframe::Min60), "none");
  EXPECT_NE(bar(calendar, "2024-11-14T12:00:00+05:30", Timeframe::Min60), "none");
}

TEST(Windows, PrintsNearTheSessionCountToItsFirstAndLastBar) {
  CalendarRules rules = nse().rules();
  rules.pre_open = minutes{15};
  rules.post_close = minutes{20};
  const TradingCalendar calendar{rules};
  EXPECT_EQ(bar(calendar, "2024-07-01T08:59:59+05:30", Timeframe::Min1), "none");
  EXPECT_EQ(bar(calendar, "2024-07-01T09:00:00+05:30", Timeframe::Min1), "2024-07-01 03:45/2024-07-01 03:46");
  EXPECT_EQ(bar(calendar, "2024-07-01T09:07:00+05:30", Timeframe::Day1), "2024-07-01 03:45/2024-07-01 10:00");
  EXPECT_EQ(bar(calendar, "2024-07-01T15:30:00+05:30", Timeframe::Min60), "2024-07-01 09:45/2024-07-01 10:00");
  EXPECT_EQ(bar(calendar, "2024-07-01T15:49:59.999+05:30", Timeframe::Min1), "2024-07-01 09:59/2024-07-01 10:00");
  EXPECT_EQ(bar(calendar, "2024-07-01T15:50:00+05:30", Timeframe::Min1), "none");
}

TEST(Windows, OnlyTheLastBarOfTheDayWaitsForThem) {
  CalendarRules rules = test::rules("Asia/Tokyo", {hours(900, 1130), hours(1230, 1500)});
  rules.post_close = minutes{20};
  const TradingCalendar tokyo{rules};
  const auto until = [&](std::string_view time, Timeframe timeframe) {
    return text(tokyo.bar_at(at(time), timeframe)->until);
  };
  EXPECT_EQ(until("2024-07-01T14:59:00+09:00", Timeframe::Min1), "2024-07-01 06:20");
  EXPECT_EQ(until("2024-07-01T14:58:00+09:00", Timeframe::Min1), "2024-07-01 05:59");
  EXPECT_EQ(until("2024-07-01T14:31:00+09:00", Timeframe::Min60), "2024-07-01 06:20");
  EXPECT_EQ(until("2024-07-01T11:29:00+09:00", Timeframe::Min1), "2024-07-01 02:30");
  EXPECT_EQ(until("2024-07-01T09:00:00+09:00", Timeframe::Day1), "2024-07-01 06:20");
  EXPECT_EQ(bar(tokyo, "2024-07-01T11:31:00+09:00", Timeframe::Min1), "none");
}

TEST(Windows, EndWithTheTradingDay) {
  CalendarRules rules = test::rules("America/Chicago", {hours(1700, 1600)});
  rules.day_starts = minutes{-7 * 60};
  rules.post_close = std::chrono::hours{12};
  const TradingCalendar calendar{rules};
  EXPECT_EQ(text(calendar.bar_at(at("2024-07-05T16:30:00-05:00"), Timeframe::Min1)->until), "2024-07-05 22:00");
  EXPECT_EQ(bar(calendar, "2024-07-05T17:00:00-05:00", Timeframe::Min1), "none");
}

TEST(TradingCalendar, DaysAfterKeepTheClock) {
  const TradingCalendar& nyse = builtin("NYSE");
  EXPECT_EQ(nyse.days_after(at("2024-03-08T09:30:00-05:00"), std::chrono::days{7}), at("2024-03-15T09:30:00-04:00"));
}

TEST(TradingCalendar, BeyondItsDatesEveryWeekIsAUsualOne) {
  EXPECT_EQ(bar(nse(), "2098-12-25T12:00:00+05:30", Timeframe::Day1), "none");
  EXPECT_EQ(bar(nse(), "2101-01-26T12:00:00+05:30", Timeframe::Day1), "2101-01-26 03:45/2101-01-26 10:00");
  EXPECT_EQ(bar(nse(), "1969-12-25T12:00:00+05:30", Timeframe::Day1), "1969-12-25 03:45/1969-12-25 10:00");
  EXPECT_EQ(bar(nse(), "2101-01-29T12:00:00+05:30", Timeframe::Day1), "none");
}

}  // namespace
}  // namespace subd::market
