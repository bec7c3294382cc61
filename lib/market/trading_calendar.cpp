#include "market/trading_calendar.hpp"

#include <algorithm>
#include <utility>

namespace subd::market {
namespace {

using base::UtcTime;
using std::chrono::days;
using std::chrono::local_days;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::year;

constexpr year kFirstYear{1970};
constexpr year kLastYear{2099};
constexpr TradingDay kFirstDay{local_days{kFirstYear / 1 / 1}};
constexpr TradingDay kLastDay{local_days{kLastYear / 12 / 31}};
/// Looking for the next session ends here.
constexpr days kLongestClosure{366};

LocalTime local_time(UtcTime time, const ZoneOffsets::Stretch& stretch) noexcept {
  return LocalTime{(time + stretch.offset).time_since_epoch()};
}

bool is_in_table(TradingDay day) noexcept {
  return day >= kFirstDay && day <= kLastDay;
}

}  // namespace

TradingCalendar::TradingCalendar(CalendarRules rules) : rules_{std::move(rules)}, zone_{rules_.time_zone} {
  make_table();
}

std::uint8_t TradingCalendar::number_of(const DayPlan& plan) {
  const auto found = std::find(plans_.begin(), plans_.end(), plan);
  const auto number = static_cast<std::uint8_t>(found - plans_.begin());
  if (found == plans_.end()) plans_.push_back(plan);
  return number;
}

void TradingCalendar::make_table() {
  const auto planned = [this](const std::vector<SessionHours>& hours) {
    const auto plan = plan_day(hours, rules_.day_starts);
    return plan ? *plan : DayPlan{};
  };
  plans_.push_back({});
  const DayPlan usual = planned(rules_.sessions);
  for (std::size_t i = 0; i < weekly_.size(); ++i) weekly_[i] = rules_.weekdays[i] ? number_of(usual) : std::uint8_t{0};

  std::vector<std::uint8_t> daily(static_cast<std::size_t>((kLastDay - kFirstDay).count() + 1));
  const auto at = [&daily](TradingDay day) -> std::uint8_t& {
    return daily[static_cast<std::size_t>((day - kFirstDay).count())];
  };
  for (TradingDay day = kFirstDay; day <= kLastDay; day += days{1}) {
    at(day) = weekly_[std::chrono::weekday{day}.c_encoding()];
  }
  for (year y = kFirstYear; y <= kLastYear; ++y) {
    for (const DayLimits& limits : observed(rules_.observes, y)) {
      if (is_in_table(limits.day) && at(limits.day) != 0) {
        at(limits.day) = number_of(clipped(usual, limits.from, limits.until));
      }
    }
  }
  for (const auto& [day, hours] : rules_.special_days) {
    if (is_in_table(day)) at(day) = number_of(planned(hours));
  }
  daily_ = std::move(daily);
}

const DayPlan& TradingCalendar::plan_of(TradingDay day) const noexcept {
  if (!is_in_table(day)) return plans_[weekly_[std::chrono::weekday{day}.c_encoding()]];
  return plans_[daily_[static_cast<std::size_t>((day - kFirstDay).count())]];
}

TradingDay TradingCalendar::day_at(UtcTime time) const noexcept {
  return std::chrono::floor<days>(local_time(time, zone_.at(time)) - rules_.day_starts);
}

std::optional<BarSpan> TradingCalendar::bar_at(UtcTime time, Timeframe timeframe) const noexcept {
  const ZoneOffsets::Stretch& near = zone_.at(time);
  const TradingDay day = std::chrono::floor<days>(local_time(time, near) - rules_.day_starts);
  const std::span<const DayPlan::Session> sessions = plan_of(day).all();
  if (sessions.empty()) return std::nullopt;

  const UtcTime first_open = instant(day, sessions.front().open, near);
  if (first_open - time > rules_.pre_open) return std::nullopt;
  UtcTime counted = std::max(time, first_open);  // when the print counts as made
  UtcTime open = first_open;
  UtcTime close = instant(day, sessions.front().close, near);
  std::size_t number = 0;
  while (counted >= close && number + 1 < sessions.size()) {
    ++number;
    open = instant(day, sessions[number].open, near);
    close = instant(day, sessions[number].close, near);
    if (counted < open) return std::nullopt;
  }
  if (counted >= close) {
    // A session in the hour that the clock skips has no length.
    if (counted - close >= rules_.post_close || close <= open) return std::nullopt;
    counted = close - milliseconds{1};
  }

  const bool is_last_session = number + 1 == sessions.size();
  BarSpan span{.start = first_open, .end = close, .trading_day = day};
  if (timeframe == Timeframe::Day1) {
    if (!is_last_session) span.end = instant(day, sessions.back().close, near);
    span.has_pause = sessions.size() > 1;
  } else {
    const milliseconds length = timeframe_length(timeframe);
    span.start = open + (counted - open) / length * length;
    span.end = std::min(span.start + length, close);
  }
  span.until = span.end;
  if (rules_.post_close.count() > 0 && (timeframe == Timeframe::Day1 || (is_last_session && span.end == close))) {
    const UtcTime next_day = instant(day, rules_.day_starts + days{1}, near);
    span.until = std::max(span.end, std::min(span.end + rules_.post_close, next_day));
  }
  return span;
}

std::optional<BarSpan> TradingCalendar::next_bar(const BarSpan& bar, Timeframe timeframe) const noexcept {
  if (timeframe != Timeframe::Day1) {
    const ZoneOffsets::Stretch& near = zone_.at(bar.start);
    for (const DayPlan::Session& session : plan_of(bar.trading_day).all()) {
      if (bar.end >= instant(bar.trading_day, session.close, near)) continue;
      return bar_at(std::max(bar.end, instant(bar.trading_day, session.open, near)), timeframe);
    }
  }
  const auto next = day_after(bar.trading_day);
  return next ? bar_at(session_of(*next)->open, timeframe) : std::nullopt;
}

std::optional<TradingDay> TradingCalendar::day_after(TradingDay day) const noexcept {
  for (TradingDay next = day + days{1}; next <= day + kLongestClosure; next += days{1}) {
    if (is_trading_day(next)) return next;
  }
  return std::nullopt;
}

std::int64_t TradingCalendar::trading_days(TradingDay first, TradingDay last) const noexcept {
  std::int64_t count = 0;
  for (TradingDay day = first + days{1}; day <= last; day += days{1}) count += is_trading_day(day) ? 1 : 0;
  return count;
}

std::optional<SessionSpan> TradingCalendar::session_of(TradingDay day) const noexcept {
  const std::span<const DayPlan::Session> sessions = plan_of(day).all();
  if (sessions.empty()) return std::nullopt;
  return SessionSpan{zone_.utc_of(LocalTime{day} + sessions.front().open),
                     zone_.utc_of(LocalTime{day} + sessions.back().close)};
}

std::vector<SessionSpan> TradingCalendar::sessions(TradingDay day) const {
  std::vector<SessionSpan> out;
  for (const DayPlan::Session& session : plan_of(day).all()) {
    out.push_back({zone_.utc_of(LocalTime{day} + session.open), zone_.utc_of(LocalTime{day} + session.close)});
  }
  return out;
}

std::optional<UtcTime> TradingCalendar::next_open(UtcTime time) const noexcept {
  const TradingDay today = day_at(time);
  const ZoneOffsets::Stretch& near = zone_.at(time);
  for (const DayPlan::Session& session : plan_of(today).all()) {
    if (const UtcTime open = instant(today, session.open, near); open >= time) return open;
  }
  const auto next = day_after(today);
  return next ? std::optional{session_of(*next)->open} : std::nullopt;
}

minutes TradingCalendar::offset_at(UtcTime time) const noexcept {
  return std::chrono::floor<minutes>(zone_.at(time).offset);
}

UtcTime TradingCalendar::days_after(UtcTime time, days count) const noexcept {
  const ZoneOffsets::Stretch& near = zone_.at(time);
  return zone_.utc_of(local_time(time, near) + count, near);
}

}  // namespace subd::market
