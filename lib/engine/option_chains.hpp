#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <chrono>
#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "base/clock.hpp"
#include "engine/greeks_settings.hpp"
#include "market/calendar_set.hpp"
#include "market/instrument_table.hpp"

namespace subd::engine {

/// Call and put of one strike; an exchange may list one without the other.
struct OptionPair {
  double strike = 0;
  std::optional<market::InstrumentId> call;
  std::optional<market::InstrumentId> put;
};

/// The options of one underlying and one expiry.
struct OptionChain {
  market::InstrumentId underlying{};
  std::optional<market::InstrumentId> future;  ///< of the same expiry
  std::chrono::year_month_day expiry{};
  base::UtcTime expires{};
  const market::TradingCalendar* calendar = nullptr;  ///< of the options' exchange
  std::vector<OptionPair> pairs;                      ///< ascending strikes, at least one

  /// Position of the strike nearest to `price`, the lower of two.
  [[nodiscard]] std::size_t nearest(double price) const noexcept;
};

/// Every option chain of a table.
///
/// Threads:    immutable after construction. The calendars outlive it.
/// Invariants: an option is in one chain, when its underlying is in the table and strike and expiry are known, else in
///             none; chains of an underlying stand in the order of their expiry.
class OptionChains {
 public:
  OptionChains(const market::InstrumentTable& instruments, const market::CalendarSet& calendars,
               std::span<const ExpiryTime> expiry_times);

  /// The chain that the option is in; null when there is none or it is no option.
  [[nodiscard]] const OptionChain* of_option(market::InstrumentId option) const noexcept;
  /// The underlying's first chain that expires after `now`; null when there is none.
  [[nodiscard]] const OptionChain* nearest(market::InstrumentId underlying, base::UtcTime now) const noexcept;

 private:
  struct Range {
    std::size_t begin = 0;
    std::size_t end = 0;
  };
  std::vector<OptionChain> chains_;  // those of an underlying side by side
  boost::unordered_flat_map<std::uint32_t, std::size_t> by_option_;
  boost::unordered_flat_map<std::uint32_t, Range> by_underlying_;
};

}  // namespace subd::engine
