#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

namespace subd::market {

/// The span of a bar. The order is by length; values are dense, from 0, so that they can index a table.
enum class Timeframe : std::uint8_t { S1, S5, S15, S30, Min1, Min3, Min5, Min10, Min15, Min30, Min60, Day1 };

inline constexpr std::array kTimeframes{Timeframe::S1,    Timeframe::S5,    Timeframe::S15,   Timeframe::S30,
                                        Timeframe::Min1,  Timeframe::Min3,  Timeframe::Min5,  Timeframe::Min10,
                                        Timeframe::Min15, Timeframe::Min30, Timeframe::Min60, Timeframe::Day1};

/// The protocol's name: `1s 5s 15s 30s 1min 3min 5min 10min 15min 30min 60min 1day`.
[[nodiscard]] std::string_view timeframe_name(Timeframe timeframe) noexcept;

/// Reads a name or one of its twins (`5m`, `5minute`, `1h`, `1d`, `day`, case-insensitive); nullopt otherwise.
[[nodiscard]] std::optional<Timeframe> parse_timeframe(std::string_view name) noexcept;

/// Nominal length. A 1day bar spans a trading day, which is shorter: ask the TradingCalendar for its ends.
[[nodiscard]] std::chrono::milliseconds timeframe_length(Timeframe timeframe) noexcept;

/// True when bars of `coarse` can be built from bars of `fine` (fine divides coarse, or they are equal).
[[nodiscard]] bool builds_from(Timeframe coarse, Timeframe fine) noexcept;

/// All names in order, for error messages.
[[nodiscard]] std::string_view timeframe_list() noexcept;

}  // namespace subd::market
