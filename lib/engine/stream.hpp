#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "bars/bar_builder.hpp"
#include "bars/bar_series.hpp"
#include "base/clock.hpp"
#include "engine/computation.hpp"
#include "engine/condition.hpp"
#include "engine/hub_set.hpp"
#include "engine/option_book.hpp"
#include "engine/rate_meter.hpp"
#include "engine/upstream.hpp"
#include "market/instrument.hpp"
#include "market/tick.hpp"
#include "market/trading_calendar.hpp"
#include "wire/server_message.hpp"
#include "wire/update.hpp"

namespace subd::engine {

/// One (instrument, timeframe): its bars, its computations, its numbering of updates.
///
/// Owner:      Engine.
/// Invariants: at most one Computation per indicator id; slots of live computations differ;
///             seq grows by one per published update; every closed bar is published exactly once while somebody holds
///             the stream, before any update of the next bar.
class Stream {
 public:
  Stream(wire::StreamId id, const market::Instrument& instrument, const market::TradingCalendar& calendar,
         std::string epoch, std::size_t capacity, OptionBook& book);

  /// History of before the first tick. Call once, before anything else. `since`: from when on the stream is watched;
  /// nullopt, that is its first print.
  void seed(History history, std::optional<base::UtcTime> since = std::nullopt);

  // Input. A closed bar that results is published into `out` at once; a change of the forming bar marks the stream
  // dirty.
  void add(const market::Tick& tick, base::UtcTime now, std::vector<wire::UpdatePtr>& out);
  /// A bar of this stream's own timeframe: passes through unchanged.
  void add_closed(const market::Bar& bar, base::UtcTime now, std::vector<wire::UpdatePtr>& out);
  /// A closed bar of a finer timeframe.
  void add_finer(const market::Bar& bar, market::Timeframe timeframe, base::UtcTime now,
                 std::vector<wire::UpdatePtr>& out);
  void advance(base::UtcTime market_time, base::UtcTime now, std::vector<wire::UpdatePtr>& out);

  /// Publishes the forming bar if it changed since the last update.
  void publish_forming(base::UtcTime now, std::vector<wire::UpdatePtr>& out);

  /// The running computation of `id`; null when there is none.
  [[nodiscard]] Computation* find(std::string_view id) noexcept;
  /// Starts one, warmed up over the bars held. REQUIRES: find(spec.id) == nullptr.
  Computation& start(indicator::Spec spec);
  /// Takes the hub off the topic; the computation ends after `grace` if that was the last.
  void release(HubId hub, std::string_view topic, base::MonoTime ends);
  /// Ends those whose time has come; returns how many.
  std::size_t end_expired(base::MonoTime now);

  /// Starts a condition from the state of the last update. REQUIRES: none of its text runs; its indicators do.
  Condition& start(Expression expression);
  [[nodiscard]] ConditionSet& conditions() noexcept { return conditions_; }

  /// Numbers for a subscriber that takes `ids` (all running) and the last `history` closed bars. Greeks and open
  /// interest are those of the last update, whose number the snapshot bears, even where the market has moved on.
  [[nodiscard]] wire::SnapshotData snapshot(std::span<const std::string> ids, std::size_t history);

  [[nodiscard]] wire::StreamId id() const noexcept { return id_; }
  [[nodiscard]] const market::Instrument& instrument() const noexcept { return instrument_; }
  [[nodiscard]] market::Timeframe timeframe() const noexcept { return timeframe_; }
  [[nodiscard]] const std::string& epoch() const noexcept { return epoch_; }
  [[nodiscard]] std::uint64_t seq() const noexcept { return seq_; }
  [[nodiscard]] bool dirty() const noexcept { return dirty_; }
  [[nodiscard]] bool held() const noexcept { return holders.any(); }
  [[nodiscard]] const bars::BarSeries& series() const noexcept { return series_; }
  [[nodiscard]] const bars::BarBuilder& builder() const noexcept { return builder_; }
  [[nodiscard]] const std::vector<std::unique_ptr<Computation>>& computations() const noexcept { return computations_; }
  [[nodiscard]] std::optional<base::UtcTime> last_update() const noexcept { return last_update_; }
  [[nodiscard]] RateMeter& rate() noexcept { return rate_; }
  /// Since when the stream has seen every print, in market time; only after its first print.
  [[nodiscard]] base::UtcTime since() const noexcept { return since_.value_or(base::UtcTime{}); }
  /// How many bars of series().total_pushed() were there before the first print or are handed over to be kept.
  std::uint64_t handed_over = 0;

  std::size_t clock = 0;  ///< number of the market clock that it goes by
  HubSet holders;
  bool listed = false;  ///< waits for the engine's next flush
  bool pinned = false;  ///< kept without subscribers, because its past cannot be asked for again
  std::optional<base::MonoTime> ends_at;
  base::MonoTime last_published{};

 private:
  void close_bar(const market::Bar& bar, base::UtcTime now, std::vector<wire::UpdatePtr>& out);
  void publish(const market::Bar& bar, bool closed, base::UtcTime now, std::vector<wire::UpdatePtr>& out);
  [[nodiscard]] std::optional<wire::OpenInterest> open_interest() const noexcept;
  [[nodiscard]] double open_interest_value() const noexcept;  // NaN: none
  /// The forming bar, else the last closed; null: no data yet.
  [[nodiscard]] const market::Bar* newest_bar() const noexcept;
  /// Greeks and open interest at that price, now.
  void refresh_figures(double price);
  [[nodiscard]] wire::Slot free_slot() const noexcept;

  wire::StreamId id_;
  const market::Instrument& instrument_;
  market::Timeframe timeframe_;
  std::string epoch_;
  std::size_t capacity_;
  bars::BarBuilder builder_;
  bars::BarSeries series_;
  std::vector<std::unique_ptr<Computation>> computations_;  // ascending slots
  ConditionSet conditions_;                                 // read computations_, so they go first
  std::uint64_t seq_ = 0;
  std::optional<base::UtcTime> since_;
  bool dirty_ = false;
  double oi_;
  double oi_previous_;
  OptionBook& book_;
  wire::Greeks greeks_;
  wire::OpenInterestFigures oi_figures_;
  bool figures_current_ = false;  // they are of the newest bar that subscribers could know
  std::optional<base::UtcTime> last_update_;
  wire::Update::Extent last_extent_;  // what the next one is about as long as
  RateMeter rate_;
  std::string scratch_;
};

}  // namespace subd::engine
