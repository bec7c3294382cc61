// What the store costs the market thread when 1,000 streams close a bar in the same second.
//
//     store_stall [--streams 1000] [--seconds 30] [--directory DIR] [--slow-disk-ms 50]
//
// Drives an engine through market seconds, alternately with the store off and on, and prints the time of the burst that
// closes all bars (stall), the part of it that hands them over, and the ratio of the two runs. With --slow-disk-ms a
// second connection holds the database's write lock for that long again and again, as a disk does that takes its time.

#include <sqlite3.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "engine/engine.hpp"
#include "store/store.hpp"
#include "support/fake_clock.hpp"
#include "support/temporary_directory.hpp"

namespace {

using namespace subd;
using Clock = std::chrono::steady_clock;
using Microseconds = std::vector<double>;

struct Options {
  std::size_t streams = 1000;
  std::size_t seconds = 30;
  std::string directory;
  int slow_disk_ms = 50;
};

class NoUpstream final : public engine::Upstream {
 public:
  void subscribe(market::InstrumentId, market::QuoteMode) override {}
  void unsubscribe(market::InstrumentId) override {}
  [[nodiscard]] market::Timeframe finest_timeframe(market::InstrumentId) const override {
    return market::Timeframe::S1;
  }
  [[nodiscard]] engine::History history(market::InstrumentId, market::Timeframe, std::size_t) override { return {}; }
};

double microseconds_since(Clock::time_point begun) {
  return std::chrono::duration<double, std::micro>(Clock::now() - begun).count();
}

/// Hands closed bars over as the daemon does, and takes the time.
class Sink final : public engine::UpdateSink {
 public:
  void publish(std::span<const wire::UpdatePtr>) override {}
  void keep(std::span<const engine::KeptBar> bars) override {
    if (store == nullptr) return;
    const auto begun = Clock::now();
    std::vector<store::ClosedBar> out;
    out.reserve(bars.size());
    for (const engine::KeptBar& kept : bars) {
      out.push_back({wire::instrument_of(kept.stream), wire::timeframe_of(kept.stream), kept.since, kept.bar});
    }
    store->record(std::move(out));
    hand_over.push_back(microseconds_since(begun));
  }
  store::Store* store = nullptr;
  Microseconds hand_over;
};

std::shared_ptr<market::InstrumentTable> instruments(std::size_t count) {
  auto table = std::make_shared<market::InstrumentTable>();
  for (std::size_t i = 0; i < count; ++i) {
    market::Instrument instrument;
    instrument.symbol = "S" + std::to_string(i);
    instrument.exchange = "24x7";
    table->add(instrument);
  }
  return table;
}

double quantile(Microseconds values, double q) {
  if (values.empty()) return 0;
  std::sort(values.begin(), values.end());
  return values[static_cast<std::size_t>(std::lround(q * static_cast<double>(values.size() - 1)))];
}

void print(const char* name, const Microseconds& values) {
  std::printf("%-24s p50 %8.1f us   p99 %8.1f us   max %8.1f us\n", name, quantile(values, 0.5), quantile(values, 0.99),
              quantile(values, 1));
}

/// A connection of its own that holds the write lock most of the time.
class SlowDisk {
 public:
  SlowDisk(const std::string& file, int milliseconds)
      : thread_{[this, file, milliseconds] { run(file, milliseconds); }} {}
  ~SlowDisk() {
    ending_ = true;
    thread_.join();
  }

