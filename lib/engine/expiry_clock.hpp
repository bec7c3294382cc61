#pragma once

#include <boost/unordered/unordered_flat_map.hpp>

#include "base/clock.hpp"
#include "engine/greeks_settings.hpp"
#include "engine/option_chains.hpp"
#include "market/bar.hpp"

namespace subd::engine {

/// How long a chain has to live, as its options are priced.
///
/// Owner: one thread. The trading days ahead are counted once a day and chain, so asking is cheap.
class ExpiryClock {
 public:
  explicit ExpiryClock(DayCount day_count) noexcept : day_count_{day_count} {}

  /// In years; 0 or less: expired. A market without closed days has no trading days to count: 365 of them are a year
  /// always.
  [[nodiscard]] double years_left(const OptionChain& chain, base::UtcTime now);

 private:
  struct DaysAhead {
    market::TradingDay today{};
    double count = 0;  ///< trading days after today, the day of the expiry with them
  };
  [[nodiscard]] double days_ahead(const OptionChain& chain, market::TradingDay today);

  DayCount day_count_;
  boost::unordered_flat_map<const OptionChain*, DaysAhead> ahead_;
};

}  // namespace subd::engine
