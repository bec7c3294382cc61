#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "base/clock.hpp"
#include "channel/broadcaster.hpp"
#include "channel/message.hpp"
#include "engine/engine.hpp"
#include "engine/tick_board.hpp"
#include "feed/feed_source.hpp"
#include "feed/upstream_interest.hpp"
#include "hub/market_link.hpp"
#include "hub/tick_link.hpp"
#include "store/store.hpp"
#include "wire/update.hpp"

namespace subd::daemon {

/// What one upstream burst comes to: the updates of all streams and the ticks; shared by the io threads.
struct BurstContent {
  std::vector<wire::UpdatePtr> updates;
  std::vector<wire::TickPtr> ticks;
};
using Burst = std::shared_ptr<const BurstContent>;

/// One io thread's hub as the market thread and its shards see it. Every member from any of them; each posts and
/// returns, and what one thread posts arrives in order.
class HubPort {
 public:
  virtual ~HubPort() = default;
  virtual void publish(Burst burst) = 0;
  virtual void attached(hub::AttachReply reply) = 0;
  virtual void attached(hub::TickReply reply) = 0;
  virtual void publish(channel::Message message) = 0;
  virtual void upstream_changed(hub::UpstreamStatus status) = 0;
};

/// What the market thread owns, as a task posted to it sees it.
struct Market {
  feed::FeedSource& feed;
  engine::TickBoard& ticks;
  const channel::Broadcaster& channels;
  const feed::UpstreamInterest& interest;
  hub::UpstreamStatus upstream;
};

/// The market thread: drives the feed by the clock, the engines by the feed, and answers the hubs.
///
/// Threads: constructed, started and stopped by the main thread; post and the hubs' requests from any. stop() drops what
///          is posted and not yet run.
class MarketThread {
 public:
  /// Streams are computed on this thread, or with `threads` above 1 on so many others.
  MarketThread(std::unique_ptr<feed::FeedSource> feed, const engine::Settings& settings, std::size_t threads,
               channel::Settings channels, const base::Clock& clock);
  ~MarketThread();
  MarketThread(const MarketThread&) = delete;
  MarketThread& operator=(const MarketThread&) = delete;

  /// `hubs` in the order of their HubId. Closed bars go to `store` and the past of streams comes from it; null keeps
  /// nothing. All of them outlive stop(), and the store's thread ends before this object does.
  void start(std::vector<HubPort*> hubs, store::Store* store);
  void stop();

  /// False while the upstream is down; a stale one still has its history to give. Any thread.
  [[nodiscard]] bool upstream_up() const noexcept;

  void post(std::function<void(Market&)> task);
  /// Runs `question` on the thread of each engine, with its number below engines().
  void ask_each(const std::function<void(std::size_t, engine::Engine&)>& question);
  [[nodiscard]] std::size_t engines() const noexcept;
  void attach(engine::HubId hub, hub::AttachRequest request);
  void release(engine::HubId hub, hub::Release release);
  void request(engine::HubId hub, hub::TickRequest request);
  void want(engine::HubId hub, channel::ChannelId channel, bool wanted);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace subd::daemon
