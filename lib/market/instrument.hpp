#pragma once

#include <chrono>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>

namespace subd::market {

/// Position of an instrument in its InstrumentTable; dense from 0 and stable for the life of the table.
enum class InstrumentId : std::uint32_t {};

enum class InstrumentType : std::uint8_t { Index, Equity, Future, Call, Put, Other };

[[nodiscard]] constexpr bool is_option(InstrumentType type) noexcept {
  return type == InstrumentType::Call || type == InstrumentType::Put;
}
/// Futures and options carry open interest.
[[nodiscard]] constexpr bool has_open_interest(InstrumentType type) noexcept {
  return type == InstrumentType::Future || is_option(type);
}

/// What trades. `symbol` is the protocol's name for it and unique within a table.
struct Instrument {
  std::uint32_t token = 0;  ///< the upstream's number
  std::string symbol;
  std::string exchange;  ///< names the TradingCalendar: `NSE`, `NFO`, `24x7`
  std::string segment;
  InstrumentType type = InstrumentType::Other;
  std::string underlying;  ///< symbol of the underlying of a future or option, else empty
  double strike = std::numeric_limits<double>::quiet_NaN();
  std::optional<std::chrono::year_month_day> expiry;
  double lot_size = 1;
  double tick_size = 0.05;
};

}  // namespace subd::market
