#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "market/calendar_text.hpp"

namespace subd::market {
namespace {

using test::at;
using test::builtin;
using test::day;
using test::hours;
using test::text;

std::string next_open(const TradingCalendar& calendar, std::string_view time) {
  const auto open = calendar.next_open(at(time));
  return open ? text(*open) : "none";
}

TEST(NextOpen, IsTheSameDayUntilTheOpen) {
  EXPECT_EQ(next_open(builtin("NSE"), "2024-07-01T03:00:00Z"), "2024-07-01 03:45");
  EXPECT_EQ(next_open(builtin("NSE"), "2024-07-01T03:45:00Z"), "2024-07-01 03:45");
  EXPECT_EQ(next_open(builtin("NSE"), "2024-07-01T03:45:00.001Z"), "2024-07-02 03:45");
}

TEST(NextOpen, IsAfterWeekendsAndHolidays) {
  EXPECT_EQ(next_open(builtin("NSE"), "2024-03-28T12:00:00Z"), "2024-04-01 03:45");   // Good Friday
  EXPECT_EQ(next_open(builtin("NYSE"), "2024-03-08T22:00:00Z"), "2024-03-11 13:30");  // the clock is moved on Sunday
  EXPECT_EQ(next_open(builtin("NYSE"), "2024-11-01T22:00:00Z"), "2024-11-04 14:30");
}

TEST(NextOpen, IsAfterThePause) {
  const TradingCalendar tokyo{test::rules("Asia/Tokyo", {hours(900, 1130), hours(1230, 1500)})};
  EXPECT_EQ(next_open(tokyo, "2024-07-01T01:00:00Z"), "2024-07-01 03:30");
  EXPECT_EQ(next_open(always_open(), "2024-07-01T01:00:00Z"), "2024-07-02 00:00");
}

TEST(NextOpen, IsNoneWhereNothingIsTradedForAYear) {
  CalendarRules rules = test::rules("UTC", {hours(900, 1700)});
  for (TradingDay d = day("2024-01-01"); d <= day("2025-12-31"); d += std::chrono::days{1}) rules.special_days[d];
  const TradingCalendar calendar{rules};
  EXPECT_EQ(next_open(calendar, "2024-01-01"), "none");
  EXPECT_EQ(next_open(calendar, "2025-06-01"), "2026-01-01 09:00");
}

TEST(TradingDays, AreCountedWithTheLastAndWithoutTheFirst) {
  const TradingCalendar& nyse = builtin("NYSE");
  EXPECT_EQ(nyse.trading_days(day("2024-07-01"), day("2024-07-01")), 0);
  EXPECT_EQ(nyse.trading_days(day("2024-07-01"), day("2024-07-02")), 1);
  EXPECT_EQ(nyse.trading_days(day("2024-07-03"), day("2024-07-05")), 1);
  EXPECT_EQ(nyse.trading_days(day("2024-07-05"), day("2024-07-01")), 0);
  EXPECT_EQ(nyse.trading_days(day("2023-12-31"), day("2024-12-31")), 252);
  EXPECT_EQ(nyse.trading_days(day("2022-12-31"), day("2023-12-31")), 250);
}

TEST(TradingDays, SpecialDaysCount) {
  CalendarRules rules = test::rules("Asia/Kolkata", {hours(915, 1530)});
  rules.special_days[day("2025-02-01")] = {hours(915, 1530)};  // a Saturday
  rules.special_days[day("2025-02-26")];
  const TradingCalendar calendar{rules};
  EXPECT_TRUE(calendar.is_trading_day(day("2025-02-01")));
  EXPECT_FALSE(calendar.is_trading_day(day("2025-02-26")));
  EXPECT_EQ(calendar.trading_days(day("2025-01-31"), day("2025-02-28")), 20);
}

/// Every bar from `first` to `last` is the next one of the bar before, and no other bar lies between.
void expect_chain(const TradingCalendar& calendar, Timeframe timeframe, base::UtcTime first, base::UtcTime last) {
  std::vector<BarSpan> walked;
  for (base::UtcTime time = first; time < last; time += std::chrono::minutes{1}) {
    const auto span = calendar.bar_at(time, timeframe);
    if (!span || (!walked.empty() && walked.back().start == span->start)) continue;
    if (!walked.empty()) {
      const auto next = calendar.next_bar(walked.back(), timeframe);
      ASSERT_TRUE(next.has_value());
      ASSERT_EQ(text(next), text(span)) << "after " << text(walked.back().start);
      ASSERT_EQ(next->trading_day, span->trading_day);
    }
    walked.push_back(*span);
  }
  EXPECT_GT(walked.size(), 2U);
}

TEST(NextBar, FollowsOverNightsPausesHolidaysAndMovedClocks) {
  const TradingCalendar tokyo{test::rules("Asia/Tokyo", {hours(900, 1130), hours(1230, 1500)})};
  CalendarRules globex = test::rules("America/Chicago", {hours(1700, 1600)});
  globex.day_starts = std::chrono::hours{-7};
  globex.observes = Observance::NewYork;
  const TradingCalendar chicago{globex};
  for (const Timeframe timeframe : {Timeframe::Min5, Timeframe::Min60, Timeframe::Day1}) {
    expect_chain(builtin("NSE"), timeframe, at("2024-03-26"), at("2024-04-03"));
    expect_chain(builtin("NYSE"), timeframe, at("2024-10-31"), at("2024-11-07"));
    expect_chain(builtin("MCX"), timeframe, at("2024-04-29"), at("2024-05-03"));
    expect_chain(tokyo, timeframe, at("2024-07-04"), at("2024-07-09"));
    expect_chain(chicago, timeframe, at("2024-03-07"), at("2024-03-13"));
    expect_chain(chicago, timeframe, at("2024-11-27"), at("2024-12-03"));
    expect_chain(always_open(), timeframe, at("2024-02-28"), at("2024-03-02"));
  }
}

}  // namespace
}  // namespace subd::market
