#include "market/day_plan.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace subd::market {
namespace {

using std::chrono::minutes;

constexpr minutes kDay{24 * 60};

/// From `from` to the next time that the clock shows `to`: 0 to 23:59.
minutes ahead(minutes from, minutes to) noexcept {
  return ((to - from) % kDay + kDay) % kDay;
}

}  // namespace

std::string clock_text(minutes time) {
  return fmt::format("{:02}:{:02}", time.count() / 60, time.count() % 60);
}

base::Result<DayPlan, std::string> plan_day(std::span<const SessionHours> hours, minutes day_starts) {
  if (hours.size() > DayPlan::kMaxSessions) {
    return fmt::format("must be at most {} sessions", DayPlan::kMaxSessions);
  }
  DayPlan plan;
  for (const SessionHours& session : hours) {
    const std::string text = clock_text(session.open) + "-" + clock_text(session.close);
    const minutes open = day_starts + ahead(day_starts, session.open);
    const minutes length = ahead(session.open, session.close);
    const minutes close = open + (length == minutes{0} ? kDay : length);
    if (close > day_starts + kDay) {
      return fmt::format(
          "must lie within a trading day, and {} goes over {}, where the next one begins; see day_starts", text,
          clock_text(ahead(minutes{0}, day_starts)));
    }
    if (plan.count > 0 && open < plan.all().back().close) {
      return fmt::format("must be in the order of the trading day and not overlap, and {} is not", text);
    }
    plan.sessions[plan.count++] = {open, close};
  }
  return plan;
}

DayPlan clipped(const DayPlan& plan, minutes from, minutes until) noexcept {
  DayPlan out;
  for (const DayPlan::Session& session : plan.all()) {
    const DayPlan::Session cut{std::max(session.open, from), std::min(session.close, until)};
    if (cut.open < cut.close) out.sessions[out.count++] = cut;
  }
  return out;
}

}  // namespace subd::market
