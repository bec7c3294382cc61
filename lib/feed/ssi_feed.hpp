#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "feed/feed_source.hpp"
#include "feed/ssi_file.hpp"
#include "feed/ssi_market.hpp"
#include "market/calendar_set.hpp"

namespace subd::feed {

struct SsiSettings {
  std::string path;
  std::optional<double> speed = 1.0;  ///< file time per real time; nullopt: as fast as possible
  bool loop = false;                  ///< REQUIRES: speed
};

/// Plays a file of SSI FastConnect messages, one a line, in file time.
///
/// Prices: trades (X-TRADE, X) and index values (MI) become ticks; B does for an instrument of which the file has no
///         other trades. What else is said of an instrument goes to FeedSink::on_quote, on_foreign and on_index.
/// Order:  channels may be out of step by kSlack, which the market's clock stays behind the newest tick. A message
///         older than the one before it of its instrument is left out, a tick that comes later than kSlack too.
/// Days:   a message without a date is of the day of the newest message that has one.
/// Loop:   the file starts over, moved forward by whole weeks, so that time never goes back.
class SsiFeed final : public FeedSource {
 public:
  /// Delivered by one advance() at most.
  static constexpr std::size_t kMessagesPerAdvance = 5000;
  static constexpr std::chrono::seconds kSlack{2};

  /// Throws SpecificationError as scan_ssi_file does.
  explicit SsiFeed(const SsiSettings& settings, const market::CalendarSet& calendars = market::builtin_calendars(),
                   const market::InstrumentTable& known = market::builtin_instruments());

  [[nodiscard]] std::string_view kind() const noexcept override { return "ssi"; }
  [[nodiscard]] std::shared_ptr<const market::InstrumentTable> instruments() const override {
    return market_.instruments;
  }
  [[nodiscard]] market::Timeframe finest_timeframe(market::InstrumentId) const override {
    return market::Timeframe::S1;
  }
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
  /// A message with its place in time, moved by the loop.
  struct Due {
    ssi::Message message;
    base::UtcTime time;
  };
  /// What was said of an instrument up to now.
  struct Seen {
    base::UtcTime newest = base::UtcTime::min();
    base::UtcTime newest_foreign = base::UtcTime::min();
    market::Quote quote;
  };
  class Delivery;  // of one message to a sink

  [[nodiscard]] std::optional<Due> read();
  /// When the message is of; nullopt, and it is rejected, when nothing says so.
  [[nodiscard]] std::optional<base::UtcTime> place(const ssi::Moment& moment);
  /// Moves time past what was played; false when there is nothing to play again.
  bool start_over();
  void finish(FeedSink& sink, base::UtcTime now);
  /// REQUIRES: speed_.
  [[nodiscard]] base::UtcTime due_at(base::UtcTime time) const;

  SsiMarket market_;
  std::vector<Seen> seen_;  // by InstrumentId
  SsiFile file_;
  std::optional<double> speed_;
  bool loop_;

  std::optional<base::UtcTime> started_at_;         // real time of the first advance
  std::optional<base::UtcTime> first_;              // file time of the first message
  base::UtcTime newest_ = base::UtcTime::min();     // of all messages
  std::optional<base::UtcTime> newest_tick_;        // the market's clock is kSlack behind
  std::optional<std::chrono::sys_days> known_day_;  // of the newest message that names one, as the file has it
  std::chrono::days shift_{0};                      // of this pass of the loop
  bool pass_has_messages_ = false;
  std::optional<Due> pending_;  // read, not yet due
  FeedCounters counters_;
};

}  // namespace subd::feed
