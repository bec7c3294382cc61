#pragma once

#include <memory>

#include "base/clock.hpp"
#include "feed/feed_source.hpp"
#include "feed/kite_settings.hpp"
#include "market/calendar_set.hpp"

namespace subd::feed {

/// Zerodha's Kite: its ticker over one or more WebSocket connections, its history over HTTP.
///
/// Time:     a tick has the exchange's time where it comes with one, else that of its arrival, and never one of before
///           the instrument's last tick or the market's time, which follows the machine's clock by kSettle.
/// Upstream: Live while every wanted token is subscribed on a connection that says something; Stale while some are not
///           or a connection is mute; Down while there is no connection. After a loss Live comes when everything is
///           subscribed again, in its mode.
/// Owner:    the market thread. `clock` and `calendars` outlive the feed.
class KiteFeed final : public FeedSource {
 public:
  /// Ticks that one advance() delivers at most, for each connection.
  static constexpr std::size_t kTicksPerAdvance = 2'000;
  /// How long after a bar's end a tick of it may arrive: the exchange's time is in whole seconds.
  static constexpr std::chrono::milliseconds kSettle{2'000};

  /// Serves what of `known` has a token of Kite's. Throws SpecificationError when there is nothing, and when there are
  /// no credentials.
  KiteFeed(const KiteSettings& settings, const base::Clock& clock, const market::CalendarSet& calendars,
           const market::InstrumentTable& known);
  ~KiteFeed() override;

  [[nodiscard]] std::string_view kind() const noexcept override { return "kite"; }
  [[nodiscard]] std::shared_ptr<const market::InstrumentTable> instruments() const override;
  [[nodiscard]] market::Timeframe finest_timeframe(market::InstrumentId) const override {
    return market::Timeframe::S1;
  }
  [[nodiscard]] bool keeps_history() const noexcept override { return false; }
  void start(FeedHost& host) override;
  [[nodiscard]] Recording recording() const override { return {.market = "kite"}; }
  void subscribe(market::InstrumentId instrument, market::QuoteMode mode) override;
  void unsubscribe(market::InstrumentId instrument) override;
  [[nodiscard]] bool fetch(market::InstrumentId instrument, market::Timeframe timeframe, std::size_t count,
                           std::function<void()> done) override;
  [[nodiscard]] Backfill backfill(market::InstrumentId instrument, market::Timeframe timeframe, std::size_t count,
                                  base::UtcTime now) override;
  std::optional<base::UtcTime> advance(FeedSink& sink, base::UtcTime now) override;
  [[nodiscard]] FeedCounters counters() const noexcept override;
  [[nodiscard]] UpstreamReport upstream() const override;

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace subd::feed
