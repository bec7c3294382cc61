// Greeks as subscribers see them: in updates and snapshots of the engine, with what is subscribed for them.
#include <gtest/gtest.h>

#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "engine/engine.hpp"
#include "support/fake_clock.hpp"

namespace subd::engine {
namespace {

using market::InstrumentId;
using market::InstrumentType;
using market::Timeframe;
using nlohmann::json;
using std::chrono::milliseconds;
using std::chrono::seconds;

/// An upstream without a past that refuses to be subscribed or unsubscribed twice.
class StrictUpstream final : public Upstream {
 public:
  void subscribe(InstrumentId instrument, market::QuoteMode) override {
    EXPECT_TRUE(subscribed.insert(instrument).second);
  }
  void unsubscribe(InstrumentId instrument) override { EXPECT_EQ(subscribed.erase(instrument), 1u); }
  [[nodiscard]] Timeframe finest_timeframe(InstrumentId) const override { return Timeframe::S1; }
  [[nodiscard]] History history(InstrumentId, Timeframe, std::size_t) override { return {}; }

  std::set<InstrumentId> subscribed;
};

class LastUpdates final : public UpdateSink {
 public:
  void publish(std::span<const wire::UpdatePtr> burst) override {
    for (const wire::UpdatePtr& update : burst) {
      std::string text;
      update->append_message(text, {});
      by_stream[update->stream] = json::parse(text);
    }
  }
  std::map<wire::StreamId, json> by_stream;
};

class GreeksStream : public testing::Test {
 protected:
  GreeksStream() {
    add("INDEX", InstrumentType::Index, {}, 0);
    add("SHARE", InstrumentType::Equity, {}, 0);
    for (const int strike : {90, 100, 110, 120}) {
      add(std::to_string(strike) + "CE", InstrumentType::Call, "INDEX", strike);
      add(std::to_string(strike) + "PE", InstrumentType::Put, "INDEX", strike);
    }
    engine = std::make_unique<Engine>(instruments, upstream, sink, clock, settings);
  }

  void add(std::string symbol, InstrumentType type, std::string underlying, double strike) {
    market::Instrument instrument;
    instrument.symbol = std::move(symbol);
    instrument.exchange = "24x7";
    instrument.type = type;
    instrument.underlying = std::move(underlying);
    if (strike > 0) {
      instrument.strike = strike;
      instrument.expiry = std::chrono::year{2024} / 2 / 1;
    }
    instruments.add(std::move(instrument));
  }

  wire::StreamId stream(std::string_view symbol, Timeframe timeframe = Timeframe::S1) const {
    return wire::stream_id(instruments.find(symbol).value(), timeframe);
  }
  json attach(std::string_view symbol, Timeframe timeframe = Timeframe::S1) {
    const auto reply = engine->attach(0, stream(symbol, timeframe), {}, 10);
    EXPECT_TRUE(reply.has_value());
    return json::parse(wire::snapshot_message(*reply, {}));
  }
  void release(std::string_view symbol) { engine->release(0, stream(symbol), true, {}); }
  void tick(std::string_view symbol, double price, double oi = wire::kUnknown) {
    market::Tick tick;
    tick.instrument = instruments.find(symbol).value();
    tick.time = clock.utc_now();
    tick.last_price = price;
    tick.oi = tick.oi_previous = oi;
    engine->on_tick(tick);
  }
  /// Moves the clock far enough for the engine to look at everything again.
  void pass(milliseconds by = seconds{1}) {
    clock.advance(by);
    engine->on_market_time(clock.utc_now());
    engine->flush();
  }
  json update(std::string_view symbol, Timeframe timeframe = Timeframe::S1) {
    engine->flush();
    return sink.by_stream[stream(symbol, timeframe)];
  }
  std::set<std::string> subscribed() const {
    std::set<std::string> symbols;
    for (const InstrumentId id : upstream.subscribed) symbols.insert(instruments[id].symbol);
    return symbols;
  }

