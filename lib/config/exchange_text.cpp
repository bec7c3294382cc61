#include "config/exchange_text.hpp"

#include <algorithm>
#include <array>

#include "base/time_text.hpp"

namespace subd::config {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

constexpr minutes kDay = hours{24};
constexpr std::string_view kTheDayBefore = " the day before";
constexpr std::array<std::string_view, 7> kDays{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};

std::optional<minutes> parse_clock(std::string_view text) noexcept {
  const auto digit = [text](std::size_t at) { return text[at] >= '0' && text[at] <= '9' ? text[at] - '0' : 1000; };
  if (text.size() != 5 || text[2] != ':') return std::nullopt;
  const int hour = digit(0) * 10 + digit(1);
  const int minute = digit(3) * 10 + digit(4);
  if (hour > 24 || minute > 59 || (hour == 24 && minute > 0)) return std::nullopt;
  return hours{hour} + minutes{minute};
}

std::optional<std::size_t> parse_weekday(std::string_view text) noexcept {
  const auto found = std::find(kDays.begin(), kDays.end(), text);
  return found == kDays.end() ? std::nullopt : std::optional{static_cast<std::size_t>(found - kDays.begin())};
}

}  // namespace

std::optional<market::SessionHours> parse_session(std::string_view text) noexcept {
  const auto dash = text.find('-');
  if (dash == std::string_view::npos) return std::nullopt;
  const auto open = parse_clock(text.substr(0, dash));
  const auto close = parse_clock(text.substr(dash + 1));
  if (!open || !close || *open == kDay) return std::nullopt;
  return market::SessionHours{*open, *close};
}

std::string sessions_text(const std::vector<market::SessionHours>& sessions) {
  std::string out = "[";
  for (const market::SessionHours& session : sessions) {
    out += (out.size() > 1 ? ", \"" : "\"") + market::clock_text(session.open) + "-" +
           market::clock_text(session.close) + "\"";
  }
  return out + "]";
}

std::optional<std::bitset<7>> parse_weekdays(std::string_view text) noexcept {
  if (text == "all") return std::bitset<7>{}.set();
  std::bitset<7> days;
  while (true) {
    const auto comma = text.find(',');
    const std::string_view item = text.substr(0, comma);
    const auto dash = item.find('-');
    const auto first = parse_weekday(item.substr(0, dash));
    const auto last = dash == std::string_view::npos ? first : parse_weekday(item.substr(dash + 1));
    if (!first || !last) return std::nullopt;
    for (std::size_t day = *first; day != *last; day = (day + 1) % days.size()) days.set(day);
    days.set(*last);
    if (comma == std::string_view::npos) return days;
    text.remove_prefix(comma + 1);
  }
}

std::string weekdays_text(std::bitset<7> weekdays) {
  if (weekdays.all()) return "all";
  std::string out;
  const auto before = [&](std::size_t day) { return weekdays[(day + 6) % 7]; };
  for (std::size_t first = 0; first < weekdays.size(); ++first) {
    if (!weekdays[first] || before(first)) continue;  // not where a run begins
    std::size_t last = first;
    while (weekdays[(last + 1) % 7]) last = (last + 1) % 7;
    out += (out.empty() ? "" : ",") + std::string{kDays[first]};
    if (last != first) out += "-" + std::string{kDays[last]};
  }
  return out;
}

std::optional<minutes> parse_day_start(std::string_view text) noexcept {
  const bool before = text.ends_with(kTheDayBefore);
  if (before) text.remove_suffix(kTheDayBefore.size());
  const auto clock = parse_clock(text);
  if (!clock || *clock == kDay || (before && *clock == minutes{0})) return std::nullopt;
  return before ? *clock - kDay : *clock;
}

std::string day_start_text(minutes day_starts) {
  if (day_starts.count() >= 0) return market::clock_text(day_starts);
  return market::clock_text(day_starts + kDay) + std::string{kTheDayBefore};
}

std::optional<market::TradingDay> parse_date(std::string_view text) noexcept {
  if (text.size() != 10) return std::nullopt;
  const auto time = base::parse_time(text);
  if (!time) return std::nullopt;
  const market::TradingDay day{std::chrono::floor<std::chrono::days>(*time).time_since_epoch()};
  const std::chrono::year year = std::chrono::year_month_day{day}.year();
  if (year < std::chrono::year{1970} || year > std::chrono::year{2099}) return std::nullopt;
  return day;
}

std::string date_text(market::TradingDay day) {
  return base::time_text(base::UtcTime{std::chrono::sys_days{day.time_since_epoch()}}).substr(0, 10);
}

}  // namespace subd::config
