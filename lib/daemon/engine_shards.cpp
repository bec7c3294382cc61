#include "daemon/engine_shards.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <utility>

#include "engine/interest.hpp"

namespace subd::daemon {

namespace asio = boost::asio;

EngineShards::EngineShards(const MarketSide& side, const engine::Settings& settings, std::size_t shards,
                           std::function<void()> turn)
    : side_{side},
      bars_per_stream_{settings.bars_per_stream},
      turn_{std::move(turn)},
      map_{side.instruments, shards},
      threads_{make_threads(settings, shards)},
      inputs_{map_, backlogs(), side.clock,
              [this](std::size_t shard, ShardBatch batch) { threads_[shard]->take(std::move(batch)); }} {}

EngineShards::~EngineShards() = default;

std::vector<std::unique_ptr<ShardThread>> EngineShards::make_threads(engine::Settings settings, std::size_t shards) {
  settings.allowances = engine::make_allowances(settings);
  std::vector<std::unique_ptr<ShardThread>> out;
  for (std::size_t i = 0; i < shards; ++i) {
    out.push_back(std::make_unique<ShardThread>(side_.instruments, *this, side_.hubs, side_.clock, settings));
  }
  return out;
}

std::vector<Backlog*> EngineShards::backlogs() const {
  std::vector<Backlog*> out;
  for (const auto& thread : threads_) out.push_back(&thread->backlog());
  return out;
}

void EngineShards::attach(engine::HubId hub, hub::AttachRequest request) {
  const std::size_t shard = map_[wire::instrument_of(request.stream)];
  threads_[shard]->attach(hub, std::move(request));
}

void EngineShards::release(engine::HubId hub, hub::Release release) {
  const std::size_t shard = map_[wire::instrument_of(release.stream)];
  threads_[shard]->release(hub, std::move(release));
}

void EngineShards::ask(std::size_t shard, std::function<void(engine::Engine&)> question) {
  threads_[shard]->ask(std::move(question));
}

StreamPast EngineShards::read(wire::StreamId stream) {
  const market::InstrumentId instrument = wire::instrument_of(stream);
  return {stream, side_.past.read(stream, bars_per_stream_), side_.feed.finest_timeframe(instrument),
          side_.feed.clock_of(instrument)};
}

void EngineShards::pin(market::InstrumentId instrument) {
  const market::Timeframe finest = side_.feed.finest_timeframe(instrument);
  std::vector<StreamPast> pasts;
  for (const market::Timeframe timeframe : market::kTimeframes) {
    if (market::builds_from(timeframe, finest)) pasts.push_back(read(wire::stream_id(instrument, timeframe)));
  }
  threads_[map_[instrument]]->pin(instrument, std::move(pasts));
}

void EngineShards::start() {
  for (const auto& thread : threads_) thread->start();
}

void EngineShards::stop() {
  for (const auto& thread : threads_) thread->stop();
}

void EngineShards::subscribe(market::InstrumentId instrument, market::QuoteMode mode) {
  asio::post(side_.loop, [this, instrument, mode] { side_.interest.want(feed::Consumer::Streams, instrument, mode); });
}

void EngineShards::unsubscribe(market::InstrumentId instrument) {
  asio::post(side_.loop, [this, instrument] { side_.interest.drop(feed::Consumer::Streams, instrument); });
}

void EngineShards::ask_past(engine::HubId hub, wire::StreamId stream) {
  asio::post(side_.loop, [this, hub, stream] {
    side_.past.prepare(stream);
    side_.requests.add(hub, [this, hub, stream] { return send_past(hub, stream); });
  });
}

HubRequests::Outcome EngineShards::send_past(engine::HubId hub, wire::StreamId stream) {
  if (!side_.past.fetch(stream, [this, hub] { side_.requests.resume(hub); })) return HubRequests::Outcome::Parked;
  const market::InstrumentId instrument = wire::instrument_of(stream);
  const std::size_t shard = map_[instrument];
  // Subscribed first: a feed begins to deliver an instrument where it stands then, which is where its past ends.
  if (beginning_[static_cast<std::uint32_t>(instrument)]++ == 0) {
    side_.interest.want(feed::Consumer::Beginnings, instrument,
                        engine::stream_mode(side_.instruments[instrument].type));
  }
  inputs_.send_all_to(shard);
  threads_[shard]->take(read(stream));
  side_.past.forget(stream);
  return HubRequests::Outcome::Done;
}

void EngineShards::past_taken(wire::StreamId stream) {
  asio::post(side_.loop, [this, instrument = wire::instrument_of(stream)] {
    const auto it = beginning_.find(static_cast<std::uint32_t>(instrument));
    if (--it->second > 0) return;
    beginning_.erase(it);
    side_.interest.drop(feed::Consumer::Beginnings, instrument);
  });
}

void EngineShards::keep(std::vector<engine::KeptBar> bars) {
  asio::post(side_.loop, [this, bars = std::move(bars)] {
    if (side_.stored) side_.stored->record(bars);
  });
}

void EngineShards::wake() {
  asio::post(side_.loop, [this] { turn_(); });
}

}  // namespace subd::daemon
