#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>

#include "market/calendar_rules.hpp"
#include "market/trading_calendar.hpp"

namespace subd::market {

/// The calendars of all exchanges that are known. Built at start, before the threads that read it.
///
/// Threads: immutable after construction; safe to read from any. Calendars stay where they are as long as the set
/// lives.
class CalendarSet {
 public:
  /// REQUIRES: exchanges differ, none is `24x7` and find_problem() is silent on each. Throws std::runtime_error when
  /// the system has no zone database.
  explicit CalendarSet(std::span<const CalendarRules> exchanges);
  CalendarSet(const CalendarSet&) = delete;
  CalendarSet& operator=(const CalendarSet&) = delete;

  /// Null when the exchange is unknown. `24x7` is always_open().
  [[nodiscard]] const TradingCalendar* find(std::string_view exchange) const noexcept;

  /// The calendar of the exchange; always_open() when it is unknown.
  [[nodiscard]] const TradingCalendar& of(std::string_view exchange) const noexcept;

  /// By name, without 24x7.
  [[nodiscard]] const std::map<std::string, TradingCalendar, std::less<>>& all() const noexcept { return calendars_; }

 private:
  std::map<std::string, TradingCalendar, std::less<>> calendars_;
};

/// The calendar that never closes: bars at whole multiples since midnight UTC. Lives as long as the process.
[[nodiscard]] const TradingCalendar& always_open();

/// The set of builtin_exchanges(), as it is without configuration. Lives as long as the process.
[[nodiscard]] const CalendarSet& builtin_calendars();

}  // namespace subd::market
