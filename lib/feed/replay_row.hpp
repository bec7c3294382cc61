#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "market/trading_calendar.hpp"

namespace subd::feed {

enum class RowKind : std::uint8_t { Bars, Ticks };

/// Where a file's header puts what a replay needs.
struct ReplayColumns {
  RowKind kind = RowKind::Bars;
  std::size_t count = 0;  ///< of all columns: every row must have as many fields
  std::size_t time = 0;
  bool time_in_ms = false;                  ///< milliseconds since 1970 rather than ISO 8601
  std::size_t open = 0, high = 0, low = 0;  ///< of bars
  std::size_t close = 0;                    ///< of bars; of ticks the price
  std::optional<std::size_t> volume;        ///< of bars: traded in the bar; of ticks: traded by the tick
  std::optional<std::size_t> open_interest;
};

/// A row that makes sense by itself. A tick has its price in all four places.
/// Invariants: 1970 <= time < 2200; prices > 0, low <= open, close <= high; volume >= 0 and finite.
struct ReplayRow {
  base::UtcTime time{};
  double open = 0;
  double high = 0;
  double low = 0;
  double close = 0;
  double volume = 0;
  double open_interest = std::numeric_limits<double>::quiet_NaN();
};

/// What is wrong with a header or a row: the column, the value and what is allowed.
struct ReplayRowError {
  std::string message;
};

/// Finds the columns by name, case-insensitive:
/// time `ts_ms` (milliseconds since 1970), else `timestamp`, `datetime`, `time` or `date` (ISO 8601);
/// bars `open high low close [volume] [oi]`; ticks `price` or `last_price` with `[size]` or `[volume]` and `[oi]`.
[[nodiscard]] base::Result<ReplayColumns, ReplayRowError> find_columns(std::span<const std::string> header);

/// Reads one row. An empty volume or oi field means that the row has none. `default_offset` (east positive) goes for
/// times that name no offset.
[[nodiscard]] base::Result<ReplayRow, ReplayRowError> parse_row(const ReplayColumns& columns,
                                                                std::span<const std::string> fields,
                                                                std::chrono::minutes default_offset);

/// The same in the time of `calendar`. `offset` is what its clock showed at the row before; it is changed where the
/// clock was moved since.
[[nodiscard]] base::Result<ReplayRow, ReplayRowError> parse_row(const ReplayColumns& columns,
                                                                std::span<const std::string> fields,
                                                                const market::TradingCalendar& calendar,
                                                                std::chrono::minutes& offset);

}  // namespace subd::feed