  test::FakeClock clock;
  market::InstrumentTable instruments;
  StrictUpstream upstream;
  LastUpdates sink;
  Settings settings;
  std::unique_ptr<Engine> engine;
};

TEST_F(GreeksStream, AnOptionsUpdateCarriesGreeksAtTheNewestForward) {
  attach("100CE");
  tick("100CE", 8, 500);
  EXPECT_TRUE(update("100CE")["greeks"].is_null()) << "the underlying has no price yet";
  tick("INDEX", 101);
  tick("100CE", 9, 500);
  const json greeks = update("100CE")["greeks"];
  ASSERT_TRUE(greeks.is_object());
  EXPECT_EQ(greeks["forward"], 101);
  EXPECT_GT(greeks["iv"], 0.1);
  EXPECT_EQ(update("100CE")["oi"], (json{{"oi", 500}, {"change", 0}}));
}

TEST_F(GreeksStream, TheUnderlyingsTickAloneDoesNotPublishTheOption) {
  attach("100CE");
  tick("INDEX", 101);
  tick("100CE", 9);
  const json before = update("100CE");
  tick("INDEX", 105);
  EXPECT_EQ(update("100CE"), before);
  tick("100CE", 9);
  EXPECT_EQ(update("100CE")["greeks"]["forward"], 105);
}

TEST_F(GreeksStream, ASnapshotHasTheGreeksOfTheUpdateWhoseNumberItBears) {
  attach("100CE");
  tick("INDEX", 101);
  tick("100CE", 9);
  const json before = update("100CE");
  tick("INDEX", 105);
  const json snapshot = attach("100CE");
  EXPECT_EQ(snapshot["seq"], before["seq"]);
  EXPECT_EQ(snapshot["greeks"], before["greeks"]);
}

TEST_F(GreeksStream, AClosedBarHasGreeksAtItsClose) {
  attach("100CE");
  tick("INDEX", 101);
  tick("100CE", 9);
  pass();
  const json closed = update("100CE");
  ASSERT_EQ(closed["bar"], "closed");
  EXPECT_TRUE(closed["greeks"].is_object());
  EXPECT_FALSE(attach("100CE")["bars"][0].contains("greeks"));
}

TEST_F(GreeksStream, AllTimeframesOfAnInstrumentCarryTheSameFigures) {
  attach("100CE", Timeframe::S1);
  attach("100CE", Timeframe::Min1);
  tick("INDEX", 101);
  tick("100CE", 9);
  EXPECT_EQ(update("100CE", Timeframe::S1)["greeks"], update("100CE", Timeframe::Min1)["greeks"]);
}

TEST_F(GreeksStream, AnUnderlyingCarriesItsChainAndASharesNothing) {
  attach("INDEX");
  attach("SHARE");
  tick("100CE", 9, 300);
  tick("100PE", 8, 450);
  tick("90PE", 3, 150);
  tick("INDEX", 101);
  tick("SHARE", 50);
  const json index = update("INDEX");
  EXPECT_EQ(index["greeks"]["expiry"], "2024-02-01");
  EXPECT_EQ(index["greeks"]["atm_strike"], 100);
  EXPECT_EQ(index["greeks"]["call"]["forward"], 101) << "100 + 9 - 8";
  EXPECT_EQ(index["greeks"]["pcr"], 2);
  EXPECT_EQ(index["oi"], (json{{"call_oi", 300}, {"put_oi", 600}, {"pcr", 2}}));
  EXPECT_TRUE(update("SHARE")["greeks"].is_null());
  EXPECT_TRUE(update("SHARE")["oi"].is_null());
}

TEST_F(GreeksStream, WhatTheGreeksNeedIsSubscribedAsLongAsTheyDo) {
  attach("120CE");
  EXPECT_EQ(subscribed(), (std::set<std::string>{"120CE", "INDEX"}));
  tick("INDEX", 91);
  pass();
  EXPECT_EQ(subscribed(), (std::set<std::string>{"100CE", "100PE", "120CE", "90CE", "90PE", "INDEX"}));
  tick("INDEX", 109);
  pass();
  EXPECT_EQ(subscribed(), (std::set<std::string>{"100CE", "100PE", "110CE", "110PE", "120CE", "120PE", "INDEX"}));
  attach("INDEX");
  EXPECT_EQ(upstream.subscribed.size(), 9u);
  release("120CE");
  pass(settings.grace * 2);
  pass();
  EXPECT_EQ(upstream.subscribed.size(), 9u) << "the index still shows its chain";
  release("INDEX");
  pass(settings.grace * 2);
  pass();
  EXPECT_EQ(subscribed(), std::set<std::string>{});
}

TEST_F(GreeksStream, AnExpiredChainIsLetGo) {
  attach("INDEX");
  EXPECT_EQ(upstream.subscribed.size(), 9u);
  clock.advance(std::chrono::hours{24 * 365});
  pass();
  EXPECT_EQ(subscribed(), std::set<std::string>{"INDEX"});
  tick("INDEX", 100);
  EXPECT_TRUE(update("INDEX")["greeks"].is_null());
}

}  // namespace
}  // namespace subd::engine
