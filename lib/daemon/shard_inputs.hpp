#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <variant>
#include <vector>

#include "base/clock.hpp"
#include "daemon/backlog.hpp"
#include "daemon/shard_map.hpp"
#include "engine/engine.hpp"
#include "market/bar.hpp"
#include "market/tick.hpp"
#include "market/timeframe.hpp"

namespace subd::daemon {

/// What a shard is to be told, in the order of the feed.
struct BarInput {
  market::InstrumentId instrument{};
  market::Timeframe timeframe{};
  market::Bar bar;
};
struct TimeInput {
  base::UtcTime time{};
  std::size_t clock = 0;
};
using ShardInput = std::variant<market::Tick, BarInput, TimeInput>;  // ticks without their quotes
using ShardBatch = std::vector<ShardInput>;

/// Calls the engine with each.
void play(const ShardBatch& batch, engine::Engine& engine);

/// Sorts what the feed delivers by shard and hands it over in batches: to each shard at most one for a turn of the
/// feed.
///
/// Owner:      the market thread.
/// Invariants: a batch has no more than a turn of the feed delivers; before a shard has taken one of its
///             Backlog::kMost newest, can_take() is false. Market time is told to every shard; where it is all that there
///             is to tell, and no second has begun by it, it may wait kLongestHeld, because no bar ends then.
class ShardInputs {
 public:
  static constexpr std::chrono::milliseconds kLongestHeld{50};
  using Deliver = std::function<void(std::size_t shard, ShardBatch batch)>;

  /// One of `backlogs` per shard; all of them and the map outlive it. `deliver` has to see that Backlog::done() is
  /// called for each batch.
  ShardInputs(const ShardMap& map, std::vector<Backlog*> backlogs, const base::Clock& clock, Deliver deliver);
  ShardInputs(const ShardInputs&) = delete;
  ShardInputs& operator=(const ShardInputs&) = delete;

  // As those of engine::Engine.
  void on_tick(const market::Tick& tick);
  void on_bar(market::InstrumentId instrument, market::Timeframe timeframe, const market::Bar& bar);
  void on_market_time(base::UtcTime time, std::size_t clock = 0);

  /// False: a shard is behind; who calls Backlog::done() then wakes the market thread.
  [[nodiscard]] bool can_take() noexcept;
  /// At the end of a turn.
  void send();
  /// Everything that the shard has not been told yet, because something else is going to be posted to it.
  void send_all_to(std::size_t shard);

 private:
  struct Shard {
    Backlog* backlog = nullptr;
    ShardBatch batch;
    bool urgent = false;  // the batch must not wait
    base::MonoTime sent_at{};
    std::size_t last_size = 0;
  };

  void deliver(std::size_t number, base::MonoTime now);

  const ShardMap& map_;
  const base::Clock& clock_;
  Deliver deliver_;
  std::vector<Shard> shards_;
  std::vector<base::UtcTime> seconds_;  // begun last, by market clock
};

}  // namespace subd::daemon
