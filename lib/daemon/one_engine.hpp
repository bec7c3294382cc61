#pragma once

#include <functional>
#include <utility>

#include "daemon/engine_shard.hpp"
#include "daemon/engine_stage.hpp"

namespace subd::daemon {

/// What the engine wants of the upstream goes to the feed at once.
///
/// Owner: the market thread.
class EngineToFeed final : public ShardUpstream {
 public:
  EngineToFeed(feed::FeedSource& feed, feed::UpstreamInterest& interest, PastReader& past)
      : feed_{feed}, interest_{interest}, past_{past} {}

  void subscribe(market::InstrumentId instrument, market::QuoteMode mode) override {
    interest_.want(feed::Consumer::Streams, instrument, mode);
  }
  void unsubscribe(market::InstrumentId instrument) override { interest_.drop(feed::Consumer::Streams, instrument); }
  [[nodiscard]] market::Timeframe finest_timeframe(market::InstrumentId instrument) const override {
    return feed_.finest_timeframe(instrument);
  }
  [[nodiscard]] std::size_t clock_of(market::InstrumentId instrument) const override {
    return feed_.clock_of(instrument);
  }
  [[nodiscard]] engine::History history(market::InstrumentId instrument, market::Timeframe timeframe,
                                        std::size_t count) override {
    return past_.read(wire::stream_id(instrument, timeframe), count);
  }
  void prepare(engine::HubId, wire::StreamId stream) override { past_.prepare(stream); }
  [[nodiscard]] bool fetch(engine::HubId, wire::StreamId stream, std::function<void()> done) override {
    return past_.fetch(stream, done);
  }
  void forget(wire::StreamId stream) override { past_.forget(stream); }

 private:
  feed::FeedSource& feed_;
  feed::UpstreamInterest& interest_;
  PastReader& past_;
};

/// One engine, on the market thread's own loop: nothing is posted or copied on its way into it.
class OneEngine final : public EngineStage {
 public:
  /// Everything that is referred to outlives it.
  OneEngine(const MarketSide& side, engine::UpdateSink& sink, const engine::Settings& settings)
      : loop_{side.loop}, upstream_{side.feed, side.interest, side.past}, shard_{side.instruments,
                                                                                 upstream_,
                                                                                 sink,
                                                                                 side.clock,
                                                                                 settings,
                                                                                 side.requests,
                                                                                 side.hubs} {}

  [[nodiscard]] engine::Engine& engine() noexcept { return shard_.engine(); }

  void attach(engine::HubId hub, hub::AttachRequest request) override;
  void release(engine::HubId hub, hub::Release release) override;
  void ask(std::size_t shard, std::function<void(engine::Engine&)> question) override;
  [[nodiscard]] std::size_t shards() const noexcept override { return 1; }

  void pin(market::InstrumentId instrument) override { engine().pin(instrument); }
  [[nodiscard]] bool can_take() override { return true; }
  void flush() override { engine().flush(); }

  void start() override {}
  void stop() override {}

 private:
  boost::asio::io_context& loop_;
  EngineToFeed upstream_;
  EngineShard shard_;
};

}  // namespace subd::daemon
