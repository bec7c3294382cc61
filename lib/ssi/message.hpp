#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "base/clock.hpp"

/// What SSI FastConnect says of the Vietnamese markets, as values. Prices are in dong, of indices in points.
namespace subd::ssi {

inline constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();

/// Vietnam keeps this all year.
inline constexpr std::chrono::hours kOffset{7};

/// When something was, by the clock in Vietnam. Some messages name no day.
struct Moment {
  std::optional<std::chrono::sys_days> day;
  std::chrono::milliseconds time_of_day{0};

  [[nodiscard]] base::UtcTime on(std::chrono::sys_days which) const noexcept {
    return base::UtcTime{which} + time_of_day - kOffset;
  }
};

/// Who took the other's offer.
enum class Side : std::uint8_t { Unknown, Buyer, Seller };

/// Unknown numbers are NaN; a price of 0, which SSI writes for none, is unknown too.
struct Trade {
  double last_price = kUnknown;
  double last_volume = kUnknown;   ///< of this trade
  double total_volume = kUnknown;  ///< of the day
  double reference = kUnknown;     ///< that changes are counted from: the close of the day before
  double ceiling = kUnknown;       ///< highest price of the day that is allowed
  double floor = kUnknown;         ///< lowest
  double open = kUnknown;
  double high = kUnknown;
  double low = kUnknown;
  double average = kUnknown;
  Side side = Side::Unknown;
};

/// A price of 0 is an order at whatever price the auction finds.
struct Level {
  double price = 0;
  double volume = 0;
};

/// Best first; `volume` 0 where there is none.
struct Book {
  static constexpr std::size_t kLevels = 10;
  std::array<Level, kLevels> bids{};
  std::array<Level, kLevels> asks{};
};

/// X-TRADE, X-QUOTE, and X which is both.
struct Security {
  Moment moment;
  std::string symbol;
  std::string exchange;  ///< `HOSE HNX UPCOM DERIVATIVES`; may be empty
  bool is_future = false;
  std::optional<Trade> trade;
  std::optional<Book> book;
};

/// R: what foreign investors traded today up to now, and what of the shares they may own.
struct Foreign {
  Moment moment;
  std::string symbol;
  std::string exchange;  ///< may be empty
  double buy_volume = kUnknown;
  double sell_volume = kUnknown;
  double buy_value = kUnknown;
  double sell_value = kUnknown;
  double total_room = kUnknown;
  double current_room = kUnknown;
};

/// MI.
struct Index {
  Moment moment;
  std::string id;  ///< `VN30`
  double value = kUnknown;
  double prior_value = kUnknown;
  double change = kUnknown;
  double ratio_change = kUnknown;  ///< percent
  double total_volume = kUnknown;
  double advances = kUnknown;
  double no_changes = kUnknown;
  double declines = kUnknown;
};

/// B: the newest trade in the form of a bar.
struct Bar {
  Moment moment;
  std::string symbol;
  double open = kUnknown;
  double high = kUnknown;
  double low = kUnknown;
  double close = kUnknown;
  double volume = kUnknown;  ///< of the trade
};

/// F: the phase that trading in a security is in.
struct Status {
  Moment moment;
  std::string symbol;
  std::string exchange;         ///< may be empty
  std::string trading_session;  ///< `ATO LO ATC PT C BREAK HALT`; may be empty
  std::string trading_status;   ///< may be empty
};

/// `Error` of the hub.
struct UpstreamError {
  std::string text;
};

using Message = std::variant<Security, Foreign, Index, Bar, Status, UpstreamError>;

}  // namespace subd::ssi