 private:
  void run(const std::string& file, int milliseconds) {
    sqlite3* connection = nullptr;
    sqlite3_open(file.c_str(), &connection);
    sqlite3_busy_timeout(connection, 1000);
    while (!ending_ && milliseconds > 0) {
      sqlite3_exec(connection, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr);
      std::this_thread::sleep_for(std::chrono::milliseconds{milliseconds});
      sqlite3_exec(connection, "COMMIT", nullptr, nullptr, nullptr);
      std::this_thread::sleep_for(std::chrono::milliseconds{5});
    }
    sqlite3_close(connection);
  }
  std::atomic<bool> ending_{false};
  std::thread thread_;
};

/// One market second: a tick for every stream, then the burst that closes all bars. Returns the time of the burst.
double play_second(engine::Engine& engine, test::FakeClock& clock, std::size_t streams) {
  for (std::size_t i = 0; i < streams; ++i) {
    market::Tick tick;
    tick.instrument = market::InstrumentId{static_cast<std::uint32_t>(i)};
    tick.time = clock.utc_now();
    tick.last_price = 100 + static_cast<double>(i % 7);
    engine.on_tick(tick);
  }
  engine.flush();
  clock.advance(std::chrono::seconds{1});
  const auto begun = Clock::now();
  engine.on_market_time(clock.utc_now());
  engine.flush();
  return microseconds_since(begun);
}

void measure(const Options& options) {
  const test::TemporaryDirectory temporary;
  const std::filesystem::path folder = options.directory.empty() ? temporary.path() : options.directory;
  const std::string file = (folder / "store_stall.db").string();
  const auto table = instruments(options.streams);
  const base::SystemClock system;
  store::Store store{{file, "bench", table, {}, 1'000'000, &market::builtin_calendars()}, system};
  store.start();
  test::FakeClock clock;
  NoUpstream upstream;
  Sink sink;
  engine::Engine engine{*table, upstream, sink, clock, engine::Settings{}};
  for (std::size_t i = 0; i < options.streams; ++i) {
    const auto id = wire::stream_id(market::InstrumentId{static_cast<std::uint32_t>(i)}, market::Timeframe::S1);
    if (!engine.attach(0, id, std::vector<std::string>{"RSI_14_100"}, 0)) throw std::runtime_error{"attach failed"};
  }
  for (int i = 0; i < 5; ++i) play_second(engine, clock, options.streams);
  Microseconds off;
  Microseconds on;
  {
    const SlowDisk slow{file, options.slow_disk_ms};
    for (std::size_t i = 0; i < options.seconds; ++i) {
      for (const bool with_store : {false, true}) {
        sink.store = with_store ? &store : nullptr;
        (with_store ? on : off).push_back(play_second(engine, clock, options.streams));
        // The store is to be busy while the market goes on, not to be measured on an idle machine.
        std::this_thread::sleep_for(std::chrono::milliseconds{50});
      }
    }
  }
  store.stop();
  const store::Counters counters = store.counters();
  print("burst, store off", off);
  print("burst, store on", on);
  print("of it, hand-over", sink.hand_over);
  std::printf("ratio on/off             p50 %8.3f      p99 %8.3f      max %8.3f\n",
              quantile(on, 0.5) / quantile(off, 0.5), quantile(on, 0.99) / quantile(off, 0.99),
              quantile(on, 1) / quantile(off, 1));
  std::printf("store: %llu bars in %llu writes, mean %.1f ms, slowest %.1f ms, %llu dropped\n",
              static_cast<unsigned long long>(counters.written), static_cast<unsigned long long>(counters.batches),
              static_cast<double>(counters.write_microseconds) / 1e3 /
                  static_cast<double>(std::max<std::uint64_t>(counters.batches, 1)),
              static_cast<double>(counters.slowest_microseconds) / 1e3,
              static_cast<unsigned long long>(counters.dropped));
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"What the store costs the market thread."};
  Options options;
  app.add_option("--streams", options.streams, "Streams that close a bar in the same second")
      ->check(CLI::PositiveNumber);
  app.add_option("--seconds", options.seconds, "Market seconds of each kind")->check(CLI::PositiveNumber);
  app.add_option("--directory", options.directory, "Where the database goes; a temporary directory by default");
  app.add_option("--slow-disk-ms", options.slow_disk_ms,
                 "How long the database is held up at a time; 0 for not at all");
  CLI11_PARSE(app, argc, argv);
  measure(options);
  return 0;
}
