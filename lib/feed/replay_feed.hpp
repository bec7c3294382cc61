#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include "feed/feed_source.hpp"
#include "feed/replay_file.hpp"
#include "market/calendar_set.hpp"

namespace subd::feed {

struct ReplaySettings {
  std::string path;
  std::string symbol;
  std::optional<std::string> exchange;         ///< nullopt: that of the known symbol, else 24x7
  std::optional<market::Timeframe> timeframe;  ///< of a file of bars; nullopt: the smallest distance between rows
  std::optional<double> speed = 1.0;           ///< file time per real time; nullopt: as fast as possible
  bool loop = false;                           ///< REQUIRES: speed
};

/// Plays bars or ticks from a CSV file, in file time.
///
/// A bar is delivered when it ends and passes through unchanged; the market's clock follows the file's times. With
/// `loop` the file starts over, moved forward by whole days (whole weeks where the exchange has a weekend) of the
/// exchange's clock, so that time never goes back. A row that is not after the one before it is left out.
class ReplayFeed final : public FeedSource {
 public:
  /// Rows delivered by one advance() at most.
  static constexpr std::size_t kRowsPerAdvance = 5000;

  /// `calendars` outlive the feed; `known` describes the symbol. Throws SpecificationError when the file cannot be read
  /// or does not say what its rows are.
  explicit ReplayFeed(const ReplaySettings& settings,
                      const market::CalendarSet& calendars = market::builtin_calendars(),
                      const market::InstrumentTable& known = market::builtin_instruments());

  [[nodiscard]] std::string_view kind() const noexcept override { return "replay"; }
  [[nodiscard]] std::shared_ptr<const market::InstrumentTable> instruments() const override { return instruments_; }
  [[nodiscard]] market::Timeframe finest_timeframe(market::InstrumentId) const override { return timeframe_; }
  [[nodiscard]] bool keeps_history() const noexcept override { return true; }
  /// Named after the file, wherever it lies. Not wanted as fast as possible: then the file itself is the past.
  [[nodiscard]] Recording recording() const override;
  void subscribe(market::InstrumentId, market::QuoteMode) override {}
  void unsubscribe(market::InstrumentId) override {}
  [[nodiscard]] Backfill backfill(market::InstrumentId, market::Timeframe, std::size_t, base::UtcTime) override {
    return {};
  }
  std::optional<base::UtcTime> advance(FeedSink& sink, base::UtcTime now) override;
  [[nodiscard]] FeedCounters counters() const noexcept override;

 private:
  /// A row with its place in time, moved by the loop.
  struct Due {
    ReplayRow row;
    base::UtcTime start;
    base::UtcTime end;  ///< of the bar; of a tick the same as start
  };

  [[nodiscard]] bool is_bars() const noexcept { return file_.columns().kind == RowKind::Bars; }
  /// The next row that is in order; starts over at the end of a looped file.
  [[nodiscard]] std::optional<Due> read();
  [[nodiscard]] Due place(const ReplayRow& row) const;
  /// A time of the file in this pass of the loop.
  [[nodiscard]] base::UtcTime moved(base::UtcTime time) const noexcept {
    return shift_.count() == 0 ? time : calendar_.days_after(time, shift_);
  }
  /// Moves time past what was played; false when there is nothing to play again.
  bool start_over();
  void deliver(FeedSink& sink, const Due& due);
  void finish(FeedSink& sink, base::UtcTime now);
  /// When a row of file time `time` is due. REQUIRES: speed_.
  [[nodiscard]] base::UtcTime due_at(base::UtcTime time) const;

  market::Instrument instrument_;
  const market::TradingCalendar& calendar_;
  ReplayFile file_;
  std::shared_ptr<const market::InstrumentTable> instruments_;
  market::Timeframe timeframe_;
  std::optional<double> speed_;
  bool loop_;

  std::optional<base::UtcTime> started_at_;  // real time of the first advance
  std::optional<base::UtcTime> first_;       // file time of the first row
  std::optional<base::UtcTime> last_start_;  // of the newest row read
  base::UtcTime last_end_{};                 // of the newest row read
  std::chrono::days shift_{0};               // of this pass of the loop
  bool pass_has_rows_ = false;
  std::optional<Due> pending_;  // read, not yet due
  FeedCounters counters_;
};

}  // namespace subd::feed
