#pragma once

#include <chrono>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace subd::market {

/// Position of an instrument in its InstrumentTable; dense from 0 and stable for the life of the table.
enum class InstrumentId : std::uint32_t {};

enum class InstrumentType : std::uint8_t { Index, Equity, Future, Call, Put, Other };

/// `index equity future call put other`.
[[nodiscard]] std::string_view instrument_type_name(InstrumentType type) noexcept;
[[nodiscard]] std::optional<InstrumentType> parse_instrument_type(std::string_view name) noexcept;
/// All names in order, for error messages: `index, equity, ...`.
[[nodiscard]] std::string_view instrument_type_list() noexcept;

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
  std::string name;                  ///< for people: `RELIANCE INDUSTRIES`; may be empty
  std::vector<std::string> aliases;  ///< further symbols that it is found by: `NIFTY 50`
  std::string exchange;              ///< names the TradingCalendar: `NSE`, `NFO`, `24x7`
  std::string segment;
  InstrumentType type = InstrumentType::Other;
  std::string underlying;  ///< symbol of the underlying of a future or option, else empty
  double strike = std::numeric_limits<double>::quiet_NaN();
  std::optional<std::chrono::year_month_day> expiry;
  double lot_size = 1;
  double tick_size = 0.05;
};

}  // namespace subd::market
