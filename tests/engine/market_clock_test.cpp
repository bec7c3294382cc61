#include <gtest/gtest.h>

#include <memory>
#include <utility>
#include <vector>

#include "engine/engine.hpp"
#include "support/fake_clock.hpp"

namespace subd::engine {
namespace {

using market::Timeframe;
using std::chrono::seconds;

/// Two instruments, each with a market clock of its own.
class TwoClocks final : public Upstream {
 public:
  void subscribe(market::InstrumentId, market::QuoteMode) override {}
  void unsubscribe(market::InstrumentId) override {}
  [[nodiscard]] Timeframe finest_timeframe(market::InstrumentId) const override { return Timeframe::S1; }
  [[nodiscard]] History history(market::InstrumentId, Timeframe, std::size_t) override { return {}; }
  [[nodiscard]] std::size_t clock_of(market::InstrumentId instrument) const override {
    return static_cast<std::size_t>(instrument);
  }
};

class CountingSink final : public UpdateSink {
 public:
  void publish(std::span<const wire::UpdatePtr>) override {}
  void keep(std::span<const KeptBar> bars) override { kept.insert(kept.end(), bars.begin(), bars.end()); }
  std::vector<KeptBar> kept;
};

class MarketClocks : public testing::Test {
 protected:
  MarketClocks() {
    for (const char* symbol : {"OLD", "NEW"}) {
      market::Instrument instrument;
      instrument.symbol = symbol;
      instrument.exchange = "24x7";
      instruments.add(instrument);
    }
    engine = std::make_unique<Engine>(instruments, upstream, sink, clock, Settings{});
    for (const std::uint32_t instrument : {0U, 1U}) {
      EXPECT_TRUE(engine->attach(0, wire::stream_id(market::InstrumentId{instrument}, Timeframe::S1), {}, 0));
    }
  }

  void tick(std::uint32_t instrument, base::UtcTime time) {
    market::Tick tick;
    tick.instrument = market::InstrumentId{instrument};
    tick.time = time;
    tick.last_price = 10;
    engine->on_tick(tick);
  }
  /// Bars that closed since the last look.
  std::vector<base::UtcTime> closed() {
    engine->flush();
    std::vector<base::UtcTime> out;
    for (const KeptBar& kept : std::exchange(sink.kept, {})) out.push_back(kept.bar.start);
    return out;
  }

  test::FakeClock clock;
  market::InstrumentTable instruments;
  TwoClocks upstream;
  CountingSink sink;
  std::unique_ptr<Engine> engine;
};

TEST_F(MarketClocks, OneEndsNoBarsOfAnother) {
  const base::UtcTime now = clock.utc_now();
  const base::UtcTime long_ago = now - std::chrono::years{1};
  tick(0, long_ago);
  tick(1, now);
  engine->on_market_time(now + seconds{1}, 1);
  EXPECT_EQ(closed(), std::vector{now});
  engine->on_market_time(long_ago, 0);
  EXPECT_TRUE(closed().empty());
  engine->on_market_time(long_ago + seconds{1}, 0);
  EXPECT_EQ(closed(), std::vector<base::UtcTime>{std::chrono::floor<seconds>(long_ago)});
}

}  // namespace
}  // namespace subd::engine
