#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <optional>
#include <string_view>

#include "base/clock.hpp"

namespace subd::market {

/// How much of an instrument is asked for or told, in rising order: each holds what those before it hold.
enum class QuoteMode : std::uint8_t {
  Ltp,    ///< the last price
  Quote,  ///< volumes and the day's prices besides
  Full,   ///< open interest, times and market depth besides
};

/// `ltp quote full`.
[[nodiscard]] std::string_view quote_mode_name(QuoteMode mode) noexcept;
/// In any case; nullopt for anything else.
[[nodiscard]] std::optional<QuoteMode> parse_quote_mode(std::string_view name) noexcept;

/// One step of the order book; quantity 0 where there is none.
struct DepthLevel {
  double price = 0;
  std::uint32_t quantity = 0;
  std::uint16_t orders = 0;
};

/// What an upstream says of an instrument beside its last price, as of one moment.
///
/// Fields of a higher mode than `mode` are unknown: NaN, 0 or nullopt as they are here. An index has only the prices of
/// the day, `price_change` and `exchange_time`.
struct Quote {
  static constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();
  static constexpr std::size_t kDepth = 5;

  QuoteMode mode = QuoteMode::Ltp;

  // From mode Quote on.
  double open = kUnknown;           ///< of the day
  double high = kUnknown;           ///< of the day
  double low = kUnknown;            ///< of the day
  double close = kUnknown;          ///< of the day before
  double price_change = kUnknown;   ///< as the upstream puts it, in the unit of a price; of an index only
  double last_quantity = kUnknown;  ///< of the last trade
  double average_price = kUnknown;  ///< of the day, weighted by volume
  double day_volume = kUnknown;     ///< traded since the day began
  double buy_quantity = kUnknown;   ///< of all open orders
  double sell_quantity = kUnknown;  ///< of all open orders
  double ceiling = kUnknown;        ///< highest price that the exchange allows today
  double floor = kUnknown;          ///< lowest

  // Of mode Full.
  double oi = kUnknown;
  double oi_day_high = kUnknown;
  double oi_day_low = kUnknown;
  std::optional<base::UtcTime> last_trade_time;
  std::optional<base::UtcTime> exchange_time;
  bool has_depth = false;
  std::array<DepthLevel, kDepth> buy{};   ///< best first
  std::array<DepthLevel, kDepth> sell{};  ///< best first
};

}  // namespace subd::market
