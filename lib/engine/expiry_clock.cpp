#include "engine/expiry_clock.hpp"

#include <algorithm>
#include <chrono>

#include "market/calendar_set.hpp"

namespace subd::engine {
namespace {

constexpr double kDayMs = 86'400'000.0;
constexpr double kDaysOfYear = 365;
constexpr double kTradingDaysOfYear = 252;

double milliseconds_between(base::UtcTime from, base::UtcTime to) noexcept {
  return static_cast<double>((to - from).count());
}

}  // namespace

double ExpiryClock::days_ahead(const OptionChain& chain, market::TradingDay today) {
  const auto [it, is_new] = ahead_.try_emplace(&chain);
  DaysAhead& ahead = it->second;
  if (!is_new && ahead.today == today) return ahead.count;
  const market::TradingDay last{std::chrono::sys_days{chain.expiry}.time_since_epoch()};
  ahead = {today, static_cast<double>(chain.calendar->trading_days(today, last))};
  return ahead.count;
}

double ExpiryClock::years_left(const OptionChain& chain, base::UtcTime now) {
  const bool never_closes = chain.calendar == &market::always_open();
  if (day_count_ == DayCount::Calendar365 || never_closes || now >= chain.expires) {
    return milliseconds_between(now, chain.expires) / kDayMs / kDaysOfYear;
  }
  const market::TradingDay today = chain.calendar->day_at(now);
  double left = days_ahead(chain, today);
  if (const auto session = chain.calendar->session_of(today)) {
    const base::UtcTime end = std::min(session->close, chain.expires);
    left += std::clamp(milliseconds_between(now, end) / milliseconds_between(session->open, end), 0.0, 1.0);
  }
  return left / kTradingDaysOfYear;
}

}  // namespace subd::engine
