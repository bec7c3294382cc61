#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <vector>

#include "daemon/market_thread.hpp"
#include "daemon/past_reader.hpp"
#include "daemon/request_turns.hpp"
#include "engine/engine.hpp"
#include "feed/upstream_interest.hpp"
#include "hub/market_link.hpp"

namespace boost::asio {
class io_context;
}

namespace subd::daemon {

/// What the stage stands on: the market thread's, but for the clock and the table, and filled before anything runs.
struct MarketSide {
  boost::asio::io_context& loop;
  feed::FeedSource& feed;
  const market::InstrumentTable& instruments;
  feed::UpstreamInterest& interest;
  PastReader& past;
  RequestTurns& requests;
  const std::vector<HubPort*>& hubs;
  const std::unique_ptr<StoredBars>& stored;  ///< null when nothing is kept
  const base::Clock& clock;
};

/// The stage of the data path that computes streams: one engine on the market thread (OneEngine), or shards of it with a
/// thread each (EngineShards). What the feed delivers goes into it by the FeedSink that is made for it.
///
/// Threads: as said with each group of members.
class EngineStage {
 public:
  virtual ~EngineStage() = default;

  // Any thread. Each posts and returns.
  virtual void attach(engine::HubId hub, hub::AttachRequest request) = 0;
  virtual void release(engine::HubId hub, hub::Release release) = 0;
  /// Runs `question` on the thread of that engine.
  virtual void ask(std::size_t shard, std::function<void(engine::Engine&)> question) = 0;
  [[nodiscard]] virtual std::size_t shards() const noexcept = 0;

  // The market thread.
  /// As Engine::pin().
  virtual void pin(market::InstrumentId instrument) = 0;
  /// False: it is behind, and the feed is not to be advanced before it wakes the market thread.
  [[nodiscard]] virtual bool can_take() = 0;
  /// As Engine::flush(), of what the feed has delivered.
  virtual void flush() = 0;

  // The main thread.
  /// Before the market thread's start.
  virtual void start() = 0;
  /// Before the market thread's end: what it has been given is computed, requests that are not served are dropped.
  virtual void stop() = 0;
};

}  // namespace subd::daemon
