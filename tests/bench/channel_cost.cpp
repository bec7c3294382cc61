// What the channels cost the market thread.
//
//     channel_cost [--rate 5000] [--seconds 60]
//
// Plays the same seconds of a simulated market, one after the other, into three pipelines: without channels, with
// channels that nobody takes, and with one client of each. Every instrument has a stream with an indicator. Prints the
// processor time of a second of each, without what it takes to make the ticks, and the ratios.

#include <time.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <deque>
#include <string>
#include <vector>

#include "channel/broadcaster.hpp"
#include "channel/catalogue.hpp"
#include "engine/engine.hpp"
#include "engine/tick_board.hpp"
#include "feed/sim_feed.hpp"
#include "market/calendar_set.hpp"
#include "support/fake_clock.hpp"

namespace {

using namespace subd;
using Microseconds = std::vector<double>;

struct Options {
  double rate = 5000;
  std::size_t seconds = 60;
};

/// A tick with a quote of its own, which the feed's is not.
struct KeptTick {
  market::Tick tick;
  market::Quote quote;
};

class Recorder final : public feed::FeedSink {
 public:
  void on_tick(const market::Tick& tick) override {
    KeptTick& kept = ticks.emplace_back(KeptTick{tick, *tick.quote});
    kept.tick.quote = &kept.quote;
  }
  void on_bar(market::InstrumentId, market::Timeframe, const market::Bar&) override {}
  void on_market_time(base::UtcTime) override {}
  void on_upstream(feed::UpstreamState, base::UtcTime) override {}
  std::deque<KeptTick> ticks;  // keeps them in their places
};

class NoUpstream final : public engine::Upstream, public channel::Upstream {
 public:
  void subscribe(market::InstrumentId, market::QuoteMode) override {}
  void unsubscribe(market::InstrumentId) override {}
  [[nodiscard]] market::Timeframe finest_timeframe(market::InstrumentId) const override {
    return market::Timeframe::S1;
  }
  [[nodiscard]] engine::History history(market::InstrumentId, market::Timeframe, std::size_t) override { return {}; }
};

class NoSink final : public engine::UpdateSink, public channel::MessageSink {
 public:
  void publish(std::span<const wire::UpdatePtr>) override {}
  void keep(std::span<const engine::KeptBar>) override {}
  void publish(std::span<const channel::HubNumber>, const channel::Message& message) override {
    bytes += message.text->size();
  }
  std::size_t bytes = 0;
};

enum class Channels { None, Idle, Taken };

/// The market thread's part of a daemon, driven by hand.
class Pipeline {
 public:
  Pipeline(const market::InstrumentTable& instruments, const base::Clock& clock, Channels channels)
      : channels_{channels},
        ticks_{instruments, upstream_, clock, std::chrono::seconds{2}},
        engine_{instruments, upstream_, sink_, clock, settings()},
        broadcaster_{instruments, upstream_, sink_, clock, {}} {
    for (std::uint32_t i = 0; i < instruments.size(); ++i) {
      const auto stream = wire::stream_id(market::InstrumentId{i}, market::Timeframe::Min1);
      if (!engine_.attach(0, stream, std::vector<std::string>{"RSI_14_100"}, 0)) throw std::runtime_error{"attach"};
    }
    for (std::size_t i = 0; channels == Channels::Taken && i < channel::channel_count(); ++i) {
      broadcaster_.want(0, static_cast<channel::ChannelId>(i), true);
    }
  }

  /// What one turn of the market thread does with its ticks.
  void turn(const std::deque<KeptTick>& ticks, base::UtcTime now) {
    for (const KeptTick& kept : ticks) {
      engine_.on_tick(kept.tick);
      ticks_.on_tick(kept.tick);
      if (channels_ != Channels::None) broadcaster_.state().on_tick(kept.tick);
    }
    engine_.on_market_time(now);
    engine_.flush();
    if (channels_ != Channels::None) broadcaster_.publish_due();
  }

  [[nodiscard]] std::uint64_t builds() const {
    std::uint64_t out = 0;
    for (const channel::BuildReport& report : broadcaster_.reports()) out += report.builds;
    return out;
  }

 private:
  static engine::Settings settings() {
    engine::Settings out;
    out.calendars = &market::builtin_calendars();
    return out;
  }

  Channels channels_;
  NoUpstream upstream_;
  NoSink sink_;
  engine::TickBoard ticks_;
  engine::Engine engine_;
  channel::Broadcaster broadcaster_;
};

double processor_microseconds() {
  timespec now{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e6 + static_cast<double>(now.tv_nsec) / 1e3;
}

double median(Microseconds values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

void measure(const Options& options) {
  constexpr std::chrono::milliseconds kTurn{10};
  constexpr std::size_t kTurnsPerSecond = 100;
  test::FakeClock clock;
  const std::size_t symbols = market::builtin_instruments().size();
  feed::SimFeed feed{{.seed = 1, .rate = options.rate / static_cast<double>(symbols)}, clock.utc_now()};
  const market::InstrumentTable& instruments = *feed.instruments();
  for (std::uint32_t i = 0; i < instruments.size(); ++i) {
    feed.subscribe(market::InstrumentId{i}, market::QuoteMode::Full);
  }
  Pipeline none{instruments, clock, Channels::None};
  Pipeline idle{instruments, clock, Channels::Idle};
  Pipeline taken{instruments, clock, Channels::Taken};
  Pipeline* const pipelines[] = {&none, &idle, &taken};
  Microseconds times[3];
  std::size_t ticks = 0;
  for (std::size_t second = 0; second < options.seconds; ++second) {
    double spent[3]{};
    for (std::size_t turn = 0; turn < kTurnsPerSecond; ++turn) {
      clock.advance(kTurn);
      Recorder recorder;
      feed.advance(recorder, clock.utc_now());
      ticks += recorder.ticks.size();
      for (std::size_t at = 0; at < 3; ++at) {
        const std::size_t which = (at + turn) % 3;  // none of them always finds the ticks in the cache
        const double begun = processor_microseconds();
        pipelines[which]->turn(recorder.ticks, clock.utc_now());
        spent[which] += processor_microseconds() - begun;
      }
    }
    for (std::size_t i = 0; i < 3; ++i) times[i].push_back(spent[i]);
  }
  std::printf("%zu instruments, %.0f ticks per second\n", symbols,
              static_cast<double>(ticks) / static_cast<double>(options.seconds));
  std::printf("without channels      p50 %8.1f us per second\n", median(times[0]));
  std::printf("channels, no client   p50 %8.1f us per second   ratio %.3f   %llu messages made\n", median(times[1]),
              median(times[1]) / median(times[0]), static_cast<unsigned long long>(idle.builds()));
  std::printf("one client of each    p50 %8.1f us per second   ratio %.3f   %llu messages made\n", median(times[2]),
              median(times[2]) / median(times[0]), static_cast<unsigned long long>(taken.builds()));
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"What the channels cost the market thread."};
  Options options;
  app.add_option("--rate", options.rate, "Ticks per second, all instruments together")->check(CLI::PositiveNumber);
  app.add_option("--seconds", options.seconds, "Market seconds")->check(CLI::PositiveNumber);
  CLI11_PARSE(app, argc, argv);
  measure(options);
  return 0;
}
