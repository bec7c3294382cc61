#pragma once

#include <chrono>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "feed/feed_source.hpp"
#include "feed/ingest.hpp"
#include "feed/publisher_book.hpp"

namespace subd::feed {

struct PushSettings {
  std::chrono::milliseconds stale_after{10'000};  ///< without a batch, before the upstream is stale
  std::chrono::milliseconds max_ahead{5'000};     ///< that the clock of a publisher may be
  /// How long after its end by the clock a bar waits for ticks that are on their way.
  std::chrono::milliseconds late{250};
};

/// Delivers what publishers send.
///
/// Owner:    the market thread, but rules().
/// Order:    batches in the order of their offers, each whole; rows in the order of the batch.
/// Delivers: rows of subscribed instruments; those of others are checked, acknowledged and forgotten. It has no history
///           of its own.
/// Forms:    an instrument is published as ticks or as bars of one timeframe, because what comes both ways would count
///           twice. Another form is taken when the first was silent for PushSettings::stale_after.
/// State:    stale until the first batch, live while batches come, duplicates and refused ones too.
class PushFeed final : public FeedSource, public Ingest {
 public:
  /// Rows delivered by one advance() at most, but for the last batch, which is finished.
  static constexpr std::size_t kRowsPerAdvance = 5000;

  /// `calendars` outlive the feed.
  PushFeed(const PushSettings& settings, std::shared_ptr<const market::InstrumentTable> instruments,
           const market::CalendarSet& calendars);

  [[nodiscard]] std::string_view kind() const noexcept override { return "push"; }
  [[nodiscard]] std::shared_ptr<const market::InstrumentTable> instruments() const override { return instruments_; }
  [[nodiscard]] Ingest* ingest() noexcept override { return this; }
  /// Of an instrument that is published as bars theirs, else 1s.
  [[nodiscard]] market::Timeframe finest_timeframe(market::InstrumentId instrument) const override;
  [[nodiscard]] bool keeps_history() const noexcept override { return false; }
  void serve_only(const std::vector<bool>& served) override;
  void start(FeedHost& host) override { host_ = &host; }
  [[nodiscard]] Recording recording() const override { return {.market = "push", .wanted = true}; }
  void subscribe(market::InstrumentId instrument, market::QuoteMode mode) override;
  void unsubscribe(market::InstrumentId instrument) override;
  [[nodiscard]] Backfill backfill(market::InstrumentId, market::Timeframe, std::size_t, base::UtcTime) override {
    return {};
  }
  std::optional<base::UtcTime> advance(FeedSink& sink, base::UtcTime now) override;
  [[nodiscard]] FeedCounters counters() const noexcept override { return counters_; }

  [[nodiscard]] std::shared_ptr<const IngestRules> rules() const override { return rules_; }
  void offer(std::string user, IngestBatch batch, Done done) override;

 private:
  struct Offer {
    std::string user;
    IngestBatch batch;
    Done done;
  };
  /// How an instrument is published.
  struct Form {
    std::optional<market::Timeframe> bars;  ///< nullopt: ticks
    base::UtcTime heard{};
    base::UtcTime last_bar = base::UtcTime::min();  ///< start of the newest bar
  };

  void apply(FeedSink& sink, Offer& offer, base::UtcTime now);
  /// Why the row cannot be taken; nullopt when it can, and then its form is noted.
  [[nodiscard]] std::optional<IngestProblem> note_form(const IngestRow& row, base::UtcTime now);
  void deliver(FeedSink& sink, const IngestTick& row);
  void deliver(FeedSink& sink, const IngestBar& row);
  void tell_state(FeedSink& sink, base::UtcTime now);

  PushSettings settings_;
  std::shared_ptr<const market::InstrumentTable> instruments_;
  const market::CalendarSet& calendars_;
  std::shared_ptr<const IngestRules> rules_;
  FeedHost* host_ = nullptr;
  std::deque<Offer> offers_;
  PublisherBook publishers_;
  std::vector<bool> subscribed_;  // by InstrumentId
  std::unordered_map<std::uint32_t, Form> forms_;
  std::optional<UpstreamState> told_;
  std::optional<base::UtcTime> heard_;  // the newest batch
  base::UtcTime market_time_ = base::UtcTime::min();
  FeedCounters counters_;
};

}  // namespace subd::feed
