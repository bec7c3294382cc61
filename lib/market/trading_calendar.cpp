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
};

/// One trading session a weekday, in the exchange's local time.
class DailySession final : public TradingCalendar {
 public:
  DailySession(std::string_view exchange, const date::time_zone* zone, minutes open, minutes close)
      : exchange_{exchange}, zone_{zone}, open_{open}, close_{close} {}

  [[nodiscard]] std::string_view exchange() const noexcept override { return exchange_; }

  [[nodiscard]] std::optional<BarSpan> bar_at(base::UtcTime time, Timeframe timeframe) const override {
    const auto local = zone_->to_local(time);
    const auto midnight = date::floor<date::days>(local);
    const date::weekday weekday{date::local_days{midnight}};
    if (weekday == date::Saturday || weekday == date::Sunday) return std::nullopt;
    const milliseconds of_day = local - midnight;
    if (of_day < open_ || of_day >= close_) return std::nullopt;
    const milliseconds length = timeframe_length(timeframe);
    const milliseconds start = open_ + (of_day - open_) / length * length;
    const milliseconds end = std::min<milliseconds>(start + length, close_);
    return BarSpan{to_utc(midnight + start), to_utc(midnight + end), TradingDay{midnight.time_since_epoch()}};
  }

  [[nodiscard]] TradingDay day_at(base::UtcTime time) const override {
    return TradingDay{date::floor<date::days>(zone_->to_local(time)).time_since_epoch()};
  }

 private:
  [[nodiscard]] base::UtcTime to_utc(date::local_time<milliseconds> local) const {
    return zone_->to_sys(local, date::choose::earliest);
  }

  std::string_view exchange_;
  const date::time_zone* zone_;
  minutes open_;
  minutes close_;
};

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
    const date::time_zone* zone = date::locate_zone("Asia/Kolkata");
    const auto make = [&](const IndianExchange& e) { return DailySession{e.name, zone, e.open, e.close}; };
    return std::array<DailySession, kIndian.size()>{make(kIndian[0]), make(kIndian[1]), make(kIndian[2]),
                                                    make(kIndian[3])};
  }();
  for (const DailySession& calendar : indian) {
    if (calendar.exchange() == exchange) return &calendar;
  }
  return nullptr;
}

}  // namespace subd::market
