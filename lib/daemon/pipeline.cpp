// The data path on one page:
//
//   FeedSource ─► FeedToEngine ─► Engine ─► EngineToHubs ─► HubPort ─► Hub ─► Session ─► socket
//        ▲                          │  ▲                                │
//        └───── EngineToFeed ◄──────┘  └──── MarketThread::attach ◄─────┘
//
// Each arrow is a call with a value; the two between threads (EngineToHubs, attach) are posts.

#include <algorithm>
#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <deque>
#include <functional>
#include <thread>
#include <utility>

#include "base/log.hpp"
#include "daemon/market_thread.hpp"

namespace subd::daemon {
namespace {

namespace asio = boost::asio;
using std::chrono::milliseconds;

/// Bars end by the clock even when no tick comes, so the feed is asked at least this often.
constexpr milliseconds kLongestWait{50};

/// How long hubs' requests may take before the market gets its turn; one request is always finished.
constexpr milliseconds kRequestTime{5};

/// What the upstream delivers goes into the engine.
class FeedToEngine final : public feed::FeedSink {
 public:
  FeedToEngine(engine::Engine& engine, const std::vector<HubPort*>& hubs, hub::UpstreamStatus& status,
               std::atomic<bool>& up)
      : engine_{engine}, hubs_{hubs}, status_{status}, up_{up} {}

  void on_tick(const market::Tick& tick) override { engine_.on_tick(tick); }
  void on_bar(market::InstrumentId instrument, market::Timeframe timeframe, const market::Bar& bar) override {
    engine_.on_bar(instrument, timeframe, bar);
  }
  void on_market_time(base::UtcTime time) override { engine_.on_market_time(time); }
  void on_upstream(feed::UpstreamState state, base::UtcTime since) override {
    status_ = {feed::upstream_state_name(state).data(), since};
    up_.store(state != feed::UpstreamState::Down, std::memory_order_relaxed);
    base::log::info("feed", "upstream state changed", {{"state", status_.state}});
    for (HubPort* hub : hubs_) hub->upstream_changed(status_);
  }

 private:
  engine::Engine& engine_;
  const std::vector<HubPort*>& hubs_;
  hub::UpstreamStatus& status_;
  std::atomic<bool>& up_;
};

/// What the engine wants of the upstream goes to the feed.
class EngineToFeed final : public engine::Upstream {
 public:
  EngineToFeed(feed::FeedSource& feed, const base::Clock& clock) : feed_{feed}, clock_{clock} {}

  void subscribe(market::InstrumentId instrument) override { feed_.subscribe(instrument); }
  void unsubscribe(market::InstrumentId instrument) override { feed_.unsubscribe(instrument); }
  [[nodiscard]] market::Timeframe finest_timeframe(market::InstrumentId instrument) const override {
    return feed_.finest_timeframe(instrument);
  }
  [[nodiscard]] engine::History history(market::InstrumentId instrument, market::Timeframe timeframe,
                                        std::size_t count) override {
    feed::Backfill backfill = feed_.backfill(instrument, timeframe, count, clock_.utc_now());
    return {std::move(backfill.closed), backfill.forming, backfill.day_volume};
  }

 private:
  feed::FeedSource& feed_;
  const base::Clock& clock_;
};

/// What the engine publishes goes to every hub: one post per io thread and burst.
class EngineToHubs final : public engine::UpdateSink {
 public:
  explicit EngineToHubs(const std::vector<HubPort*>& hubs) : hubs_{hubs} {}

  void publish(std::span<const wire::UpdatePtr> updates) override {
    const Burst burst = std::make_shared<const std::vector<wire::UpdatePtr>>(updates.begin(), updates.end());
    for (HubPort* hub : hubs_) hub->publish(burst);
  }

 private:
  const std::vector<HubPort*>& hubs_;
};

}  // namespace

struct MarketThread::State {
  State(std::unique_ptr<feed::FeedSource> source, engine::Settings settings, const base::Clock& the_clock)
      : clock{the_clock},
        feed{std::move(source)},
        instruments{feed->instruments()},
        to_feed{*feed, clock},
        to_hubs{hubs},
        engine{*instruments, to_feed, to_hubs, clock, settings},
        market{*feed, engine, {"live", clock.utc_now()}},
        to_engine{engine, hubs, market.upstream, up} {}

