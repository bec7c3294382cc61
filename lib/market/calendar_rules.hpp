#pragma once

#include <bitset>
#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "market/bar.hpp"
#include "market/day_plan.hpp"
#include "market/holidays.hpp"

namespace subd::market {

/// What a TradingCalendar is made of: when an exchange trades, as people write it down.
struct CalendarRules {
  /// Windows beyond this would reach into the middle of another trading day.
  static constexpr std::chrono::milliseconds kLongestWindow = std::chrono::hours{12};
  static constexpr std::size_t kMaxSpecialPlans = 100;

  std::string exchange;
  std::string time_zone;  ///< IANA
  std::vector<SessionHours> sessions;
  std::bitset<7> weekdays{0b0111110};  ///< of the trading day; 0 is Sunday
  /// When a trading day begins, from the midnight that begins its date: less than a day before or after.
  std::chrono::minutes day_starts{0};
  Observance observes = Observance::None;
  /// Sessions of dates that differ from everything above; without any it is a holiday.
  std::map<TradingDay, std::vector<SessionHours>> special_days;
  /// Prints so long before the first open count to the first bar; 0: they make no bar.
  std::chrono::milliseconds pre_open{0};
  /// Prints so long after the last close count to the last bar; 0: they make no bar.
  std::chrono::milliseconds post_close{0};

  friend bool operator==(const CalendarRules&, const CalendarRules&) = default;
};

/// What is wrong with rules: the member, for a special day with its date, and what is allowed.
struct RulesProblem {
  std::string_view field;
  std::optional<TradingDay> special_day;
  std::string message;
};

/// The first contradiction; nullopt when a calendar can be made of the rules. Looks into the zone database.
[[nodiscard]] std::optional<RulesProblem> find_problem(const CalendarRules& rules);

/// The exchange that never closes, in UTC.
[[nodiscard]] CalendarRules always_open_rules();

/// The exchanges that subd knows without being told, by name: BFO BSE CDS MCX NASDAQ NFO NSE NYSE.
[[nodiscard]] std::vector<CalendarRules> builtin_exchanges();

/// `none`, `india`, `mcx`, `new-york`
[[nodiscard]] std::string_view observance_name(Observance observance) noexcept;

}  // namespace subd::market
