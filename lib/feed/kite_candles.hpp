#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "market/bar.hpp"
#include "market/timeframe.hpp"
#include "market/trading_calendar.hpp"

/// Kite's historical candles: what to ask for, and what the answer says. Pure.
namespace subd::feed {

/// Kite's name of the timeframe: `minute 3minute .. 60minute day`; nullopt below a minute, where there is no history.
[[nodiscard]] std::optional<std::string_view> kite_interval(market::Timeframe timeframe) noexcept;

/// From when on to ask for `count` bars up to `now`: as many trading days as they take, and no more than Kite gives in
/// one answer (60 days of minutes to 2000 days of days).
[[nodiscard]] base::UtcTime candles_from(const market::TradingCalendar& calendar, market::Timeframe timeframe,
                                         std::size_t count, base::UtcTime now);

/// `/instruments/historical/408065/minute?from=2017-12-15+09:15:00&to=...&oi=1`, times by the exchange's clock.
/// REQUIRES: kite_interval(timeframe).
[[nodiscard]] std::string candles_target(std::uint32_t token, const market::TradingCalendar& calendar,
                                         market::Timeframe timeframe, base::UtcTime from, base::UtcTime to);

/// Why an answer has no candles: what it says itself, or what is wrong with it.
struct CandlesError {
  std::string message;
};

/// The bars of an answer, oldest first, the one in progress too. A candle that makes no sense, that is not after the
/// one before it, or that is no bar of the calendar (an auction's) is left out. A candle of a day begins at the open.
[[nodiscard]] base::Result<std::vector<market::Bar>, CandlesError> parse_candles(
    std::string_view json, const market::TradingCalendar& calendar, market::Timeframe timeframe);

}  // namespace subd::feed
