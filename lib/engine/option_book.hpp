#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <cmath>
#include <cstddef>
#include <limits>
#include <optional>
#include <vector>

#include "base/clock.hpp"
#include "engine/expiry_clock.hpp"
#include "engine/greeks_settings.hpp"
#include "engine/option_chains.hpp"
#include "market/calendar_set.hpp"
#include "market/instrument_table.hpp"
#include "market/option_pricing.hpp"
#include "market/tick.hpp"
#include "wire/greeks.hpp"

namespace subd::engine {

/// Last prices and open interest of what is subscribed, and the greeks that follow from them.
///
/// Owner:      Engine.
/// Time:       the market's, not the machine's: a replay of an old day has the greeks of that day.
/// Invariants: what is not subscribed has no price here, so that no figure is ever made of a stale one. Greeks of an
///             option are computed once for the same inputs, however many streams carry them.
/// Cost:       below a microsecond for an option that moved, the implied volatility included; a chain reads the open
///             interest of each of its options.
class OptionBook {
 public:
  /// The table and the calendars outlive it.
  OptionBook(const market::InstrumentTable& instruments, const market::CalendarSet& calendars, GreeksSettings settings);

  void add(const market::Tick& tick) noexcept;
  /// Of a bar: its close, and its open interest or NaN.
  void add(market::InstrumentId instrument, double price, double oi) noexcept;
  void advance(base::UtcTime market_time) noexcept;
  [[nodiscard]] bool has_price(market::InstrumentId instrument) const noexcept {
    return !std::isnan(quote(instrument).price);
  }
  /// The instrument is subscribed no more.
  void forget(market::InstrumentId instrument);

  /// Of an option that trades at `price`, or of an underlying's nearest chain; nothing for others, while a price that
  /// they depend on is not known, and for an option price that no volatility gives.
  [[nodiscard]] wire::Greeks greeks(market::InstrumentId instrument, double price);
  /// Of an underlying's nearest chain; nullopt for others and while no open interest is known.
  [[nodiscard]] std::optional<wire::ChainOpenInterest> open_interest(market::InstrumentId underlying) const noexcept;

  /// Which part of a chain the figures of an instrument look at. Its needs change exactly when this does.
  struct Focus {
    const OptionChain* chain = nullptr;  ///< null: no greeks, nothing needed
    std::optional<std::size_t> pair;     ///< about the money, where a synthetic forward needs it
    friend bool operator==(const Focus&, const Focus&) = default;
  };
  /// REQUIRES: `last` is what was returned for the instrument before, or nothing. The pair stays while the money moved
  /// by one strike only, so that a price between two of them does not subscribe and unsubscribe all the time.
  [[nodiscard]] Focus focus_of(market::InstrumentId instrument, const Focus& last) const noexcept;
  /// Instruments that the greeks of `instrument` depend on, with itself or not, none twice.
  [[nodiscard]] std::vector<market::InstrumentId> needs(market::InstrumentId instrument, const Focus& focus) const;

 private:
  struct Quote {
    double price = std::numeric_limits<double>::quiet_NaN();
    double oi = std::numeric_limits<double>::quiet_NaN();
  };
  struct Evaluation {
    market::OptionTerms terms;
    double price = 0;
    std::optional<wire::OptionGreeks> greeks;
  };

  [[nodiscard]] const Quote& quote(market::InstrumentId instrument) const noexcept {
    return quotes_[static_cast<std::size_t>(instrument)];
  }
  [[nodiscard]] double price_of(const std::optional<market::InstrumentId>& instrument) const noexcept;
  /// The forward that the settings choose; NaN where that is the underlying, or while it has no price.
  [[nodiscard]] double forward_of(const OptionChain& chain, double years) const noexcept;
  /// Terms of every option of the chain but for strike and type; nullopt while they are not known.
  [[nodiscard]] std::optional<market::OptionTerms> terms_of(const OptionChain& chain);
  [[nodiscard]] std::optional<wire::OptionGreeks> option_greeks(market::InstrumentId option,
                                                                const market::OptionTerms& terms, double price);
  [[nodiscard]] wire::Greeks chain_greeks(const OptionChain& chain);
  [[nodiscard]] std::optional<wire::ChainOpenInterest> open_interest(const OptionChain& chain) const noexcept;

  const market::InstrumentTable& instruments_;
  GreeksSettings settings_;
  OptionChains chains_;
  ExpiryClock expiry_clock_;
  std::optional<base::UtcTime> now_;
  std::vector<Quote> quotes_;                                         // by InstrumentId
  boost::unordered_flat_map<std::uint32_t, Evaluation> evaluations_;  // of options
};

}  // namespace subd::engine
