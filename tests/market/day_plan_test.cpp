#include "market/day_plan.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "market/calendar_rules.hpp"
#include "market/calendar_text.hpp"

namespace subd::market {
namespace {

using std::chrono::minutes;
using test::hours;

/// `540-1020 1080-1500`: the sessions in minutes since midnight, or what is wrong.
std::string planned(const std::vector<SessionHours>& sessions, minutes day_starts = minutes{0}) {
  const auto plan = plan_day(sessions, day_starts);
  if (!plan) return plan.error();
  std::string out;
  for (const DayPlan::Session& session : plan->all()) {
    out +=
        (out.empty() ? "" : " ") + std::to_string(session.open.count()) + "-" + std::to_string(session.close.count());
  }
  return out;
}

TEST(DayPlan, SessionsCountFromTheMidnightOfTheTradingDay) {
  EXPECT_EQ(planned({hours(900, 1700)}), "540-1020");
  EXPECT_EQ(planned({hours(930, 1200), hours(1300, 1600)}), "570-720 780-960");
  EXPECT_EQ(planned({hours(930, 1200), hours(1200, 1600)}), "570-720 720-960");
  EXPECT_EQ(planned({hours(0, 2400)}), "0-1440");
  EXPECT_EQ(planned({}), "");
}

TEST(DayPlan, SessionsMayCrossMidnightWhereTheTradingDayDoes) {
  EXPECT_EQ(planned({hours(1700, 1600)}, minutes{17 * 60 - 1440}), "-420-960");
  EXPECT_EQ(planned({hours(1800, 200)}, minutes{6 * 60}), "1080-1560");
  EXPECT_EQ(planned({hours(900, 1130), hours(2100, 230)}, minutes{6 * 60}), "540-690 1260-1590");
}

TEST(DayPlan, SessionOverTheStartOfATradingDayIsRefused) {
  EXPECT_EQ(
      planned({hours(1800, 200)}),
      "must lie within a trading day, and 18:00-02:00 goes over 00:00, where the next one begins; see day_starts");
}

TEST(DayPlan, SessionsInDisorderAreRefused) {
  const std::string refusal = "must be in the order of the trading day and not overlap, and 09:00-12:00 is not";
  EXPECT_EQ(planned({hours(1300, 1600), hours(900, 1200)}), refusal);
  EXPECT_EQ(planned({hours(800, 1000), hours(900, 1200)}), refusal);
}

TEST(DayPlan, MoreSessionsThanFitAreRefused) {
  std::vector<SessionHours> sessions;
  for (int i = 0; i < 9; ++i) sessions.push_back(hours(i * 100, i * 100 + 30));
  EXPECT_EQ(planned(sessions), "must be at most 8 sessions");
  sessions.pop_back();
  EXPECT_EQ(plan_day(sessions, minutes{0})->count, 8);
}

TEST(CalendarRules, BuiltInOnesHaveNoProblemAndStandInOrder) {
  std::string last;
  for (const CalendarRules& rules : builtin_exchanges()) {
    EXPECT_FALSE(find_problem(rules).has_value()) << rules.exchange;
    EXPECT_LT(last, rules.exchange);
    last = rules.exchange;
  }
}

TEST(CalendarRules, ProblemNamesItsField) {
  const CalendarRules sound = test::rules("Asia/Tokyo", {hours(900, 1500)});
  EXPECT_FALSE(find_problem(sound).has_value());
  const auto field = [&](auto change) {
    CalendarRules rules = sound;
    change(rules);
    const auto problem = find_problem(rules);
    return problem ? std::string{problem->field} : "none";
  };
  EXPECT_EQ(field([](CalendarRules& r) { r.time_zone = "Asia/Tokio"; }), "time_zone");
  EXPECT_EQ(field([](CalendarRules& r) { r.time_zone = ""; }), "time_zone");
  EXPECT_EQ(field([](CalendarRules& r) { r.sessions.clear(); }), "sessions");
  EXPECT_EQ(field([](CalendarRules& r) { r.weekdays.reset(); }), "days");
  EXPECT_EQ(field([](CalendarRules& r) { r.day_starts = minutes{1440}; }), "day_starts");
  EXPECT_EQ(field([](CalendarRules& r) { r.day_starts = minutes{600}; }), "sessions");
  EXPECT_EQ(field([](CalendarRules& r) { r.pre_open = std::chrono::hours{13}; }), "pre_open");
  EXPECT_EQ(field([](CalendarRules& r) { r.post_close = minutes{-1}; }), "post_close");
  EXPECT_EQ(field([](CalendarRules& r) { r.special_days[test::day("2025-01-01")] = {hours(1800, 300)}; }),
            "special_days");
  EXPECT_EQ(field([](CalendarRules& r) {
              for (int i = 0; i <= 100; ++i) {
                r.special_days[test::day("2025-01-01") + std::chrono::days{i}] = {{minutes{i}, minutes{1000}}};
              }
            }),
            "special_days");
}

}  // namespace
}  // namespace subd::market
