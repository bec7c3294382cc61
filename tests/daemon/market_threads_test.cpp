// The market thread with shards and without: the same market must make the same streams.

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <future>
#include <map>
#include <mutex>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "base/time_text.hpp"
#include "daemon/market_thread.hpp"
#include "feed/sim_feed.hpp"
#include "support/fake_clock.hpp"

namespace subd::daemon {
namespace {

using market::InstrumentId;
using market::Timeframe;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr auto kPatience = seconds{60};
constexpr milliseconds kStep{250};
const feed::SimSettings kMarket{.seed = 7, .rate = 2};

/// A simulated market in a time of its own, as fast as it is taken, from go() to `end`.
class FastFeed final : public feed::FeedSource {
 public:
  explicit FastFeed(base::UtcTime start) : inner_{kMarket, start}, now_{start} {}

  [[nodiscard]] std::string_view kind() const noexcept override { return "sim"; }
  [[nodiscard]] std::shared_ptr<const market::InstrumentTable> instruments() const override {
    return inner_.instruments();
  }
  [[nodiscard]] Timeframe finest_timeframe(InstrumentId) const override { return Timeframe::S1; }
  [[nodiscard]] bool keeps_history() const noexcept override { return false; }
  [[nodiscard]] feed::Recording recording() const override { return inner_.recording(); }
  void subscribe(InstrumentId instrument, market::QuoteMode mode) override { inner_.subscribe(instrument, mode); }
  void unsubscribe(InstrumentId instrument) override { inner_.unsubscribe(instrument); }
  [[nodiscard]] feed::Backfill backfill(InstrumentId instrument, Timeframe timeframe, std::size_t count,
                                        base::UtcTime) override {
    return inner_.backfill(instrument, timeframe, count, now_);
  }
  std::optional<base::UtcTime> advance(feed::FeedSink& sink, base::UtcTime now) override {
    if (!running) return std::nullopt;
    if (now_ >= end) {
      // Asked again: what was delivered up to here has been handed on.
      if (!std::exchange(told_, true)) finished.set_value();
      return std::nullopt;
    }
    now_ += kStep;
    static_cast<void>(inner_.advance(sink, now_));
    return now;
  }
  [[nodiscard]] feed::FeedCounters counters() const noexcept override { return inner_.counters(); }

  // Of the market thread once it runs.
  bool running = false;
  base::UtcTime end = base::UtcTime::max();
  std::promise<void> finished;

 private:
  feed::SimFeed inner_;
  base::UtcTime now_;
  bool told_ = false;
};

/// A hub that keeps everything, by stream.
class RecordingHub final : public HubPort {
 public:
  void publish(Burst burst) override {
    const std::lock_guard lock{mutex_};
    for (const wire::UpdatePtr& update : burst->updates) updates_[update->stream].push_back(update);
  }
  void attached(hub::AttachReply reply) override {
    const std::lock_guard lock{mutex_};
    replies_.push_back(std::move(reply));
    answered_.notify_all();
  }
  void attached(hub::TickReply) override {}
  void publish(channel::Message) override {}
  void upstream_changed(hub::UpstreamStatus) override {}

  [[nodiscard]] std::vector<hub::AttachReply> replies(std::size_t count) {
    std::unique_lock lock{mutex_};
    EXPECT_TRUE(answered_.wait_for(lock, kPatience, [&] { return replies_.size() >= count; }));
    return replies_;
  }
  [[nodiscard]] std::map<wire::StreamId, std::vector<wire::UpdatePtr>> updates() {
    const std::lock_guard lock{mutex_};
    return updates_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable answered_;
  std::vector<hub::AttachReply> replies_;
  std::map<wire::StreamId, std::vector<wire::UpdatePtr>> updates_;
};

/// A market thread on that feed with one hub.
class Play {
 public:
  Play(std::size_t threads, const engine::Settings& settings)
      : Play{threads, settings, std::make_unique<FastFeed>(start())} {}
  ~Play() { market_.stop(); }

