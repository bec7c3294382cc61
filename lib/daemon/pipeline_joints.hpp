#pragma once

#include <atomic>
#include <cstddef>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "base/log.hpp"
#include "daemon/market_thread.hpp"
#include "daemon/stored_bars.hpp"
#include "feed/upstream_interest.hpp"

/// What joins one stage of the data path to the next; pipeline.cpp shows how. Each passes a value on and keeps nothing.
///
/// Owner: the market thread. Everything referred to outlives the joint.
namespace subd::daemon {

/// What the upstream delivers goes into the engine, on the board and to the channels.
template <class Engine>
class FeedTo final : public feed::FeedSink {
 public:
  FeedTo(Engine& engine, engine::TickBoard& ticks, channel::MarketState& channels, const std::vector<HubPort*>& hubs,
         hub::UpstreamStatus& status, std::atomic<bool>& up)
      : engine_{engine}, ticks_{ticks}, channels_{channels}, hubs_{hubs}, status_{status}, up_{up} {}

  void on_tick(const market::Tick& tick) override {
    engine_.on_tick(tick);
    ticks_.on_tick(tick);
    channels_.on_tick(tick);
  }
  void on_quote(market::InstrumentId instrument, base::UtcTime time, const market::Quote& quote) override {
    channels_.prices.on_quote(instrument, time, quote);
  }
  void on_foreign(const market::ForeignFlow& flow) override { channels_.foreign.on_foreign(flow); }
  void on_index(const market::IndexFigures& figures) override { channels_.indices.on_index(figures); }
  void on_bar(market::InstrumentId instrument, market::Timeframe timeframe, const market::Bar& bar) override {
    engine_.on_bar(instrument, timeframe, bar);
    ticks_.on_bar(instrument, timeframe, bar);
    channels_.on_bar(instrument, timeframe, bar);
  }
  void on_market_time(base::UtcTime time) override { engine_.on_market_time(time); }
  void on_clock(std::size_t clock, base::UtcTime time) override { engine_.on_market_time(time, clock); }
  void on_upstream(feed::UpstreamState state, base::UtcTime since) override {
    status_ = {feed::upstream_state_name(state).data(), since};
    up_.store(state != feed::UpstreamState::Down, std::memory_order_relaxed);
    base::log::info("feed", "upstream state changed", {{"state", status_.state}});
    for (HubPort* hub : hubs_) hub->upstream_changed(status_);
  }

 private:
  Engine& engine_;
  engine::TickBoard& ticks_;
  channel::MarketState& channels_;
  const std::vector<HubPort*>& hubs_;
  hub::UpstreamStatus& status_;
  std::atomic<bool>& up_;
};

/// Instruments that one consumer takes, each in the mode that it needs.
template <class Upstream, feed::Consumer kConsumer>
class ToFeed final : public Upstream {
 public:
  explicit ToFeed(feed::UpstreamInterest& interest) : interest_{interest} {}

  void subscribe(market::InstrumentId instrument, market::QuoteMode mode) override {
    interest_.want(kConsumer, instrument, mode);
  }
  void unsubscribe(market::InstrumentId instrument) override { interest_.drop(kConsumer, instrument); }

 private:
  feed::UpstreamInterest& interest_;
};

using BoardToFeed = ToFeed<engine::QuoteUpstream, feed::Consumer::Ticks>;
using ChannelsToFeed = ToFeed<channel::Upstream, feed::Consumer::Channels>;

/// A channel's message goes to the hubs that take it, each a reference to the same text.
class ChannelsToHubs final : public channel::MessageSink {
 public:
  explicit ChannelsToHubs(const std::vector<HubPort*>& hubs) : hubs_{hubs} {}

  void publish(std::span<const channel::HubNumber> hubs, const channel::Message& message) override {
    for (const channel::HubNumber hub : hubs) hubs_[hub]->publish(message);
  }

 private:
  const std::vector<HubPort*>& hubs_;
};

/// What the engine publishes goes to every hub together with the ticks of the same burst: one post per io thread. What
/// the engine closes goes to the store.
class EngineToHubs final : public engine::UpdateSink {
 public:
  EngineToHubs(const std::vector<HubPort*>& hubs, engine::TickBoard& ticks, const std::unique_ptr<StoredBars>& stored)
      : hubs_{hubs}, ticks_{ticks}, stored_{stored} {}

  void publish(std::span<const wire::UpdatePtr> updates) override {
    const Burst burst =
        std::make_shared<const BurstContent>(BurstContent{{updates.begin(), updates.end()}, ticks_.take_burst()});
    for (HubPort* hub : hubs_) hub->publish(burst);
  }
  void keep(std::span<const engine::KeptBar> bars) override {
    if (stored_) stored_->record(bars);
  }

 private:
  const std::vector<HubPort*>& hubs_;
  engine::TickBoard& ticks_;
  const std::unique_ptr<StoredBars>& stored_;
};

}  // namespace subd::daemon
