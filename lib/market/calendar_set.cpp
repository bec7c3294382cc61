#include "market/calendar_set.hpp"

namespace subd::market {

CalendarSet::CalendarSet(std::span<const CalendarRules> exchanges) {
  for (const CalendarRules& rules : exchanges) calendars_.try_emplace(rules.exchange, rules);
}

const TradingCalendar* CalendarSet::find(std::string_view exchange) const noexcept {
  if (const auto it = calendars_.find(exchange); it != calendars_.end()) return &it->second;
  return exchange == always_open().exchange() ? &always_open() : nullptr;
}

const TradingCalendar& CalendarSet::of(std::string_view exchange) const noexcept {
  const TradingCalendar* calendar = find(exchange);
  return calendar != nullptr ? *calendar : always_open();
}

const TradingCalendar& always_open() {
  static const TradingCalendar calendar{always_open_rules()};
  return calendar;
}

const CalendarSet& builtin_calendars() {
  static const CalendarSet set{builtin_exchanges()};
  return set;
}

}  // namespace subd::market
