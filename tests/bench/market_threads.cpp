// What market threads do for a feed that has more than one core can compute.
//
//     market_threads [--threads 1,2,3] [--indicators 20] [--turn 100] [--minutes 10] [--rounds 5]
//
// Plays the same minutes of a simulated market, every instrument with a stream and many indicators, as fast as they are
// taken. The numbers of threads take turns, so that what else the machine does meets all alike. Prints the ticks of a
// second, the processor time of a tick, and both in relation to one thread.

#include <sys/resource.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <future>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "daemon/market_thread.hpp"
#include "feed/sim_feed.hpp"
#include "support/fake_clock.hpp"

namespace {

using namespace subd;
using Clock = std::chrono::steady_clock;

struct Options {
  std::vector<std::size_t> threads{1, 2, 3};
  std::size_t indicators = 20;
  std::size_t turn = 100;
  std::size_t minutes = 10;
  std::size_t rounds = 5;
  double rate = 10;
};

/// Ticks that are there already, so that making them costs nothing.
class Recorder final : public feed::FeedSink {
 public:
  void on_tick(const market::Tick& tick) override { ticks.emplace_back(tick).quote = nullptr; }
  void on_bar(market::InstrumentId, market::Timeframe, const market::Bar&) override {}
  void on_market_time(base::UtcTime) override {}
  void on_upstream(feed::UpstreamState, base::UtcTime) override {}
  std::vector<market::Tick> ticks;
};

double processor_seconds() {
  rusage used{};
  ::getrusage(RUSAGE_SELF, &used);
  return static_cast<double>(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
         static_cast<double>(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6;
}

/// Plays them from the moment when it is told to.
class Tape final : public feed::FeedSource {
 public:
  Tape(const std::vector<market::Tick>& ticks, std::shared_ptr<const market::InstrumentTable> instruments,
       std::size_t ticks_per_turn)
      : ticks_{ticks}, instruments_{std::move(instruments)}, ticks_per_turn_{ticks_per_turn} {}

  [[nodiscard]] std::string_view kind() const noexcept override { return "tape"; }
  [[nodiscard]] std::shared_ptr<const market::InstrumentTable> instruments() const override { return instruments_; }
  [[nodiscard]] market::Timeframe finest_timeframe(market::InstrumentId) const override {
    return market::Timeframe::S1;
  }
  [[nodiscard]] bool keeps_history() const noexcept override { return false; }
  [[nodiscard]] feed::Recording recording() const override { return {.market = "tape", .wanted = false}; }
  void subscribe(market::InstrumentId, market::QuoteMode) override {}
  void unsubscribe(market::InstrumentId) override {}
  [[nodiscard]] feed::Backfill backfill(market::InstrumentId, market::Timeframe, std::size_t, base::UtcTime) override {
    return {};
  }
  std::optional<base::UtcTime> advance(feed::FeedSink& sink, base::UtcTime now) override {
    if (!playing) return std::nullopt;
    if (position_ == 0) {
      begun = Clock::now();
      processor = processor_seconds();
    }
    const std::size_t end = std::min(ticks_.size(), position_ + ticks_per_turn_);
    for (; position_ < end; ++position_) sink.on_tick(ticks_[position_]);
    sink.on_market_time(ticks_[position_ - 1].time);
    if (position_ < ticks_.size()) return now;
    playing = false;
    delivered.set_value();
    return std::nullopt;
  }
  [[nodiscard]] feed::FeedCounters counters() const noexcept override { return {}; }

  // Of the market thread, until it has delivered.
  bool playing = false;
  Clock::time_point begun;
  double processor = 0;  // of the process, then, in seconds
  std::promise<void> delivered;

 private:
  const std::vector<market::Tick>& ticks_;
  std::shared_ptr<const market::InstrumentTable> instruments_;
  std::size_t ticks_per_turn_;
  std::size_t position_ = 0;
};

class CountingHub final : public daemon::HubPort {
 public:
  void publish(daemon::Burst) override {}
  void attached(hub::AttachReply reply) override {
    const std::lock_guard lock{mutex_};
    if (reply.error) throw std::runtime_error{reply.error->message};
    ++answers_;
    answered_.notify_all();
  }
  void attached(hub::TickReply) override {}
  void publish(channel::Message) override {}
  void upstream_changed(hub::UpstreamStatus) override {}
  void wait_for(std::size_t answers) {
    std::unique_lock lock{mutex_};
    answered_.wait(lock, [&] { return answers_ >= answers; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable answered_;
  std::size_t answers_ = 0;
};

struct Figures {
  std::vector<double> ticks_per_second;
  std::vector<double> microseconds_per_tick;  // of processor time
};

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

std::vector<std::string> topics(std::size_t count) {
  std::vector<std::string> out;
  for (std::size_t i = 0; i < count; ++i) {
    const std::string period = std::to_string(5 + i);
    out.push_back(i % 3 == 0 ? "SMA_" + period : i % 3 == 1 ? "EMA_" + period : "RSI_" + period + "_100");
  }
  return out;
}

void play(const std::vector<market::Tick>& ticks, const std::shared_ptr<const market::InstrumentTable>& instruments,
          std::size_t threads, const Options& options, Figures& figures) {
  test::FakeClock clock;
  auto owned = std::make_unique<Tape>(ticks, instruments, options.turn);
  Tape& tape = *owned;
  std::future<void> delivered = tape.delivered.get_future();
  CountingHub hub;
  daemon::MarketThread market{std::move(owned), {}, threads, {}, clock};
  market.start({&hub}, nullptr);
  for (std::uint32_t i = 0; i < instruments->size(); ++i) {
    const auto stream = wire::stream_id(market::InstrumentId{i}, market::Timeframe::Min1);
    market.attach(0, {stream, i + std::uint64_t{1}, topics(options.indicators), 0});
  }
  hub.wait_for(instruments->size());
  market.post([&tape](daemon::Market&) { tape.playing = true; });
  delivered.wait();
  market.stop();  // what was delivered is computed
  const double seconds = std::chrono::duration<double>(Clock::now() - tape.begun).count();
  const auto count = static_cast<double>(ticks.size());
  figures.ticks_per_second.push_back(count / seconds);
  figures.microseconds_per_tick.push_back((processor_seconds() - tape.processor) * 1e6 / count);
}

void measure(const Options& options) {
  test::FakeClock clock;
  feed::SimFeed feed{{.seed = 1, .rate = options.rate}, clock.utc_now()};
  const auto instruments = feed.instruments();
  for (std::uint32_t i = 0; i < instruments->size(); ++i) {
    feed.subscribe(market::InstrumentId{i}, market::QuoteMode::Ltp);
  }
  Recorder recorder;
  for (std::size_t second = 0; second < options.minutes * 60; ++second) {
    clock.advance(std::chrono::seconds{1});
    feed.advance(recorder, clock.utc_now());
  }
  std::printf("%zu instruments, %zu indicators each, %zu ticks\n", instruments->size(), options.indicators,
              recorder.ticks.size());
  std::vector<Figures> figures(options.threads.size());
  for (std::size_t round = 0; round < options.rounds; ++round) {
    for (std::size_t i = 0; i < options.threads.size(); ++i) {
      play(recorder.ticks, instruments, options.threads[i], options, figures[i]);
    }
  }
  const double ticks = median(figures.front().ticks_per_second);
  const double cost = median(figures.front().microseconds_per_tick);
  for (std::size_t i = 0; i < options.threads.size(); ++i) {
    const double of_ticks = median(figures[i].ticks_per_second);
    const double of_cost = median(figures[i].microseconds_per_tick);
    std::printf("%2zu threads   %9.0f ticks/s   ratio %.2f   processor %6.2f us/tick   ratio %.2f\n",
                options.threads[i], of_ticks, of_ticks / ticks, of_cost, of_cost / cost);
  }
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"What market threads do for a feed that has more than one core can compute."};
  Options options;
  app.add_option("--threads", options.threads, "Numbers of market threads; the others are compared with the first")
      ->delimiter(',')
      ->check(CLI::Range(1, 32));
  app.add_option("--indicators", options.indicators, "Of each stream")->check(CLI::Range(0, 60));
  app.add_option("--turn", options.turn, "Ticks of a turn of the feed")->check(CLI::PositiveNumber);
  app.add_option("--minutes", options.minutes, "Of the market")->check(CLI::PositiveNumber);
  app.add_option("--rounds", options.rounds, "How often each number is measured")->check(CLI::PositiveNumber);
  app.add_option("--rate", options.rate, "Ticks per second and symbol")->check(CLI::PositiveNumber);
  CLI11_PARSE(app, argc, argv);
  measure(options);
  return 0;
}
