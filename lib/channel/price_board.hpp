#pragma once

#include <cstdint>
#include <limits>
#include <memory>
#include <vector>

#include "base/clock.hpp"
#include "market/instrument_table.hpp"
#include "market/quote.hpp"
#include "market/tick.hpp"

namespace subd::channel {

/// What is known of an instrument that is no index. Unknown numbers are NaN.
struct Price {
  static constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();

  market::InstrumentId instrument{};
  base::UtcTime time{};
  double last_price = kUnknown;  ///< none traded yet, where a quote came alone
  double day_volume = kUnknown;
  double oi = kUnknown;
  market::Quote quote;  ///< the newest of each field
  // Volume that was seen to trade today, by who took the other's offer. Where the upstream does not say: a price at or
  // above the best ask of before is a buyer's, at or below the best bid a seller's.
  double buyer_volume = 0;
  double seller_volume = 0;
  double neutral_volume = 0;
};

/// The newest prices of instruments, by their ticks.
///
/// Owner: the market thread. A tick costs no allocation but the first of its instrument.
class PriceBoard {
 public:
  /// `instruments`: how many there are.
  explicit PriceBoard(std::size_t instruments) : by_id_(instruments) {}

  void on_tick(const market::Tick& tick);
  /// More of an instrument without a price.
  void on_quote(market::InstrumentId instrument, base::UtcTime time, const market::Quote& quote);

  /// In the order in which they were first heard of.
  [[nodiscard]] const std::vector<const Price*>& all() const noexcept { return all_; }
  /// Null when nothing is known.
  [[nodiscard]] const Price* find(market::InstrumentId instrument) const noexcept {
    return by_id_[static_cast<std::size_t>(instrument)].get();
  }
  /// Grows with every change.
  [[nodiscard]] std::uint64_t version() const noexcept { return version_; }

 private:
  [[nodiscard]] Price& entry(market::InstrumentId instrument);

  std::vector<std::unique_ptr<Price>> by_id_;  // by InstrumentId; null when nothing is known
  std::vector<const Price*> all_;
  std::uint64_t version_ = 0;
};

}  // namespace subd::channel
