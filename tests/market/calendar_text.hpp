#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/time_text.hpp"
#include "market/calendar_set.hpp"

/// Times and spans as text, so that a test says what a person would.
namespace subd::market::test {

inline base::UtcTime at(std::string_view text) {
  return base::parse_time(text).value();
}

inline TradingDay day(std::string_view text) {
  return TradingDay{std::chrono::floor<std::chrono::days>(at(text)).time_since_epoch()};
}

/// `2024-07-01`
inline std::string text(TradingDay day) {
  return base::time_text(base::UtcTime{std::chrono::sys_days{day.time_since_epoch()}}).substr(0, 10);
}

/// `2024-07-01 03:45`, in UTC.
inline std::string text(base::UtcTime time) {
  std::string out = base::time_text(time).substr(0, 16);
  out[10] = ' ';
  return out;
}

inline std::string text(const std::optional<SessionSpan>& span) {
  return span ? text(span->open) + "/" + text(span->close) : "none";
}

inline std::string text(const std::optional<BarSpan>& span) {
  return span ? text(span->start) + "/" + text(span->end) : "none";
}

/// The bar of a print, in UTC.
inline std::string bar(const TradingCalendar& calendar, std::string_view time, Timeframe timeframe) {
  return text(calendar.bar_at(at(time), timeframe));
}

inline const TradingCalendar& builtin(std::string_view exchange) {
  return builtin_calendars().of(exchange);
}

inline SessionHours hours(int open, int close) {
  const auto minutes = [](int clock) { return std::chrono::minutes{clock / 100 * 60 + clock % 100}; };
  return {minutes(open), minutes(close)};
}

/// Monday to Friday, without holidays.
inline CalendarRules rules(std::string time_zone, std::vector<SessionHours> sessions) {
  CalendarRules out;
  out.exchange = "TEST";
  out.time_zone = std::move(time_zone);
  out.sessions = std::move(sessions);
  return out;
}

}  // namespace subd::market::test
