#include "market/holidays.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "market/calendar_text.hpp"

namespace subd::market {
namespace {

using std::chrono::days;
using std::chrono::year;
using test::builtin;
using test::day;

/// Weekdays of a year without trading, as `01-01 01-15`.
std::string holidays(const TradingCalendar& calendar, const std::string& year) {
  std::string out;
  for (TradingDay d = day(year + "-01-01"); d <= day(year + "-12-31"); d += days{1}) {
    const std::chrono::weekday on{d};
    if (on == std::chrono::Saturday || on == std::chrono::Sunday || calendar.is_trading_day(d)) continue;
    out += (out.empty() ? "" : " ") + test::text(d).substr(5);
  }
  return out;
}

/// Days of a year whose session is shorter than the usual `length`.
std::string short_days(const TradingCalendar& calendar, const std::string& year, std::chrono::minutes length) {
  std::string out;
  for (TradingDay d = day(year + "-01-01"); d <= day(year + "-12-31"); d += days{1}) {
    const auto session = calendar.session_of(d);
    if (session && session->close - session->open < length) out += (out.empty() ? "" : " ") + test::text(d).substr(5);
  }
  return out;
}

TEST(Easter, FallsOnItsKnownDates) {
  const std::vector<std::string> known{"2000-04-23", "2008-03-23", "2011-04-24", "2019-04-21", "2024-03-31",
                                       "2025-04-20", "2026-04-05", "2038-04-25", "2049-04-18", "2076-04-19"};
  for (const std::string& date : known) {
    EXPECT_EQ(test::text(easter(year{std::stoi(date.substr(0, 4))})), date);
  }
}

// As the exchange published them.
TEST(NewYorkHolidays, AreThoseThatTheExchangePublished) {
  const TradingCalendar& nyse = builtin("NYSE");
  EXPECT_EQ(holidays(nyse, "2018"), "01-01 01-15 02-19 03-30 05-28 07-04 09-03 11-22 12-05 12-25");
  EXPECT_EQ(holidays(nyse, "2020"), "01-01 01-20 02-17 04-10 05-25 07-03 09-07 11-26 12-25");
  EXPECT_EQ(holidays(nyse, "2021"), "01-01 01-18 02-15 04-02 05-31 07-05 09-06 11-25 12-24");
  EXPECT_EQ(holidays(nyse, "2022"), "01-17 02-21 04-15 05-30 06-20 07-04 09-05 11-24 12-26");
  EXPECT_EQ(holidays(nyse, "2023"), "01-02 01-16 02-20 04-07 05-29 06-19 07-04 09-04 11-23 12-25");
  EXPECT_EQ(holidays(nyse, "2024"), "01-01 01-15 02-19 03-29 05-27 06-19 07-04 09-02 11-28 12-25");
  EXPECT_EQ(holidays(nyse, "2025"), "01-01 01-09 01-20 02-17 04-18 05-26 06-19 07-04 09-01 11-27 12-25");
  EXPECT_EQ(holidays(nyse, "2026"), "01-01 01-19 02-16 04-03 05-25 06-19 07-03 09-07 11-26 12-25");
}

TEST(NewYorkHolidays, ShortDaysAreThoseThatTheExchangePublished) {
  const TradingCalendar& nasdaq = builtin("NASDAQ");
  constexpr std::chrono::minutes kUsual{390};
  EXPECT_EQ(short_days(nasdaq, "2018", kUsual), "07-03 11-23 12-24");
  EXPECT_EQ(short_days(nasdaq, "2020", kUsual), "11-27 12-24");
  EXPECT_EQ(short_days(nasdaq, "2021", kUsual), "11-26");
  EXPECT_EQ(short_days(nasdaq, "2022", kUsual), "11-25");
  EXPECT_EQ(short_days(nasdaq, "2023", kUsual), "07-03 11-24");
  EXPECT_EQ(short_days(nasdaq, "2024", kUsual), "07-03 11-29 12-24");
  EXPECT_EQ(short_days(nasdaq, "2025", kUsual), "07-03 11-28 12-24");
  EXPECT_EQ(short_days(nasdaq, "2026", kUsual), "11-27 12-24");
  EXPECT_EQ(test::text(nasdaq.session_of(day("2024-11-29"))), "2024-11-29 14:30/2024-11-29 18:00");
}

TEST(IndianHolidays, AreTheOnesWithARule) {
  for (const char* exchange : {"NSE", "NFO", "BSE", "BFO", "CDS"}) {
    EXPECT_EQ(holidays(builtin(exchange), "2024"), "01-26 03-29 05-01 08-15 10-02 12-25") << exchange;
    EXPECT_EQ(holidays(builtin(exchange), "2025"), "04-18 05-01 08-15 10-02 12-25") << exchange;
  }
}

TEST(CommodityHolidays, MayDayHasAnEvening) {
  const TradingCalendar& mcx = builtin("MCX");
  EXPECT_EQ(holidays(mcx, "2024"), "01-26 03-29 08-15 10-02 12-25");
  EXPECT_EQ(test::text(mcx.session_of(day("2024-05-01"))), "2024-05-01 11:30/2024-05-01 18:00");
}

TEST(CommodityHours, FollowTheClockOfNewYorkFromTheMondayOn) {
  const TradingCalendar& mcx = builtin("MCX");
  EXPECT_EQ(test::text(mcx.session_of(day("2024-03-08"))), "2024-03-08 03:30/2024-03-08 18:25");
  EXPECT_EQ(test::text(mcx.session_of(day("2024-03-11"))), "2024-03-11 03:30/2024-03-11 18:00");
  EXPECT_EQ(test::text(mcx.session_of(day("2024-11-01"))), "2024-11-01 03:30/2024-11-01 18:00");
  EXPECT_EQ(test::text(mcx.session_of(day("2024-11-04"))), "2024-11-04 03:30/2024-11-04 18:25");
}

TEST(Holidays, NoDayIsListedTwice) {
  for (const Observance observance : {Observance::India, Observance::IndiaCommodities, Observance::NewYork}) {
    for (year y{1990}; y <= year{2099}; ++y) {
      std::vector<TradingDay> seen;
      for (const DayLimits& limits : observed(observance, y)) seen.push_back(limits.day);
      std::sort(seen.begin(), seen.end());
      EXPECT_EQ(std::adjacent_find(seen.begin(), seen.end()), seen.end()) << static_cast<int>(y);
    }
  }
}

}  // namespace
}  // namespace subd::market
