#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "base/clock.hpp"
#include "feed/sim_curve.hpp"
#include "market/instrument_table.hpp"
#include "market/tick.hpp"

namespace subd::feed {

struct SimSettings {
  static constexpr double kLowestRate = 0.001;
  static constexpr double kHighestRate = 1000;

  std::uint64_t seed = 1;
  double rate = 2;  ///< ticks per second and symbol; REQUIRES: from kLowestRate to kHighestRate
};

/// A synthetic market: subd's built-in instruments, trading around the clock. Whatever is asked of it is a pure
/// function of (settings, instrument, time), so that the past can be asked for at any time and agrees with what was
/// live.
///
/// Ticks of an instrument are numbered since 1970 and evenly spaced, each instrument with an offset of its own. Futures
/// follow their index; options are priced by Black-76 on the future, with a volatility of each strike and no interest.
///
/// Owner: one thread. Times before 1970 have no ticks.
class SimMarket {
 public:
  explicit SimMarket(const SimSettings& settings);

  [[nodiscard]] const std::shared_ptr<const market::InstrumentTable>& instruments() const noexcept {
    return instruments_;
  }

  /// Number of the last tick at or before `time`; negative when there is none.
  [[nodiscard]] std::int64_t last_tick(market::InstrumentId instrument, base::UtcTime time) const noexcept;
  /// REQUIRES: number >= 0.
  [[nodiscard]] base::UtcTime tick_time(market::InstrumentId instrument, std::int64_t number) const noexcept;

  // What the tick says. REQUIRES: number >= 0, time >= 1970.

  [[nodiscard]] market::Tick tick(market::InstrumentId instrument, std::int64_t number);
  /// A multiple of the tick size, above 0.
  [[nodiscard]] double price(market::InstrumentId instrument, base::UtcTime time);
  /// What the price follows: of an option the future's price, else its own before it is rounded.
  [[nodiscard]] double driver(market::InstrumentId instrument, base::UtcTime time);
  /// price(instrument, time), when `driver` is that of the time. Within a minute it only rises with the driver, or only
  /// falls: options lose time value by the minute. So the extremes of many prices need two of these.
  [[nodiscard]] double price_at(market::InstrumentId instrument, base::UtcTime time, double driver) const;
  [[nodiscard]] market::VolumeKind volume_kind(market::InstrumentId instrument) const noexcept;
  /// Traded since midnight UTC up to and with the tick; 0 where nothing trades (an index).
  [[nodiscard]] double day_volume(market::InstrumentId instrument, std::int64_t number) const noexcept;
  /// NaN where there is none.
  [[nodiscard]] double open_interest(market::InstrumentId instrument, base::UtcTime time);

  /// A number of 0 .. 1, another one for each tick and purpose.
  [[nodiscard]] double chance(market::InstrumentId instrument, std::int64_t number,
                              std::uint64_t purpose) const noexcept;

 private:
  struct Symbol {
    std::int64_t offset_us = 0;  // of tick 0 since 1970
    double base_price = 0;
    double volume_per_second = 0;
    double base_oi = 0;
    double volatility = 0;  // of an option
    std::uint64_t seed = 0;
    std::optional<std::size_t> underlying;
    SimCurve curve{0};
    SimCurve oi_curve{0};
    base::UtcTime oi_midnight{};  // the day that oi_previous is of
    std::optional<double> oi_previous;
  };

  [[nodiscard]] const market::Instrument& instrument(std::size_t index) const noexcept;
  [[nodiscard]] double driver(std::size_t index, base::UtcTime time);
  [[nodiscard]] double previous_open_interest(market::InstrumentId instrument, base::UtcTime time);
  [[nodiscard]] std::int64_t tick_time_us(market::InstrumentId instrument, std::int64_t number) const noexcept;

  std::int64_t interval_us_;
  std::shared_ptr<const market::InstrumentTable> instruments_;
  std::vector<Symbol> symbols_;  // by InstrumentId
};

}  // namespace subd::feed
