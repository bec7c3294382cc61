#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "feed/feed_source.hpp"

namespace subd::feed {

/// A source among several, and what the configuration lets it have.
struct SourcePart {
  std::string name;  ///< as configured, for messages
  std::unique_ptr<FeedSource> source;
  /// What it alone delivers: symbols, and exchanges as `NSE:*`. Empty: whatever nobody claims and no part before it
  /// knows.
  std::vector<std::string> only;
};

/// Several sources as one; each instrument belongs to one of them.
///
/// Owner:  the market thread; the parts are driven by its calls alone.
/// Shares: a symbol that a part claims is that part's, before the exchange of it is; what nobody claims is of the first
///         part that knows it.
/// Clocks: every part has its own market time, see FeedSource::clock_of.
/// State:  the worst of the parts that have something subscribed, of all where nothing is.
class CombinedFeed final : public FeedSource {
 public:
  /// Throws SpecificationError when two parts claim the same, when two of them take published rows, and for a claim
  /// that its part knows nothing of.
  explicit CombinedFeed(std::vector<SourcePart> parts);
  ~CombinedFeed() override;

  [[nodiscard]] std::string_view kind() const noexcept override { return "combined"; }
  [[nodiscard]] std::shared_ptr<const market::InstrumentTable> instruments() const override { return instruments_; }
  [[nodiscard]] Ingest* ingest() noexcept override;
  [[nodiscard]] market::Timeframe finest_timeframe(market::InstrumentId instrument) const override;
  [[nodiscard]] bool keeps_history() const noexcept override;
  [[nodiscard]] bool keeps_history_of(market::InstrumentId instrument) const noexcept override;
  [[nodiscard]] std::size_t clock_of(market::InstrumentId instrument) const noexcept override;
  void start(FeedHost& host) override;
  /// Of the parts that want to be recorded; their names together, where there are several.
  [[nodiscard]] Recording recording() const override;
  void subscribe(market::InstrumentId instrument, market::QuoteMode mode) override;
  void unsubscribe(market::InstrumentId instrument) override;
  [[nodiscard]] bool fetch(market::InstrumentId instrument, market::Timeframe timeframe, std::size_t count,
                           std::function<void()> done) override;
  [[nodiscard]] Backfill backfill(market::InstrumentId instrument, market::Timeframe timeframe, std::size_t count,
                                  base::UtcTime now) override;
  std::optional<base::UtcTime> advance(FeedSink& sink, base::UtcTime now) override;
  [[nodiscard]] FeedCounters counters() const noexcept override;
  /// The connections of all parts.
  [[nodiscard]] UpstreamReport upstream() const override;

 private:
  class Part;
  /// Where an instrument comes from.
  struct Origin {
    std::uint32_t part = 0;
    market::InstrumentId instrument{};  ///< in the part's table
  };

  [[nodiscard]] Origin origin(market::InstrumentId instrument) const noexcept {
    return origins_[static_cast<std::size_t>(instrument)];
  }
  void share_out();
  void tell_state(FeedSink& sink, base::UtcTime now);

  std::vector<std::unique_ptr<Part>> parts_;
  std::shared_ptr<const market::InstrumentTable> instruments_;
  std::vector<Origin> origins_;   // by InstrumentId
  std::vector<bool> subscribed_;  // by InstrumentId
  std::optional<UpstreamState> told_;
};

}  // namespace subd::feed
