#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "daemon/market_thread.hpp"
#include "daemon/request_turns.hpp"
#include "engine/engine.hpp"
#include "hub/market_link.hpp"

namespace subd::daemon {

/// What the engine of a shard has of the market, and has to ask for before it starts a stream.
class ShardUpstream : public engine::Upstream {
 public:
  /// The stream is going to be fetched: what takes time begins.
  virtual void prepare(engine::HubId hub, wire::StreamId stream) = 0;
  /// True: history() has the past of the stream now. False: it is on its way; `done` is called from the shard's loop
  /// when the stream has been started with it, was refused, or is worth being fetched again.
  [[nodiscard]] virtual bool fetch(engine::HubId hub, wire::StreamId stream, std::function<void()> done) = 0;
  /// What is kept of the stream's past is not going to be used.
  virtual void forget(wire::StreamId stream) = 0;
};

/// The streams of some of the instruments: an engine, and the hubs' requests of it.
///
/// Owner:      the thread of the loop that `requests` serves from; every call there.
/// Invariants: requests of a hub are answered in their order, and between two of its bursts.
class EngineShard {
 public:
  /// `hubs` by HubId, filled before the first call. Everything that is referred to outlives it.
  EngineShard(const market::InstrumentTable& instruments, ShardUpstream& upstream, engine::UpdateSink& sink,
              const base::Clock& clock, const engine::Settings& settings, RequestTurns& requests,
              const std::vector<HubPort*>& hubs)
      : upstream_{upstream}, requests_{requests}, hubs_{hubs}, engine_{instruments, upstream, sink, clock, settings} {}

  void attach(engine::HubId hub, hub::AttachRequest request);
  void release(engine::HubId hub, hub::Release release);

  [[nodiscard]] engine::Engine& engine() noexcept { return engine_; }

 private:
  /// `asked`: the past of its stream has been asked for.
  HubRequests::Outcome serve(engine::HubId hub, const hub::AttachRequest& request, bool& asked);

  ShardUpstream& upstream_;
  RequestTurns& requests_;
  const std::vector<HubPort*>& hubs_;
  engine::Engine engine_;
};

}  // namespace subd::daemon
