#include "market/trading_calendar.hpp"

#include <date/tz.h>

#include <algorithm>
#include <array>

namespace subd::market {
namespace {

using std::chrono::days;
using std::chrono::milliseconds;
using std::chrono::minutes;

/// Bars at whole multiples since midnight UTC, every day.
class AlwaysOpen final : public TradingCalendar {
 public:
  [[nodiscard]] std::string_view exchange() const noexcept override { return "24x7"; }

  [[nodiscard]] std::optional<BarSpan> bar_at(base::UtcTime time, Timeframe timeframe) const override {
    const auto midnight = std::chrono::floor<days>(time);
    const milliseconds length = timeframe_length(timeframe);
    const base::UtcTime start = midnight + (time - midnight) / length * length;
    return BarSpan{start, start + length, day_at(time)};
  }

  [[nodiscard]] TradingDay day_at(base::UtcTime time) const override {
    return TradingDay{std::chrono::floor<days>(time).time_since_epoch()};
  }

  [[nodiscard]] minutes utc_offset() const noexcept override { return minutes{0}; }
};

/// One trading session a weekday, in the local time of a zone that has no daylight saving.
class DailySession final : public TradingCalendar {
 public:
  DailySession(std::string_view exchange, minutes utc_offset, minutes open, minutes close)
      : exchange_{exchange}, utc_offset_{utc_offset}, open_{open}, close_{close} {}

  [[nodiscard]] std::string_view exchange() const noexcept override { return exchange_; }

  [[nodiscard]] std::optional<BarSpan> bar_at(base::UtcTime time, Timeframe timeframe) const override {
    const TradingDay day = day_at(time);
    const std::chrono::weekday weekday{day};
    if (weekday == std::chrono::Saturday || weekday == std::chrono::Sunday) return std::nullopt;
    const base::UtcTime midnight = std::chrono::sys_days{day.time_since_epoch()} - utc_offset_;
    const milliseconds of_day = time - midnight;
    if (of_day < open_ || of_day >= close_) return std::nullopt;
    const milliseconds length = timeframe_length(timeframe);
    const milliseconds start = open_ + (of_day - open_) / length * length;
    return BarSpan{midnight + start, midnight + std::min<milliseconds>(start + length, close_), day};
  }

  [[nodiscard]] TradingDay day_at(base::UtcTime time) const override {
    return TradingDay{std::chrono::floor<days>(time + utc_offset_).time_since_epoch()};
  }

  [[nodiscard]] minutes utc_offset() const noexcept override { return utc_offset_; }

 private:
  std::string_view exchange_;
  minutes utc_offset_;
  minutes open_;
  minutes close_;
};

/// India has had one offset since 1945, so it is looked up once rather than for every print.
minutes offset_of_india() {
  const date::sys_info info = date::locate_zone("Asia/Kolkata")->get_info(date::sys_days{date::year{2000} / 1 / 1});
  return std::chrono::duration_cast<minutes>(info.offset);
}

struct IndianExchange {
  std::string_view name;
  minutes open;
  minutes close;
};
constexpr std::array<IndianExchange, 4> kIndian{{{"NSE", minutes{9 * 60 + 15}, minutes{15 * 60 + 30}},
                                                 {"NFO", minutes{9 * 60 + 15}, minutes{15 * 60 + 30}},
                                                 {"BSE", minutes{9 * 60 + 15}, minutes{15 * 60 + 30}},
                                                 {"BFO", minutes{9 * 60 + 15}, minutes{15 * 60 + 30}}}};

}  // namespace

const TradingCalendar& always_open() {
  static const AlwaysOpen calendar;
  return calendar;
}

const TradingCalendar* find_calendar(std::string_view exchange) {
  if (exchange == always_open().exchange()) return &always_open();
  static const auto indian = [] {
    const minutes offset = offset_of_india();
    const auto make = [&](const IndianExchange& e) { return DailySession{e.name, offset, e.open, e.close}; };
    return std::array<DailySession, kIndian.size()>{make(kIndian[0]), make(kIndian[1]), make(kIndian[2]),
                                                    make(kIndian[3])};
  }();
  for (const DailySession& calendar : indian) {
    if (calendar.exchange() == exchange) return &calendar;
  }
  return nullptr;
}

}  // namespace subd::market
