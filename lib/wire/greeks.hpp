#pragma once

#include <chrono>
#include <limits>
#include <optional>
#include <string_view>
#include <variant>

/// The figures of derivatives in a stream's base data, in the protocol's units. NaN is null in the message.
namespace subd::wire {

inline constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();

/// Of one option at its last price.
struct OptionGreeks {
  double iv = kUnknown;  ///< per root of a year, 0.13 = 13 %
  double delta = kUnknown;
  double gamma = kUnknown;
  double theta = kUnknown;  ///< by one calendar day that passes
  double vega = kUnknown;   ///< by 1 % of volatility
  double rho = kUnknown;    ///< by 1 % of the rate
  std::string_view model;   ///< `black76`, `bsm`; of static storage
  double forward = kUnknown;
  double rate = kUnknown;
  double years = kUnknown;
};

/// Of an underlying: the options at the money of its nearest expiry.
struct ChainGreeks {
  std::chrono::year_month_day expiry{};
  double atm_strike = kUnknown;
  double atm_iv = kUnknown;  ///< the mean of call and put, or the only one
  std::optional<OptionGreeks> call;
  std::optional<OptionGreeks> put;
  double pcr = kUnknown;  ///< open interest of the puts over that of the calls
};

/// Neither: an instrument that is no option and has none, or a price that is not known yet.
using Greeks = std::variant<std::monostate, OptionGreeks, ChainGreeks>;

/// Open interest of a future or option.
struct OpenInterest {
  double oi = kUnknown;
  double change = kUnknown;  ///< since the previous close
};

/// Open interest of an underlying's nearest expiry.
struct ChainOpenInterest {
  double call_oi = kUnknown;
  double put_oi = kUnknown;
  double pcr = kUnknown;
};

using OpenInterestFigures = std::variant<std::monostate, OpenInterest, ChainOpenInterest>;

}  // namespace subd::wire
