#include "market/holidays.hpp"

#include <algorithm>
#include <array>

#include "market/zone_offsets.hpp"

namespace subd::market {
namespace {

using std::chrono::August;
using std::chrono::days;
using std::chrono::December;
using std::chrono::hours;
using std::chrono::January;
using std::chrono::July;
using std::chrono::June;
using std::chrono::last;
using std::chrono::local_days;
using std::chrono::May;
using std::chrono::minutes;
using std::chrono::Monday;
using std::chrono::November;
using std::chrono::October;
using std::chrono::Saturday;
using std::chrono::September;
using std::chrono::Sunday;
using std::chrono::Thursday;
using std::chrono::weekday;
using std::chrono::year;
using std::chrono::year_month_day;

/// Before and after every session of a trading day, wherever it starts.
constexpr minutes kStart = hours{-24};
constexpr minutes kEnd = hours{48};

DayLimits closed(TradingDay day) {
  return {day, minutes{0}, minutes{0}};
}

void add_indian(std::vector<DayLimits>& out, year y, bool with_may_day) {
  for (const TradingDay day : {local_days{y / January / 26}, local_days{y / August / 15}, local_days{y / October / 2},
                               local_days{y / December / 25}, easter(y) - days{2}}) {
    out.push_back(closed(day));
  }
  if (with_may_day) out.push_back(closed(local_days{y / May / 1}));
}

void add_commodities(std::vector<DayLimits>& out, year y) {
  constexpr minutes kMorningEnds = hours{17};
  constexpr minutes kSummerCloses = hours{23} + minutes{30};
  static const ZoneOffsets new_york{"America/New_York"};
  const auto winter = new_york.utc_of(LocalTime{local_days{y / January / 1}});
  const auto standard = new_york.at(winter).offset;
  add_indian(out, y, false);
  const TradingDay may_day{local_days{y / May / 1}};
  for (TradingDay day{local_days{y / January / 1}}; day < local_days{(y + std::chrono::years{1}) / January / 1};
       day += days{1}) {
    const bool is_holiday = std::any_of(out.begin(), out.end(), [day](const DayLimits& d) { return d.day == day; });
    if (is_holiday) continue;
    const bool is_summer = new_york.at(new_york.utc_of(LocalTime{day} + hours{12})).offset != standard;
    const minutes from = day == may_day ? kMorningEnds : kStart;
    if (is_summer || day == may_day) out.push_back({day, from, is_summer ? kSummerCloses : kEnd});
  }
}

TradingDay weekend_moved(TradingDay day) {
  const weekday on{day};
  return on == Saturday ? day - days{1} : on == Sunday ? day + days{1} : day;
}

/// Mourning, attack and storm.
constexpr std::array<year_month_day, 10> kClosings{{{year{2001} / September / 11},
                                                    {year{2001} / September / 12},
                                                    {year{2001} / September / 13},
                                                    {year{2001} / September / 14},
                                                    {year{2004} / June / 11},
                                                    {year{2007} / January / 2},
                                                    {year{2012} / October / 29},
                                                    {year{2012} / October / 30},
                                                    {year{2018} / December / 5},
                                                    {year{2025} / January / 9}}};

void add_new_york(std::vector<DayLimits>& out, year y) {
  constexpr minutes kEarlyClose = hours{13};
  const TradingDay independence{local_days{y / July / 4}};
  const TradingDay christmas{local_days{y / December / 25}};
  const TradingDay thanksgiving{local_days{y / November / Thursday[4]}};
  const TradingDay new_year{local_days{y / January / 1}};
  // New Year on a Saturday is not made up for: the Friday ends the business year.
  if (weekday{new_year} != Saturday) out.push_back(closed(weekend_moved(new_year)));
  if (y >= year{1998}) out.push_back(closed(local_days{y / January / Monday[3]}));
  if (y >= year{2022}) out.push_back(closed(weekend_moved(local_days{y / June / 19})));
  for (const TradingDay day :
       {TradingDay{local_days{y / std::chrono::February / Monday[3]}}, easter(y) - days{2},
        TradingDay{local_days{y / May / Monday[last]}}, weekend_moved(independence),
        TradingDay{local_days{y / September / Monday[1]}}, thanksgiving, weekend_moved(christmas)}) {
    out.push_back(closed(day));
  }
  for (const year_month_day& day : kClosings) {
    if (day.year() == y) out.push_back(closed(local_days{day}));
  }
  out.push_back({thanksgiving + days{1}, kStart, kEarlyClose});
  for (const TradingDay holiday : {independence, christmas}) {
    const weekday on{holiday};
    const bool follows_a_trading_day = on != Monday && on != Saturday && on != Sunday;
    if (follows_a_trading_day) out.push_back({holiday - days{1}, kStart, kEarlyClose});
  }
}

}  // namespace

TradingDay easter(year y) noexcept {
  // Meeus, Jones and Butcher, for every year of the Gregorian calendar.
  const int number = static_cast<int>(y);
  const int a = number % 19;
  const int b = number / 100;
  const int c = number % 100;
  const int h = (19 * a + b - b / 4 - (b - (b + 8) / 25 + 1) / 3 + 15) % 30;
  const int l = (32 + 2 * (b % 4) + 2 * (c / 4) - h - c % 4) % 7;
  const int m = (a + 11 * h + 22 * l) / 451;
  const int month = (h + l - 7 * m + 114) / 31;
  const int day = (h + l - 7 * m + 114) % 31 + 1;
  return local_days{y / month / day};
}

std::vector<DayLimits> observed(Observance observance, year y) {
  std::vector<DayLimits> out;
  switch (observance) {
    case Observance::None:
      break;
    case Observance::India:
      add_indian(out, y, true);
      break;
    case Observance::IndiaCommodities:
      add_commodities(out, y);
      break;
    case Observance::NewYork:
      add_new_york(out, y);
      break;
  }
  return out;
}

}  // namespace subd::market
