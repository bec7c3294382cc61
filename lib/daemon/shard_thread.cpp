#include "daemon/shard_thread.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/unordered/unordered_flat_map.hpp>
#include <thread>
#include <utility>

#include "daemon/engine_shard.hpp"
#include "daemon/request_turns.hpp"

namespace subd::daemon {
namespace {

namespace asio = boost::asio;

std::uint64_t key(wire::StreamId stream) noexcept {
  return static_cast<std::uint64_t>(stream);
}

/// What the engine wants is asked of the market thread, and what has come from there is at hand.
///
/// Owner: the shard's thread.
class UpstreamByPost final : public ShardUpstream {
 public:
  explicit UpstreamByPost(ShardHost& host) : host_{host} {}

  void subscribe(market::InstrumentId instrument, market::QuoteMode mode) override {
    host_.subscribe(instrument, mode);
  }
  void unsubscribe(market::InstrumentId instrument) override { host_.unsubscribe(instrument); }
  /// What it was when the last past came: before, an instrument has no stream, and nobody is refused one.
  [[nodiscard]] market::Timeframe finest_timeframe(market::InstrumentId instrument) const override {
    const auto it = known_.find(static_cast<std::uint32_t>(instrument));
    return it != known_.end() ? it->second.finest : market::kTimeframes.front();
  }
  [[nodiscard]] std::size_t clock_of(market::InstrumentId instrument) const override {
    const auto it = known_.find(static_cast<std::uint32_t>(instrument));
    return it != known_.end() ? it->second.clock : 0;
  }
  [[nodiscard]] engine::History history(market::InstrumentId instrument, market::Timeframe timeframe,
                                        std::size_t) override {
    const auto it = arrived_.find(key(wire::stream_id(instrument, timeframe)));
    return it != arrived_.end() ? std::move(it->second) : engine::History{};
  }

  void prepare(engine::HubId hub, wire::StreamId stream) override {
    if (awaited_.try_emplace(key(stream)).second) host_.ask_past(hub, stream);
  }
  [[nodiscard]] bool fetch(engine::HubId hub, wire::StreamId stream, std::function<void()> done) override {
    prepare(hub, stream);
    awaited_[key(stream)].push_back(std::move(done));
    return false;
  }
  void forget(wire::StreamId) override {}

  /// For what the engine starts next.
  void put(StreamPast past) {
    known_[static_cast<std::uint32_t>(wire::instrument_of(past.stream))] = {past.finest, past.clock};
    arrived_[key(past.stream)] = std::move(past.history);
  }
  /// The engine has started what it was going to.
  void used() { arrived_.clear(); }
  /// The past of the stream has come: who waited for it is told.
  void answer(wire::StreamId stream) {
    host_.past_taken(stream);
    const auto it = awaited_.find(key(stream));
    if (it == awaited_.end()) return;
    const auto waiting = std::move(it->second);
    awaited_.erase(it);
    for (const auto& done : waiting) done();
  }

 private:
  struct Known {
    market::Timeframe finest{};
    std::size_t clock = 0;
  };

  ShardHost& host_;
  boost::unordered_flat_map<std::uint32_t, Known> known_;              // by InstrumentId
  boost::unordered_flat_map<std::uint64_t, engine::History> arrived_;  // of the streams that start now
  boost::unordered_flat_map<std::uint64_t, std::vector<std::function<void()>>> awaited_;
};

/// What the engine publishes goes to every hub, what it closes to the market thread.
///
/// Owner: the shard's thread.
class ShardToHubs final : public engine::UpdateSink {
 public:
  ShardToHubs(const std::vector<HubPort*>& hubs, ShardHost& host) : hubs_{hubs}, host_{host} {}

  void publish(std::span<const wire::UpdatePtr> updates) override {
    const Burst burst = std::make_shared<const BurstContent>(BurstContent{{updates.begin(), updates.end()}, {}});
    for (HubPort* hub : hubs_) hub->publish(burst);
  }
  void keep(std::span<const engine::KeptBar> bars) override { host_.keep({bars.begin(), bars.end()}); }

 private:
  const std::vector<HubPort*>& hubs_;
  ShardHost& host_;
};

}  // namespace

struct ShardThread::State {
  State(const market::InstrumentTable& instruments, ShardHost& the_host, const std::vector<HubPort*>& hubs,
        const base::Clock& clock, const engine::Settings& settings)
      : host{the_host}, upstream{the_host}, to_hubs{hubs, the_host}, requests{loop, clock}, shard{instruments, upstream,
                                                                                                  to_hubs,     clock,
                                                                                                  settings,    requests,
                                                                                                  hubs} {
    requests.open();
  }

  ShardHost& host;
  asio::io_context loop{1};
  asio::executor_work_guard<asio::io_context::executor_type> work{loop.get_executor()};
  UpstreamByPost upstream;
  ShardToHubs to_hubs;
  RequestTurns requests;
  EngineShard shard;
  Backlog backlog;
  std::thread thread;
};

ShardThread::ShardThread(const market::InstrumentTable& instruments, ShardHost& host, const std::vector<HubPort*>& hubs,
                         const base::Clock& clock, const engine::Settings& settings)
    : state_{std::make_unique<State>(instruments, host, hubs, clock, settings)} {}

ShardThread::~ShardThread() {
  stop();
}

void ShardThread::start() {
  state_->thread = std::thread{[state = state_.get()] { state->loop.run(); }};
}

void ShardThread::stop() {
  if (!state_->thread.joinable()) return;
  asio::post(state_->loop, [state = state_.get()] { state->loop.stop(); });
  state_->thread.join();
}

void ShardThread::ask(std::function<void(engine::Engine&)> question) {
  asio::post(state_->loop, [state = state_.get(), question = std::move(question)] { question(state->shard.engine()); });
}

void ShardThread::attach(engine::HubId hub, hub::AttachRequest request) {
  asio::post(state_->loop, [state = state_.get(), hub, request = std::move(request)]() mutable {
    state->shard.attach(hub, std::move(request));
  });
}

void ShardThread::release(engine::HubId hub, hub::Release release) {
  asio::post(state_->loop, [state = state_.get(), hub, release = std::move(release)]() mutable {
    state->shard.release(hub, std::move(release));
  });
}

void ShardThread::take(ShardBatch batch) {
  asio::post(state_->loop, [state = state_.get(), batch = std::move(batch)] {
    play(batch, state->shard.engine());
    state->shard.engine().flush();
    if (state->backlog.done()) state->host.wake();
  });
}

void ShardThread::take(StreamPast past) {
  asio::post(state_->loop, [state = state_.get(), past = std::move(past)]() mutable {
    const wire::StreamId stream = past.stream;
    state->upstream.put(std::move(past));
    state->shard.engine().begin(stream);
    state->upstream.used();
    state->upstream.answer(stream);
  });
}

void ShardThread::pin(market::InstrumentId instrument, std::vector<StreamPast> pasts) {
  asio::post(state_->loop, [state = state_.get(), instrument, pasts = std::move(pasts)]() mutable {
    for (StreamPast& past : pasts) state->upstream.put(std::move(past));
    state->shard.engine().pin(instrument);
    state->upstream.used();
  });
}

Backlog& ShardThread::backlog() noexcept {
  return state_->backlog;
}

}  // namespace subd::daemon
