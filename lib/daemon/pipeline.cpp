// The data path on one page:
//
//   FeedSource ─► FeedTo<Engine> ─► Engine ──► EngineToHubs ─► HubPort ─► Hub ─► Session ─► socket
//        ▲              │           │  ▲          ▲             │        │
//        │              │           │  └──────────┼─────────────┼────────┴ MarketThread::attach
//        │              │           └─► StoredBars ─► Store     │
//        │              └──────► TickBoard ───────┘             └─► TickHub ─► TickClient, KiteClient ─► socket
//        │                          │  ▲                               │
//        │                          │  └──────── MarketThread::request ┘
//        │           Broadcaster ─► ChannelsToHubs ─► HubPort ─► ChannelHub ─► ChannelClient ─► socket
//        │              │     ▲                                     │
//        │              │     └───────── MarketThread::want ────────┘
//        └── UpstreamInterest ◄── EngineToFeed, BoardToFeed, ChannelsToFeed
//
// The Broadcaster hears everything that FeedTo<Engine> does. The classes named *To* are in pipeline_joints.hpp.
// Each arrow is a call with a value; those between threads (*ToHubs, attach, request, want, StoredBars) are posts. An
// attach waits for what the past of its stream takes: FeedSource::fetch, then StoredBars::load; each gives up by itself.
//
// Engine is OneEngine, on the market thread. With market threads it is EngineShards, the right one for the instrument:
//
//   FeedTo<ShardInputs> ─► batch ─► ShardThread: Engine ─► ShardToHubs ─► HubPort
//        ▲                              │   ▲       └─► EngineShards::keep ─► StoredBars
//        │                              │   └─ StreamPast ◄─ PastReader
//        └── EngineShards ◄─────────────┘      ask_past, subscribe

#include <algorithm>
#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <thread>
#include <utility>

#include "daemon/engine_shards.hpp"
#include "daemon/market_thread.hpp"
#include "daemon/one_engine.hpp"
#include "daemon/past_reader.hpp"
#include "daemon/pipeline_joints.hpp"
#include "daemon/request_turns.hpp"
#include "daemon/stored_bars.hpp"
#include "feed/upstream_interest.hpp"

namespace subd::daemon {
namespace {

namespace asio = boost::asio;
using std::chrono::milliseconds;

/// Bars end by the clock even when no tick comes, so the feed is asked at least this often.
constexpr milliseconds kLongestWait{50};

}  // namespace

struct MarketThread::State final : feed::FeedHost {
  State(std::unique_ptr<feed::FeedSource> source, const engine::Settings& settings, std::size_t threads,
        channel::Settings channel_settings, const base::Clock& the_clock)
      : clock{the_clock},
        feed{std::move(source)},
        instruments{feed->instruments()},
        history{settings.bars_per_stream},
        calendars{*settings.calendars},
        past{*feed, stored, clock, history},
        interest{*feed, instruments->size()},
        requests{loop, clock},
        board_to_feed{interest},
        channels_to_feed{interest},
        channels_to_hubs{hubs},
        ticks{*instruments, board_to_feed, clock, settings.grace},
        to_hubs{hubs, ticks, stored},
        channels{*instruments, channels_to_feed, channels_to_hubs, clock, std::move(channel_settings)},
        market{*feed, ticks, channels, interest, {"live", clock.utc_now()}},
        side{loop, *feed, *instruments, interest, past, requests, hubs, stored, clock} {
    if (threads == 1) {
      auto one = std::make_unique<OneEngine>(side, to_hubs, settings);
      feed_to(one->engine());
      stage = std::move(one);
    } else {
      auto shards = std::make_unique<EngineShards>(side, settings, threads, [this] { turn(); });
      feed_to(shards->inputs());
      stage = std::move(shards);
    }
  }

  template <class Engine>
  void feed_to(Engine& engine) {
    to_stage = std::make_unique<FeedTo<Engine>>(engine, ticks, channels.state(), hubs, market.upstream, up);
  }

  [[nodiscard]] asio::io_context& context() noexcept override { return loop; }
  void wake() override {
    if (std::exchange(woken, true)) return;
    asio::post(loop, [this] { turn(); });
  }

  /// On the market thread: streams whose past cannot be asked for again begin with what is stored of them.
  void begin() {
    feed->start(*this);
    std::vector<wire::StreamId> pinned;
    const std::size_t count = feed->keeps_history() ? instruments->size() : 0;
    for (std::size_t i = 0; i < count; ++i) {
      const market::InstrumentId instrument{static_cast<std::uint32_t>(i)};
      if (!feed->keeps_history_of(instrument)) continue;
      for (const market::Timeframe timeframe : market::kTimeframes)
        pinned.push_back(wire::stream_id(instrument, timeframe));
    }
    const auto go = [this, pinned] {
      for (const wire::StreamId stream : pinned) {
        if (wire::timeframe_of(stream) == market::kTimeframes.front()) stage->pin(wire::instrument_of(stream));
      }
      for (const wire::StreamId stream : pinned) past.forget(stream);
      running = true;
      turn();
      requests.open();
    };
    if (stored && !pinned.empty()) {
      stored->load(pinned, go);
    } else {
      go();
    }
  }

