#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "subctl/invocation.hpp"

/// A daemon's JSON as text for people. What is absent or null reads `-`.
namespace subd::subctl {

/// Control characters become `?`: users name themselves, and a name must not move the operator's cursor.
[[nodiscard]] std::string safe_text(std::string_view text);

/// Columns that a terminal needs for UTF-8 `text`: one per code point.
[[nodiscard]] std::size_t display_width(std::string_view text);
/// The first `width` columns; the last one is `…` where something was cut.
[[nodiscard]] std::string clipped(std::string_view text, std::size_t width);

/// `850ms`, `42s`, `3m 20s`, `2h 5m`, `1d 2h`.
[[nodiscard]] std::string duration_display(std::chrono::milliseconds duration);
/// `512 B`, `1.5 KiB`, `458.0 MiB`.
[[nodiscard]] std::string bytes_display(double bytes);
/// Six significant digits.
[[nodiscard]] std::string number_display(double number);

[[nodiscard]] std::string text_at(const Json& object, std::string_view key);
[[nodiscard]] std::string bytes_at(const Json& object, std::string_view key);
/// `12s ago`; a time in the future reads `now`.
[[nodiscard]] std::string age_at(const Json& object, std::string_view key, base::UtcTime now);
[[nodiscard]] double number_at(const Json& object, std::string_view key);
/// The array at `key`; an empty one when there is none.
[[nodiscard]] const Json& list_at(const Json& object, std::string_view key);
[[nodiscard]] const Json& object_at(const Json& object, std::string_view key);

/// A topic's last value: `67.3`, or `MACD 12.5, MACDh -`.
[[nodiscard]] std::string value_display(const Json& value);
/// `NIFTY50 5min (RSI_14_100, MACD_12_26_9)`.
[[nodiscard]] std::string stream_display(const Json& stream);

}  // namespace subd::subctl