  /// One turn: everything that is due goes through the engine and out as one burst.
  void turn() {
    const base::UtcTime now = clock.utc_now();
    const auto due = feed->advance(to_engine, now);
    engine.flush();
    const auto wait = due ? std::min(*due - now, base::UtcTime::duration{kLongestWait}) : kLongestWait;
    timer.expires_after(std::max(wait, milliseconds{0}));
    timer.async_wait([this](const boost::system::error_code& error) {
      if (!error) turn();
    });
  }

  /// Requests of the hubs, in their order, a bounded time per loop turn: a client that asks for many streams at once
  /// makes the market compute much history, and must not keep the others' updates waiting for all of it.
  void enqueue(std::function<void()> request) {
    requests.push_back(std::move(request));
    if (requests.size() == 1) asio::post(context, [this] { serve_requests(); });
  }

  void serve_requests() {
    const base::MonoTime end = clock.mono_now() + kRequestTime;
    do {
      requests.front()();
      requests.pop_front();
    } while (!requests.empty() && clock.mono_now() < end);
    if (!requests.empty()) asio::post(context, [this] { serve_requests(); });
  }

  void attach(engine::HubId hub, const hub::AttachRequest& request) {
    hub::AttachReply reply;
    reply.serial = request.serial;
    reply.stream = request.stream;
    if (auto snapshot = engine.attach(hub, request.stream, request.topics, request.history)) {
      reply.snapshot = std::move(*snapshot);
    } else {
      reply.error = snapshot.error();
    }
    hubs[hub]->attached(std::move(reply));
  }

  const base::Clock& clock;
  std::unique_ptr<feed::FeedSource> feed;
  std::shared_ptr<const market::InstrumentTable> instruments;
  std::vector<HubPort*> hubs;
  EngineToFeed to_feed;
  EngineToHubs to_hubs;
  engine::Engine engine;
  Market market;
  std::atomic<bool> up{true};
  FeedToEngine to_engine;
  std::deque<std::function<void()>> requests;
  asio::io_context context{1};
  asio::steady_timer timer{context};
  std::thread thread;
};

MarketThread::MarketThread(std::unique_ptr<feed::FeedSource> feed, engine::Settings settings, const base::Clock& clock)
    : state_{std::make_unique<State>(std::move(feed), settings, clock)} {}

MarketThread::~MarketThread() {
  stop();
}

void MarketThread::start(std::vector<HubPort*> hubs) {
  state_->hubs = std::move(hubs);
  state_->thread = std::thread{[state = state_.get()] {
    if (state->feed->keeps_history()) {
      for (std::size_t i = 0; i < state->instruments->size(); ++i) {
        state->engine.pin(market::InstrumentId{static_cast<std::uint32_t>(i)});
      }
    }
    state->turn();
    state->context.run();
  }};
}

void MarketThread::stop() {
  if (!state_->thread.joinable()) return;
  state_->context.stop();
  state_->thread.join();
}

bool MarketThread::upstream_up() const noexcept {
  return state_->up.load(std::memory_order_relaxed);
}

void MarketThread::post(std::function<void(Market&)> task) {
  asio::post(state_->context, [state = state_.get(), task = std::move(task)] { task(state->market); });
}

void MarketThread::attach(engine::HubId hub, hub::AttachRequest request) {
  asio::post(state_->context, [state = state_.get(), hub, request = std::move(request)]() mutable {
    state->enqueue([state, hub, request = std::move(request)] { state->attach(hub, request); });
  });
}

void MarketThread::release(engine::HubId hub, hub::Release release) {
  asio::post(state_->context, [state = state_.get(), hub, release = std::move(release)]() mutable {
    state->enqueue([state, hub, release = std::move(release)] {
      state->engine.release(hub, release.stream, release.whole_stream, release.topics);
    });
  });
}

}  // namespace subd::daemon
