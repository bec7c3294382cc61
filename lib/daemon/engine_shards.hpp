#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <unordered_map>
#include <vector>

#include "daemon/engine_stage.hpp"
#include "daemon/shard_inputs.hpp"
#include "daemon/shard_map.hpp"
#include "daemon/shard_thread.hpp"

namespace subd::daemon {

/// Shards of engines, each with a thread; what they need of the market thread comes to them as values.
///
/// Threads:    as EngineStage and ShardHost say.
/// Past:       a shard asks for the past of a stream, and this sends it between two batches: it ends where the last
///             batch did, and the ticks that follow it are in the next one. From then on until the shard has started the
///             stream, or refused it, the upstream stays subscribed to the instrument.
/// Limits:     those of the engine settings hold for all shards together.
class EngineShards final : public EngineStage, public ShardHost {
 public:
  /// `side` and what it refers to outlive it. `turn` is called on the market thread when the feed can go on. REQUIRES: 1
  /// <= shards <= ShardMap::kMostShards.
  EngineShards(const MarketSide& side, const engine::Settings& settings, std::size_t shards,
               std::function<void()> turn);
  ~EngineShards() override;

  /// Where the feed's data go.
  [[nodiscard]] ShardInputs& inputs() noexcept { return inputs_; }

  void attach(engine::HubId hub, hub::AttachRequest request) override;
  void release(engine::HubId hub, hub::Release release) override;
  void ask(std::size_t shard, std::function<void(engine::Engine&)> question) override;
  [[nodiscard]] std::size_t shards() const noexcept override { return threads_.size(); }

  void pin(market::InstrumentId instrument) override;
  [[nodiscard]] bool can_take() override { return inputs_.can_take(); }
  void flush() override { inputs_.send(); }

  void start() override;
  void stop() override;

  void subscribe(market::InstrumentId instrument, market::QuoteMode mode) override;
  void unsubscribe(market::InstrumentId instrument) override;
  void ask_past(engine::HubId hub, wire::StreamId stream) override;
  void past_taken(wire::StreamId stream) override;
  void keep(std::vector<engine::KeptBar> bars) override;
  void wake() override;

 private:
  /// Market thread: the past of the stream goes to its shard.
  HubRequests::Outcome send_past(engine::HubId hub, wire::StreamId stream);
  [[nodiscard]] StreamPast read(wire::StreamId stream);
  [[nodiscard]] std::vector<std::unique_ptr<ShardThread>> make_threads(engine::Settings settings, std::size_t shards);
  [[nodiscard]] std::vector<Backlog*> backlogs() const;

  const MarketSide& side_;
  std::size_t bars_per_stream_;
  std::function<void()> turn_;
  ShardMap map_;
  std::vector<std::unique_ptr<ShardThread>> threads_;
  ShardInputs inputs_;
  std::unordered_map<std::uint32_t, std::size_t> beginning_;  // pasts under way to their shards, by InstrumentId
};

}  // namespace subd::daemon
