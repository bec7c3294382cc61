#include "feed/kite_candles.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <nlohmann/json.hpp>

#include "base/time_text.hpp"

namespace subd::feed {
namespace {

using market::Timeframe;
using nlohmann::json;
using std::chrono::days;

struct Interval {
  Timeframe timeframe;
  std::string_view name;
  days longest;  ///< that one answer covers
};
constexpr std::array<Interval, 8> kIntervals{{{Timeframe::Min1, "minute", days{60}},
                                              {Timeframe::Min3, "3minute", days{100}},
                                              {Timeframe::Min5, "5minute", days{100}},
                                              {Timeframe::Min10, "10minute", days{100}},
                                              {Timeframe::Min15, "15minute", days{200}},
                                              {Timeframe::Min30, "30minute", days{200}},
                                              {Timeframe::Min60, "60minute", days{400}},
                                              {Timeframe::Day1, "day", days{2000}}}};

const Interval* find(Timeframe timeframe) noexcept {
  const auto at = std::find_if(kIntervals.begin(), kIntervals.end(),
                               [&](const Interval& interval) { return interval.timeframe == timeframe; });
  return at != kIntervals.end() ? &*at : nullptr;
}

std::size_t bars_in(const market::SessionSpan& session, Timeframe timeframe) {
  constexpr std::chrono::milliseconds kUnit{1};
  return static_cast<std::size_t>((session.close - session.open - kUnit) / market::timeframe_length(timeframe)) + 1;
}

/// `2017-12-15+09:15:00`
std::string local_text(const market::TradingCalendar& calendar, base::UtcTime time) {
  // The text of a local time is that of UTC, moved.
  std::string text = base::time_text(time + calendar.offset_at(time));
  text[10] = '+';
  return text.substr(0, 19);
}

std::optional<double> number_at(const json& candle, std::size_t index) {
  if (index >= candle.size() || !candle[index].is_number()) return std::nullopt;
  return candle[index].get<double>();
}

/// When the candle's bar starts; nullopt where the calendar has no such bar.
std::optional<base::UtcTime> start_of(const json& candle, const market::TradingCalendar& calendar,
                                      Timeframe timeframe) {
  if (candle.empty() || !candle[0].is_string()) return std::nullopt;
  const auto time = base::parse_time(candle[0].get_ref<const std::string&>());
  if (!time) return std::nullopt;
  if (timeframe == Timeframe::Day1) {
    const auto session = calendar.session_of(calendar.day_at(*time));
    return session ? std::optional{session->open} : std::nullopt;
  }
  const auto span = calendar.bar_at(*time, timeframe);
  return span && span->start == *time ? time : std::nullopt;
}

std::optional<market::Bar> bar_of(const json& candle, const market::TradingCalendar& calendar, Timeframe timeframe) {
  if (!candle.is_array()) return std::nullopt;
  const auto start = start_of(candle, calendar, timeframe);
  const auto open = number_at(candle, 1);
  const auto high = number_at(candle, 2);
  const auto low = number_at(candle, 3);
  const auto close = number_at(candle, 4);
  const auto volume = number_at(candle, 5);
  if (!start || !open || !high || !low || !close || !volume) return std::nullopt;
  if (!(*low > 0) || *low > std::min(*open, *close) || *high < std::max(*open, *close) || *volume < 0) {
    return std::nullopt;
  }
  return market::Bar{.start = *start,
                     .open = *open,
                     .high = *high,
                     .low = *low,
                     .close = *close,
                     .volume = *volume,
                     .oi = number_at(candle, 6).value_or(std::numeric_limits<double>::quiet_NaN()),
                     .trading_day = calendar.day_at(*start)};
}

}  // namespace

std::optional<std::string_view> kite_interval(Timeframe timeframe) noexcept {
  const Interval* interval = find(timeframe);
  return interval != nullptr ? std::optional{interval->name} : std::nullopt;
}

base::UtcTime candles_from(const market::TradingCalendar& calendar, Timeframe timeframe, std::size_t count,
                           base::UtcTime now) {
  const Interval* interval = find(timeframe);
  const days longest = interval != nullptr ? interval->longest : days{1};
  market::TradingDay day = calendar.day_at(now);
  base::UtcTime from = now;
  std::size_t bars = 0;
  for (days back{0}; back < longest && bars <= count; ++back, day -= days{1}) {
    const auto session = calendar.session_of(day);
    if (!session || session->open > now) continue;
    from = session->open;
    // Of today there are fewer; one day more does no harm.
    if (back > days{0}) bars += bars_in(*session, timeframe);
  }
  return from;
}

std::string candles_target(std::uint32_t token, const market::TradingCalendar& calendar, Timeframe timeframe,
                           base::UtcTime from, base::UtcTime to) {
  return fmt::format("/instruments/historical/{}/{}?from={}&to={}&oi=1", token, find(timeframe)->name,
                     local_text(calendar, from), local_text(calendar, to));
}

base::Result<std::vector<market::Bar>, CandlesError> parse_candles(std::string_view text,
                                                                   const market::TradingCalendar& calendar,
                                                                   Timeframe timeframe) {
  const json answer = json::parse(text, nullptr, false);
  if (!answer.is_object()) return CandlesError{"the answer is no JSON object"};
  if (const auto message = answer.find("message"); message != answer.end() && message->is_string()) {
    return CandlesError{message->get<std::string>()};
  }
  const auto data = answer.find("data");
  if (data == answer.end() || !data->is_object() || !data->contains("candles") || !data->at("candles").is_array()) {
    return CandlesError{"the answer has no data.candles"};
  }
  std::vector<market::Bar> bars;
  for (const json& candle : data->at("candles")) {
    const auto bar = bar_of(candle, calendar, timeframe);
    if (bar && (bars.empty() || bar->start > bars.back().start)) bars.push_back(*bar);
  }
  return bars;
}

}  // namespace subd::feed
