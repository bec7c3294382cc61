#include "daemon/shard_inputs.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace subd::daemon {
namespace {

class Player {
 public:
  explicit Player(engine::Engine& engine) noexcept : engine_{engine} {}
  void operator()(const market::Tick& tick) const { engine_.on_tick(tick); }
  void operator()(const BarInput& input) const { engine_.on_bar(input.instrument, input.timeframe, input.bar); }
  void operator()(const TimeInput& input) const { engine_.on_market_time(input.time, input.clock); }

 private:
  engine::Engine& engine_;
};

}  // namespace

void play(const ShardBatch& batch, engine::Engine& engine) {
  const Player player{engine};
  for (const ShardInput& input : batch) std::visit(player, input);
}

ShardInputs::ShardInputs(const ShardMap& map, std::vector<Backlog*> backlogs, const base::Clock& clock, Deliver deliver)
    : map_{map}, clock_{clock}, deliver_{std::move(deliver)}, shards_(backlogs.size()) {
  for (std::size_t i = 0; i < shards_.size(); ++i) shards_[i].backlog = backlogs[i];
}

void ShardInputs::on_tick(const market::Tick& tick) {
  Shard& shard = shards_[map_[tick.instrument]];
  auto& copy = std::get<market::Tick>(shard.batch.emplace_back(tick));
  copy.quote = nullptr;  // no stream looks at it, and it does not outlive the call
  shard.urgent = true;
}

void ShardInputs::on_bar(market::InstrumentId instrument, market::Timeframe timeframe, const market::Bar& bar) {
  Shard& shard = shards_[map_[instrument]];
  shard.batch.emplace_back(BarInput{instrument, timeframe, bar});
  shard.urgent = true;
}

void ShardInputs::on_market_time(base::UtcTime time, std::size_t clock) {
  if (clock >= seconds_.size()) seconds_.resize(clock + 1);
  const base::UtcTime second = std::chrono::floor<std::chrono::seconds>(time);
  const bool begins = std::exchange(seconds_[clock], second) != second;
  for (Shard& shard : shards_) {
    shard.batch.emplace_back(TimeInput{time, clock});
    shard.urgent = shard.urgent || begins;
  }
}

bool ShardInputs::can_take() noexcept {
  // All of them are asked, so that each that is behind wakes.
  return std::count_if(shards_.begin(), shards_.end(), [](Shard& shard) { return shard.backlog->full(); }) == 0;
}

void ShardInputs::send() {
  const base::MonoTime now = clock_.mono_now();
  for (std::size_t i = 0; i < shards_.size(); ++i) {
    // Without anything to tell too: a shard ends what nobody holds when it gets its turn.
    if (shards_[i].urgent || now - shards_[i].sent_at >= kLongestHeld) deliver(i, now);
  }
}

void ShardInputs::send_all_to(std::size_t shard) {
  if (!shards_[shard].batch.empty()) deliver(shard, clock_.mono_now());
}

void ShardInputs::deliver(std::size_t number, base::MonoTime now) {
  Shard& shard = shards_[number];
  shard.urgent = false;
  shard.sent_at = now;
  shard.last_size = shard.batch.size();
  shard.backlog->add();
  deliver_(number, std::exchange(shard.batch, {}));
  shard.batch.reserve(shard.last_size);
}

}  // namespace subd::daemon
