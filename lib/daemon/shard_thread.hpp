#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <vector>

#include "base/clock.hpp"
#include "daemon/backlog.hpp"
#include "daemon/market_thread.hpp"
#include "daemon/shard_inputs.hpp"
#include "engine/engine.hpp"
#include "engine/upstream.hpp"
#include "hub/market_link.hpp"
#include "wire/stream_id.hpp"

namespace subd::daemon {

/// The market thread as a shard sees it. Every member from any shard's thread; each posts and returns.
class ShardHost {
 public:
  virtual ~ShardHost() = default;
  // As those of engine::QuoteUpstream.
  virtual void subscribe(market::InstrumentId instrument, market::QuoteMode mode) = 0;
  virtual void unsubscribe(market::InstrumentId instrument) = 0;
  /// For a request of the hub: the past of the stream is to come by ShardThread::take().
  virtual void ask_past(engine::HubId hub, wire::StreamId stream) = 0;
  /// It has come, and what the shard wants of the instrument since is asked for.
  virtual void past_taken(wire::StreamId stream) = 0;
  virtual void keep(std::vector<engine::KeptBar> bars) = 0;
  /// The feed can go on.
  virtual void wake() = 0;
};

/// The past of a stream up to the data that follow it, and what else the feed knows of it.
struct StreamPast {
  wire::StreamId stream{};
  engine::History history;
  market::Timeframe finest{};
  std::size_t clock = 0;
};

/// One shard with its thread: an EngineShard, to which everything comes by a post.
///
/// Threads: constructed, started and stopped by the main thread; ask(), attach() and release() from any; take() and
///          pin() from the market thread. What one thread posts is done in order.
class ShardThread {
 public:
  /// Everything that is referred to outlives it; `hubs` is filled before start().
  ShardThread(const market::InstrumentTable& instruments, ShardHost& host, const std::vector<HubPort*>& hubs,
              const base::Clock& clock, const engine::Settings& settings);
  ~ShardThread();
  ShardThread(const ShardThread&) = delete;
  ShardThread& operator=(const ShardThread&) = delete;

  void start();
  /// What was posted before is done, but for requests that wait for their turn or for something to come. Waits.
  void stop();

  void ask(std::function<void(engine::Engine&)> question);
  void attach(engine::HubId hub, hub::AttachRequest request);
  void release(engine::HubId hub, hub::Release release);

  /// A batch, counted in backlog().
  void take(ShardBatch batch);
  void take(StreamPast past);
  /// All of the instrument that can be built.
  void pin(market::InstrumentId instrument, std::vector<StreamPast> pasts);

  [[nodiscard]] Backlog& backlog() noexcept;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace subd::daemon