  static base::UtcTime start() { return base::UtcTime{milliseconds{1'700'000'000'000}}; }

  [[nodiscard]] const market::InstrumentTable& instruments() const { return *instruments_; }
  void attach(InstrumentId instrument, Timeframe timeframe, std::vector<std::string> topics) {
    market_.attach(0, {wire::stream_id(instrument, timeframe), ++serial_, std::move(topics), 3});
  }
  void attach_all(Timeframe timeframe, const std::vector<std::string>& topics) {
    for (std::uint32_t i = 0; i < instruments_->size(); ++i) attach(InstrumentId{i}, timeframe, topics);
  }
  [[nodiscard]] std::vector<hub::AttachReply> replies() { return hub_.replies(serial_); }

  /// Behind everything that the engines have asked of the market until now.
  void go() {
    market_.post([feed = feed_](Market&) { feed->running = true; });
  }
  /// The time of the feed's end.
  void end_at(base::UtcTime end) {
    market_.post([feed = feed_, end](Market&) { feed->end = end; });
  }
  /// Everything that the feed delivered is published.
  [[nodiscard]] std::map<wire::StreamId, std::vector<wire::UpdatePtr>> finish() {
    EXPECT_EQ(finished_.wait_for(kPatience), std::future_status::ready);
    market_.stop();
    return hub_.updates();
  }
  MarketThread& market() { return market_; }

 private:
  Play(std::size_t threads, const engine::Settings& settings, std::unique_ptr<FastFeed> feed)
      : feed_{feed.get()},
        instruments_{feed->instruments()},
        finished_{feed->finished.get_future()},
        market_{std::move(feed), settings, threads, {}, clock_} {
    market_.start({&hub_}, nullptr);
  }

