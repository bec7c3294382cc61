#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "feed/feed_source.hpp"
#include "feed/sim_market.hpp"
#include "feed/sim_quote.hpp"

namespace subd::feed {

/// Plays a SimMarket by the clock.
///
/// History: a bar of up to kTicksPerBar ticks is exactly what the live ticks would have built; a longer one is built
///          from an even sample with the first and the last tick, so its range may be narrower.
///          A backfill ends where the live ticks have got to, so that the two join without a gap or a repetition.
/// Quotes:  as much as the mode of the subscription has.
/// Clock:   a step forward of more than kLongestCatchUp is jumped over; after a step back nothing is delivered until
///          the clock is where it was.
class SimFeed final : public FeedSource {
 public:
  static constexpr std::int64_t kTicksPerBar = 240;
  static constexpr std::int64_t kTicksPerSample = 60;
  static constexpr std::int64_t kTicksPerBackfill = 1'500'000;
  static constexpr std::size_t kTicksPerAdvance = 20'000;
  /// A late thread catches up without losing a bar; a machine that slept goes on where the clock is.
  static constexpr std::chrono::seconds kLongestCatchUp{60};

  /// The live ticks begin after `now`.
  SimFeed(const SimSettings& settings, base::UtcTime now);

  [[nodiscard]] std::string_view kind() const noexcept override { return "sim"; }
  [[nodiscard]] std::shared_ptr<const market::InstrumentTable> instruments() const override {
    return market_.instruments();
  }
  [[nodiscard]] market::Timeframe finest_timeframe(market::InstrumentId) const override {
    return market::Timeframe::S1;
  }
  [[nodiscard]] bool keeps_history() const noexcept override { return false; }
  /// Not wanted: a backfill has the same bars.
  [[nodiscard]] Recording recording() const override;
  void subscribe(market::InstrumentId instrument, market::QuoteMode mode) override;
  void unsubscribe(market::InstrumentId instrument) override;
  [[nodiscard]] Backfill backfill(market::InstrumentId instrument, market::Timeframe timeframe, std::size_t count,
                                  base::UtcTime now) override;
  std::optional<base::UtcTime> advance(FeedSink& sink, base::UtcTime now) override;
  [[nodiscard]] FeedCounters counters() const noexcept override { return counters_; }

 private:
  /// The next tick of a subscribed instrument.
  struct Next {
    market::InstrumentId instrument{};
    std::int64_t number = 0;
    base::UtcTime time{};
    market::QuoteMode mode = market::QuoteMode::Ltp;
    std::unique_ptr<SimQuote> quote{};  // once it was asked for more than the last price
  };

  /// Jumps over a stretch that is too long to be caught up with.
  void skip_to(base::UtcTime now);
  /// Moves `next` to the tick after `time`.
  void aim(Next& next, base::UtcTime time) const noexcept;
  /// The earliest of next_; null when nothing is subscribed.
  [[nodiscard]] Next* earliest() noexcept;
  [[nodiscard]] base::UtcTime wake_after(base::UtcTime now) noexcept;
  /// One bar from the ticks `first` to `last`, by looking at `looks` of them.
  [[nodiscard]] market::Bar bar_of(market::InstrumentId instrument, base::UtcTime start, std::int64_t first,
                                   std::int64_t last, std::int64_t looks);

  std::uint64_t seed_;
  SimMarket market_;
  base::UtcTime position_;  // every tick up to here is delivered, none beyond
  std::vector<Next> next_;  // of the subscribed instruments
  bool announced_ = false;  // the sink knows that the upstream is live
  FeedCounters counters_;
};

}  // namespace subd::feed
