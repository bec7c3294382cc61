#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "market/option_pricing.hpp"

namespace subd::engine {

/// What an option's forward is taken from.
enum class ForwardSource : std::uint8_t {
  Underlying,  ///< the underlying's price
  Future,      ///< the future of the option's expiry
  Synthetic,   ///< strike + exp(rate * years) * (call - put) of the pair at the money
};

/// How a year is counted.
enum class DayCount : std::uint8_t {
  Calendar365,  ///< 365 days of 24 hours
  Trading252,   ///< 252 trading days by the exchange's calendar, the current one by what is left of its session
};

/// Up to when the options of an exchange live on the day of their expiry.
struct ExpiryTime {
  std::string exchange;
  std::chrono::minutes time_of_day{};  ///< by the exchange's clock
};

/// There is no single convention for greeks; these are the choices, and a message says which were made.
struct GreeksSettings {
  market::PricingModel model = market::PricingModel::Black76;
  ForwardSource forward = ForwardSource::Synthetic;
  double rate = 0;      ///< per year, continuously compounded
  double dividend = 0;  ///< yield of the underlying; BlackScholesMerton only
  DayCount day_count = DayCount::Calendar365;
  /// An exchange that is not named here: the end of the day.
  std::vector<ExpiryTime> expiry_times;
};

}  // namespace subd::engine
