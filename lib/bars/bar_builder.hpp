#pragma once

#include <cstdint>
#include <limits>
#include <optional>

#include "base/clock.hpp"
#include "market/bar.hpp"
#include "market/tick.hpp"
#include "market/timeframe.hpp"
#include "market/trading_calendar.hpp"

namespace subd::bars {

/// What BarBuilder::add did with a print.
enum class AddOutcome : std::uint8_t {
  Updated,       ///< it is part of the forming bar, or of the bar that it closed
  OutOfSession,  ///< outside the trading sessions, as the calendar has it: makes no bar
  Late,          ///< older than the forming bar, or of a bar that is closed already
  Invalid,       ///< a price that is not a positive finite number, or a bar that contradicts itself
};

/// Prints that made no bar, since the start.
struct PrintCounters {
  std::uint64_t out_of_session = 0;
  std::uint64_t late = 0;
  std::uint64_t invalid = 0;
};

/// Builds the bars of one stream from ticks or from bars of a finer timeframe.
///
/// Owner:      its stream; the market thread.
/// Invariants: bars come out in order, each once; a bar that closed is never reopened; volume is never negative.
/// Volume:     VolumeKind::DayCumulative counts differences; the first tick ever seen is only the base, a new trading
///             day starts at zero, and so does a step back. What is traded outside the session is in no bar.
/// Disorder:   a tick older than the newest one of its own bar widens the bar's range and changes nothing else.
class BarBuilder {
 public:
  BarBuilder(const market::TradingCalendar& calendar, market::Timeframe timeframe) noexcept
      : calendar_{calendar}, timeframe_{timeframe} {}

  /// A tick of a newer bar first closes the forming one into `closed`.
  AddOutcome add(const market::Tick& tick, std::optional<market::Bar>& closed);

  /// A closed bar of a finer timeframe that divides this one. The bar closes into `closed` as soon as its last fine bar
  /// is in; a fine bar of a newer bar closes the forming one, and should it also be the last of its own bar, that one
  /// closes with the next call.
  AddOutcome add(const market::Bar& fine, market::Timeframe fine_timeframe, std::optional<market::Bar>& closed);

  /// Closes the forming bar when no print at `market_time` or later can belong to it.
  [[nodiscard]] std::optional<market::Bar> advance(base::UtcTime market_time);

  /// State of before the first print: the bar in progress, and the day's volume so far (NaN: unknown).
  void seed(const std::optional<market::Bar>& forming, double day_volume);

  /// Null when no bar is in progress.
  [[nodiscard]] const market::Bar* forming() const noexcept { return forming_ ? &*forming_ : nullptr; }
  /// When the forming bar closes: its end, or later where prints after the close count.
  [[nodiscard]] std::optional<base::UtcTime> forming_end() const noexcept {
    return forming_ ? std::optional{span_.until} : std::nullopt;
  }
  [[nodiscard]] const PrintCounters& counters() const noexcept { return counters_; }

 private:
  /// Makes the bar of `time` the forming one; Updated, or why not.
  AddOutcome enter(base::UtcTime time, std::optional<market::Bar>& closed);
  AddOutcome refuse(AddOutcome outcome) noexcept;
  /// Volume since the last tick; takes the tick as the base of the next one.
  double traded(const market::Tick& tick, market::TradingDay day) noexcept;
  market::Bar close() noexcept;

  const market::TradingCalendar& calendar_;
  market::Timeframe timeframe_;
  market::BarSpan span_{};                          // of forming_; of the last closed bar when there is none
  bool started_ = false;                            // forming_ has its first print
  base::UtcTime last_print_{base::UtcTime::min()};  // newest one of forming_
  std::optional<market::Bar> forming_;
  base::UtcTime closed_until_{base::UtcTime::min()};
  std::optional<market::TradingDay> volume_day_;  // nullopt: that of the next tick
  double day_volume_ = std::numeric_limits<double>::quiet_NaN();
  PrintCounters counters_;
};

}  // namespace subd::bars