  test::FakeClock clock_;
  FastFeed* feed_;
  std::shared_ptr<const market::InstrumentTable> instruments_;
  std::future<void> finished_;
  RecordingHub hub_;
  MarketThread market_;
  std::uint64_t serial_ = 0;
};

engine::Settings settings() {
  engine::Settings out;
  out.bars_per_stream = 200;
  // What a synthetic forward needs is looked for by the machine's time, which stands still here.
  out.greeks.forward = engine::ForwardSource::Underlying;
  return out;
}

/// Without the epoch, which is drawn.
std::string text(const wire::Update& update) {
  constexpr std::string_view kEpoch = R"("epoch":")";
  std::string out;
  update.append_message(out, wire::View{{0, 1}});
  const std::size_t at = out.find(kEpoch);
  const std::size_t next = out.find(',', at) + 1;
  return out.erase(at, next - at);
}

std::map<wire::StreamId, std::vector<std::string>> play(std::size_t threads) {
  Play run{threads, settings()};
  run.attach_all(Timeframe::S5, {"RSI_14_100", "SMA_20"});
  run.attach_all(Timeframe::Min1, {"EMA_9", "ATR_14"});
  for (const hub::AttachReply& reply : run.replies()) EXPECT_FALSE(reply.error) << reply.error->message;
  run.end_at(Play::start() + minutes{5});
  run.go();
  std::map<wire::StreamId, std::vector<std::string>> out;
  for (const auto& [stream, updates] : run.finish()) {
    for (const wire::UpdatePtr& update : updates) out[stream].push_back(text(*update));
  }
  return out;
}

TEST(MarketThreads, TheSameMarketMakesTheSameUpdatesOfEveryStream) {
  const auto expected = play(1);
  const auto found = play(3);
  ASSERT_EQ(expected.size(), 2 * market::builtin_instruments().size());
  std::size_t closed = 0;
  std::size_t with_greeks = 0;
  for (const auto& [stream, updates] : expected) {
    const auto other = found.find(stream);
    ASSERT_NE(other, found.end());
    ASSERT_EQ(other->second, updates);
    for (const std::string& update : updates) {
      closed += update.find(R"("bar":"closed")") != std::string::npos ? 1 : 0;
      with_greeks += update.find(R"("iv":)") != std::string::npos ? 1 : 0;
    }
  }
  EXPECT_GT(closed, expected.size() * 30);
  EXPECT_GT(with_greeks, 1000U);
}

class Joining : public testing::TestWithParam<std::size_t> {};

TEST_P(Joining, AStreamThatBeginsWhileTheMarketRunsHasEveryTickOnce) {
  Play run{GetParam(), settings()};
  run.go();
  // One after the other, so that they meet the market at many places.
  const auto count = static_cast<std::uint32_t>(run.instruments().size());
  for (std::uint32_t i = 0; i < count; ++i) {
    run.attach(InstrumentId{i}, Timeframe::Min1, {});
    ASSERT_FALSE(run.replies().back().error);
  }
  base::UtcTime newest = Play::start();
  for (const hub::AttachReply& reply : run.replies()) {
    if (reply.snapshot.bar) newest = std::max(newest, reply.snapshot.bar->start);
  }
  const base::UtcTime end = newest + minutes{30};
  run.end_at(end);
  const auto updates = run.finish();
  feed::SimFeed truth{kMarket, end};
  const auto minutes_played = static_cast<std::size_t>((end - Play::start()) / minutes{1});
  std::size_t compared = 0;
  for (const auto& [stream, all] : updates) {
    std::map<std::string, market::Bar> bars;
    for (const market::Bar& bar :
         truth.backfill(wire::instrument_of(stream), Timeframe::Min1, minutes_played, end).closed) {
      bars[base::time_text(bar.start)] = bar;
    }
    for (const wire::UpdatePtr& update : all) {
      if (!update->closed) continue;
      const auto ohlcv = nlohmann::json::parse(text(*update))["ohlcv"];
      const auto bar = bars.find(ohlcv["time"].get<std::string>());
      ASSERT_NE(bar, bars.end()) << ohlcv.dump();
      EXPECT_EQ(ohlcv["open"], bar->second.open);
      EXPECT_EQ(ohlcv["high"], bar->second.high);
      EXPECT_EQ(ohlcv["low"], bar->second.low);
      EXPECT_EQ(ohlcv["close"], bar->second.close);
      EXPECT_EQ(ohlcv["volume"], bar->second.volume) << ohlcv.dump();
      ++compared;
    }
  }
  EXPECT_GT(compared, count * 10U);
}

INSTANTIATE_TEST_SUITE_P(Threads, Joining, testing::Values(1, 3),
                         [](const auto& threads) { return std::to_string(threads.param) + "Threads"; });

TEST(MarketThreads, ALimitIsOneOfAllThreads) {
  engine::Settings limited = settings();
  limited.max_streams = 10;
  Play run{3, limited};
  run.attach_all(Timeframe::Min1, {});
  std::size_t refused = 0;
  const auto replies = run.replies();
  for (const hub::AttachReply& reply : replies) refused += reply.error ? 1 : 0;
  EXPECT_EQ(refused, replies.size() - 10);
}

TEST(MarketThreads, ATwinRequestWaitsForTheSamePastAndIsAnsweredToo) {
  std::promise<std::uint64_t> started;  // these outlive the threads
  std::atomic<std::uint64_t> sum{0};
  std::atomic<std::size_t> left{3};
  Play run{3, settings()};
  for (int i = 0; i < 20; ++i) run.attach(InstrumentId{0}, Timeframe::Min1, {"SMA_20"});
  const auto replies = run.replies();
  for (const hub::AttachReply& reply : replies) {
    ASSERT_FALSE(reply.error);
    EXPECT_EQ(reply.snapshot.epoch, replies.front().snapshot.epoch);
    EXPECT_EQ(reply.snapshot.bars.size(), 3U);
  }
  ASSERT_EQ(run.market().engines(), left);
  run.market().ask_each([&](std::size_t, engine::Engine& engine) {
    sum += engine.counters().streams_started;
    if (--left == 0) started.set_value(sum);
  });
  EXPECT_EQ(started.get_future().get(), 1U);
}

}  // namespace
}  // namespace subd::daemon
