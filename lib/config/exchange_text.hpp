#pragma once

#include <bitset>
#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "market/bar.hpp"
#include "market/day_plan.hpp"

/// How an [exchange.NAME] table writes hours, dates and days. Every parse_ reads back what its _text wrote.
namespace subd::config {

/// `09:15-15:30`; the end may be `24:00`.
[[nodiscard]] std::optional<market::SessionHours> parse_session(std::string_view text) noexcept;
/// `["09:15-12:00", "13:00-15:30"]`
[[nodiscard]] std::string sessions_text(const std::vector<market::SessionHours>& sessions);

/// `Mon-Fri`, `Sun-Thu`, `Mon,Wed,Fri`, `all`; bit 0 is Sunday. Never empty.
[[nodiscard]] std::optional<std::bitset<7>> parse_weekdays(std::string_view text) noexcept;
[[nodiscard]] std::string weekdays_text(std::bitset<7> weekdays);

/// `06:00`, or `17:00 the day before` for a time before the midnight of the trading day's date.
[[nodiscard]] std::optional<std::chrono::minutes> parse_day_start(std::string_view text) noexcept;
[[nodiscard]] std::string day_start_text(std::chrono::minutes day_starts);

/// `2025-10-21`, from 1970 to 2099.
[[nodiscard]] std::optional<market::TradingDay> parse_date(std::string_view text) noexcept;
[[nodiscard]] std::string date_text(market::TradingDay day);

}  // namespace subd::config
