#include "market/calendar_rules.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "market/zone_offsets.hpp"

namespace subd::market {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

constexpr minutes kDay = hours{24};

CalendarRules builtin(std::string exchange, std::string time_zone, SessionHours session, Observance observes) {
  CalendarRules rules;
  rules.exchange = std::move(exchange);
  rules.time_zone = std::move(time_zone);
  rules.sessions = {session};
  rules.observes = observes;
  return rules;
}

}  // namespace

std::string_view observance_name(Observance observance) noexcept {
  switch (observance) {
    case Observance::None:
      break;
    case Observance::India:
      return "india";
    case Observance::IndiaCommodities:
      return "mcx";
    case Observance::NewYork:
      return "new-york";
  }
  return "none";
}

std::optional<RulesProblem> find_problem(const CalendarRules& rules) {
  if (!is_time_zone(rules.time_zone)) {
    return RulesProblem{"time_zone", {}, "must be the IANA name of a time zone, such as \"Asia/Kolkata\""};
  }
  if (rules.weekdays.none()) return RulesProblem{"days", {}, "must name a day"};
  if (rules.day_starts <= -kDay || rules.day_starts >= kDay) {
    return RulesProblem{"day_starts", {}, "must be less than a day from the midnight of the trading day"};
  }
  const auto is_window = [](std::chrono::milliseconds window) {
    return window.count() >= 0 && window <= CalendarRules::kLongestWindow;
  };
  if (!is_window(rules.pre_open)) return RulesProblem{"pre_open", {}, "must be 0s to 12h"};
  if (!is_window(rules.post_close)) return RulesProblem{"post_close", {}, "must be 0s to 12h"};
  if (rules.sessions.empty()) return RulesProblem{"sessions", {}, "must name a session"};
  if (auto plan = plan_day(rules.sessions, rules.day_starts); !plan) {
    return RulesProblem{"sessions", {}, plan.error()};
  }
  std::vector<DayPlan> different;
  for (const auto& [day, sessions] : rules.special_days) {
    auto plan = plan_day(sessions, rules.day_starts);
    if (!plan) return RulesProblem{"special_days", day, plan.error()};
    if (std::find(different.begin(), different.end(), *plan) == different.end()) different.push_back(*plan);
  }
  if (different.size() > CalendarRules::kMaxSpecialPlans) {
    return RulesProblem{
        "special_days", {}, fmt::format("must have at most {} different hours", CalendarRules::kMaxSpecialPlans)};
  }
  return std::nullopt;
}

CalendarRules always_open_rules() {
  CalendarRules rules = builtin("24x7", "UTC", {minutes{0}, kDay}, Observance::None);
  rules.weekdays.set();
  return rules;
}

std::vector<CalendarRules> builtin_exchanges() {
  constexpr SessionHours kIndia{hours{9} + minutes{15}, hours{15} + minutes{30}};
  constexpr SessionHours kCurrencies{hours{9}, hours{17}};
  constexpr SessionHours kCommodities{hours{9}, hours{23} + minutes{55}};
  constexpr SessionHours kNewYork{hours{9} + minutes{30}, hours{16}};
  return {builtin("BFO", "Asia/Kolkata", kIndia, Observance::India),
          builtin("BSE", "Asia/Kolkata", kIndia, Observance::India),
          builtin("CDS", "Asia/Kolkata", kCurrencies, Observance::India),
          builtin("MCX", "Asia/Kolkata", kCommodities, Observance::IndiaCommodities),
          builtin("NASDAQ", "America/New_York", kNewYork, Observance::NewYork),
          builtin("NFO", "Asia/Kolkata", kIndia, Observance::India),
          builtin("NSE", "Asia/Kolkata", kIndia, Observance::India),
          builtin("NYSE", "America/New_York", kNewYork, Observance::NewYork)};
}

}  // namespace subd::market