  /// One turn: everything that is due goes into the stage, and out as one burst of each engine.
  void turn() {
    woken = false;
    if (!running) return;
    const base::UtcTime now = clock.utc_now();
    std::optional<base::UtcTime> due;
    if (stage->can_take()) {
      due = feed->advance(*to_stage, now);
      stage->flush();
    }
    if (ticks.has_burst()) to_hubs.publish({});  // no update came to send them with
    ticks.end_expired();
    auto wait = due ? std::min(*due - now, base::UtcTime::duration{kLongestWait}) : kLongestWait;
    if (const auto message_due = channels.publish_due()) {
      wait = std::min(wait, std::chrono::ceil<milliseconds>(*message_due - clock.mono_now()));
    }
    timer.expires_after(std::max(wait, milliseconds{0}));
    timer.async_wait([this](const boost::system::error_code& error) {
      if (!error) turn();
    });
  }

  /// Between turns, so that no burst is under way: a snapshot is never older than a tick that follows it.
  HubRequests::Outcome serve(engine::HubId hub, const hub::TickRequest& request) {
    for (const hub::TickChange& change : request.changes) ticks.want(hub, change.instrument, change.forms);
    if (request.serial == 0) return HubRequests::Outcome::Done;
    hub::TickReply reply{request.serial, {}};
    for (const market::InstrumentId instrument : request.snapshots) {
      if (wire::TickPtr tick = ticks.newest(instrument)) reply.snapshots.push_back(std::move(tick));
    }
    hubs[hub]->attached(std::move(reply));
    return HubRequests::Outcome::Done;
  }

  const base::Clock& clock;
  asio::io_context loop{1};  // outlives the feed, which may have sockets on it
  std::unique_ptr<feed::FeedSource> feed;
  std::shared_ptr<const market::InstrumentTable> instruments;
  std::vector<HubPort*> hubs;
  std::size_t history;  // bars per stream
  const market::CalendarSet& calendars;
  std::unique_ptr<StoredBars> stored;  // null when nothing is kept
  PastReader past;
  feed::UpstreamInterest interest;
  RequestTurns requests;
  BoardToFeed board_to_feed;
  ChannelsToFeed channels_to_feed;
  ChannelsToHubs channels_to_hubs;
  engine::TickBoard ticks;
  EngineToHubs to_hubs;
  channel::Broadcaster channels;
  Market market;
  std::atomic<bool> up{true};
  MarketSide side;
  std::unique_ptr<EngineStage> stage;
  std::unique_ptr<feed::FeedSink> to_stage;
  bool running = false;  // what is pinned has its past
  bool woken = false;    // by the feed; its turn is posted
  asio::steady_timer timer{loop};
  std::thread thread;
};

MarketThread::MarketThread(std::unique_ptr<feed::FeedSource> feed, const engine::Settings& settings,
                           std::size_t threads, channel::Settings channels, const base::Clock& clock)
    : state_{std::make_unique<State>(std::move(feed), settings, threads, std::move(channels), clock)} {}

MarketThread::~MarketThread() {
  stop();
}

void MarketThread::start(std::vector<HubPort*> hubs, store::Store* store) {
  state_->hubs = std::move(hubs);
  const feed::Recording recording = state_->feed->recording();
  if (store != nullptr && recording.wanted) {
    state_->stored = std::make_unique<StoredBars>(*store, recording, *state_->instruments, state_->calendars,
                                                  state_->loop, state_->history);
  }
  state_->stage->start();
  state_->thread = std::thread{[state = state_.get()] {
    state->begin();
    state->loop.run();
  }};
}

void MarketThread::stop() {
  if (!state_->thread.joinable()) return;
  state_->stage->stop();
  // Behind the bars that the stage had closed.
  asio::post(state_->loop, [state = state_.get()] { state->loop.stop(); });
  state_->thread.join();
}

bool MarketThread::upstream_up() const noexcept {
  return state_->up.load(std::memory_order_relaxed);
}

void MarketThread::post(std::function<void(Market&)> task) {
  asio::post(state_->loop, [state = state_.get(), task = std::move(task)] { task(state->market); });
}

void MarketThread::ask_each(const std::function<void(std::size_t, engine::Engine&)>& question) {
  for (std::size_t shard = 0; shard < engines(); ++shard) {
    state_->stage->ask(shard, [question, shard](engine::Engine& engine) { question(shard, engine); });
  }
}

std::size_t MarketThread::engines() const noexcept {
  return state_->stage->shards();
}

void MarketThread::attach(engine::HubId hub, hub::AttachRequest request) {
  state_->stage->attach(hub, std::move(request));
}

void MarketThread::release(engine::HubId hub, hub::Release release) {
  state_->stage->release(hub, std::move(release));
}

void MarketThread::request(engine::HubId hub, hub::TickRequest request) {
  asio::post(state_->loop, [state = state_.get(), hub, request = std::move(request)]() mutable {
    state->requests.add(hub, [state, hub, request = std::move(request)] { return state->serve(hub, request); });
  });
}

void MarketThread::want(engine::HubId hub, channel::ChannelId channel, bool wanted) {
  asio::post(state_->loop,
             [state = state_.get(), hub, channel, wanted] { state->channels.want(hub, channel, wanted); });
}

}  // namespace subd::daemon
