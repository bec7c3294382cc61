#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"

namespace subd::base {

/// Appends `2025-11-04T10:35:00.000Z`, the protocol's form of time, without quotes.
void append_time(std::string& out, UtcTime time);
[[nodiscard]] std::string time_text(UtcTime time);

/// ISO 8601: `2019-01-01T09:15:00+05:30`, `...Z`, `2019-01-01 09:15:00.250`, or a date alone. Fractions beyond
/// milliseconds are cut. A text without an offset is read with `default_offset` (east positive).
[[nodiscard]] std::optional<UtcTime> parse_time(std::string_view text,
                                                std::chrono::minutes default_offset = {}) noexcept;

/// `2025-11-27`, without quotes, and back; nullopt for what is no such text or no day of the calendar. Years from 0 to
/// 9999.
void append_date(std::string& out, std::chrono::year_month_day date);
[[nodiscard]] std::string date_text(std::chrono::year_month_day date);
[[nodiscard]] std::optional<std::chrono::year_month_day> parse_date(std::string_view text) noexcept;

/// `250ms`, `20s`, `5min`, `1h`, `7d`; a bare number is not a duration. Negative values are refused.
[[nodiscard]] std::optional<std::chrono::milliseconds> parse_duration(std::string_view text) noexcept;

/// The shortest form that parse_duration reads back: `20s`, `1500ms`, `1h`.
[[nodiscard]] std::string duration_text(std::chrono::milliseconds duration);

}  // namespace subd::base
