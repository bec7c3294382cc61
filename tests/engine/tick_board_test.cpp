#include "engine/tick_board.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "support/fake_clock.hpp"

namespace subd::engine {
namespace {

using market::InstrumentId;
using market::QuoteMode;
using std::chrono::milliseconds;
using Lines = std::vector<std::string>;

constexpr InstrumentId kNifty{0};
constexpr InstrumentId kTcs{1};

class RecordingUpstream final : public QuoteUpstream {
 public:
  void subscribe(InstrumentId instrument, QuoteMode mode) override {
    calls.push_back("+" + std::to_string(static_cast<unsigned>(instrument)) + " " +
                    std::string{market::quote_mode_name(mode)});
  }
  void unsubscribe(InstrumentId instrument) override {
    calls.push_back("-" + std::to_string(static_cast<unsigned>(instrument)));
  }
  Lines take() { return std::exchange(calls, {}); }
  Lines calls;
};

wire::TickForms json(QuoteMode mode) {
  wire::TickForms forms;
  forms.add({wire::TickFormat::Json, mode});
  return forms;
}

bool carries(const wire::TickPtr& tick, QuoteMode mode) {
  return tick != nullptr && tick->carries({wire::TickFormat::Json, mode});
}

std::string text(const wire::TickPtr& tick, QuoteMode mode) {
  std::string out;
  tick->append_payload(out, {wire::TickFormat::Json, mode});
  return out;
}

class TickBoardTest : public testing::Test {
 protected:
  TickBoardTest() {
    market::Instrument instrument;
    instrument.token = 256265;
    instrument.symbol = "NIFTY50";
    instruments.add(instrument);
    instrument.token = 2953217;
    instrument.symbol = "TCS";
    instruments.add(instrument);
  }

  void tick(InstrumentId instrument, double price, const market::Quote* quote = nullptr) {
    market::Tick out;
    out.instrument = instrument;
    out.time = clock.utc_now();
    out.last_price = price;
    out.quote = quote;
    board->on_tick(out);
  }
  void pass(milliseconds by) {
    clock.advance(by);
    board->end_expired();
  }

  test::FakeClock clock;
  market::InstrumentTable instruments;
  RecordingUpstream upstream;
  // Made once the instruments are there.
  std::unique_ptr<TickBoard> board;
  void SetUp() override { board = std::make_unique<TickBoard>(instruments, upstream, clock, milliseconds{2000}); }
};

TEST_F(TickBoardTest, TheFirstHubSubscribesAndTheLastLeavesAfterTheGrace) {
  board->want(0, kNifty, json(QuoteMode::Quote));
  board->want(1, kNifty, json(QuoteMode::Quote));
  EXPECT_EQ(upstream.take(), Lines{"+0 quote"});
  board->want(0, kNifty, {});
  board->want(1, kNifty, {});
  pass(milliseconds{1999});
  EXPECT_EQ(upstream.take(), Lines{});
  pass(milliseconds{1});
  EXPECT_EQ(upstream.take(), Lines{"-0"});
  EXPECT_EQ(board->instrument_count(), 0U);
}

TEST_F(TickBoardTest, WhoReturnsWithinTheGraceIsNotNoticedUpstream) {
  board->want(0, kNifty, json(QuoteMode::Full));
  upstream.take();
  board->want(0, kNifty, {});
  pass(milliseconds{1000});
  board->want(0, kNifty, json(QuoteMode::Full));
  pass(milliseconds{5000});
  EXPECT_EQ(upstream.take(), Lines{});
}

TEST_F(TickBoardTest, TheModeRisesAtOnceAndFallsAfterTheGrace) {
  board->want(0, kNifty, json(QuoteMode::Ltp));
  board->want(1, kNifty, json(QuoteMode::Full));
  EXPECT_EQ(upstream.take(), (Lines{"+0 ltp", "+0 full"}));
  board->want(1, kNifty, {});
  pass(milliseconds{1999});
  EXPECT_EQ(upstream.take(), Lines{});
  pass(milliseconds{1});
  EXPECT_EQ(upstream.take(), Lines{"+0 ltp"});
}

TEST_F(TickBoardTest, WhatNobodyTakesIsNotSerialised) {
  board->want(0, kTcs, json(QuoteMode::Quote));
  tick(kNifty, 100);
  EXPECT_FALSE(board->has_burst());
  tick(kTcs, 50);
  board->want(0, kTcs, {});
  tick(kTcs, 51);
  EXPECT_EQ(board->take_burst().size(), 1U);
  EXPECT_EQ(board->updates(), 1U);
}

TEST_F(TickBoardTest, SerialisesTheModesThatAreTaken) {
  board->want(0, kNifty, json(QuoteMode::Quote));
  tick(kNifty, 100);
  board->want(1, kNifty, json(QuoteMode::Full));
  tick(kNifty, 101);
  const auto burst = board->take_burst();
  ASSERT_EQ(burst.size(), 2U);
  EXPECT_TRUE(carries(burst[0], QuoteMode::Quote));
  EXPECT_FALSE(carries(burst[0], QuoteMode::Full));
  EXPECT_TRUE(carries(burst[1], QuoteMode::Full));
  EXPECT_NE(text(burst[1], QuoteMode::Ltp).find(R"("token":256265,"symbol":"NIFTY50","mode":"ltp","seq":2)"),
            std::string::npos);
}

TEST_F(TickBoardTest, WherePricesAloneAreTakenATickWithoutANewOneIsNone) {
  board->want(0, kNifty, json(QuoteMode::Ltp));
  tick(kNifty, 100);
  tick(kNifty, 100);
  tick(kNifty, 101);
  const auto burst = board->take_burst();
  ASSERT_EQ(burst.size(), 2U);
  EXPECT_TRUE(burst[0]->price_changed);
  EXPECT_EQ(burst[1]->seq, 2U);
}

TEST_F(TickBoardTest, TheNewestTickIsKnownToWhoComesLater) {
  board->want(0, kNifty, json(QuoteMode::Full));
  EXPECT_EQ(board->newest(kNifty), nullptr);
  tick(kNifty, 100);
  const auto told = board->take_burst().at(0);
  EXPECT_EQ(board->newest(kNifty), told);
  board->want(1, kNifty, json(QuoteMode::Ltp));
  EXPECT_EQ(board->newest(kNifty)->seq, told->seq);
  EXPECT_EQ(board->newest(kTcs), nullptr);
}

TEST_F(TickBoardTest, AQuoteThatTheUpstreamWasNotAskedForIsNotTold) {
  board->want(0, kNifty, json(QuoteMode::Ltp));
  tick(kNifty, 100);
  board->want(1, kNifty, json(QuoteMode::Full));
  EXPECT_FALSE(carries(board->newest(kNifty), QuoteMode::Full));
  tick(kNifty, 101);
  EXPECT_TRUE(carries(board->newest(kNifty), QuoteMode::Full));
}

TEST_F(TickBoardTest, TicksOfLessThanWasJustAskedForAreThoseThatWereUnderWay) {
  market::Quote quote;
  quote.mode = QuoteMode::Quote;
  board->want(0, kNifty, json(QuoteMode::Full));
  tick(kNifty, 100, &quote);
  EXPECT_FALSE(carries(board->take_burst().at(0), QuoteMode::Full));
  quote.mode = QuoteMode::Full;
  tick(kNifty, 101, &quote);
  EXPECT_TRUE(carries(board->take_burst().at(0), QuoteMode::Full));
}

TEST_F(TickBoardTest, ASourceThatKnowsNoMoreIsToldOfAllTheSame) {
  market::Quote quote;
  quote.mode = QuoteMode::Ltp;
  board->want(0, kNifty, json(QuoteMode::Full));
  pass(milliseconds{2000});
  tick(kNifty, 100, &quote);
  const auto burst = board->take_burst();
  ASSERT_TRUE(carries(burst.at(0), QuoteMode::Full));
  EXPECT_NE(text(burst[0], QuoteMode::Full).find(R"("oi":null)"), std::string::npos);
}

TEST_F(TickBoardTest, NumbersRiseAcrossThePausesOfAnInstrument) {
  board->want(0, kNifty, json(QuoteMode::Quote));
  tick(kNifty, 100);
  board->want(0, kNifty, {});
  pass(milliseconds{2000});
  board->want(0, kNifty, json(QuoteMode::Quote));
  tick(kNifty, 100);
  EXPECT_EQ(board->take_burst().back()->seq, 2U);
}

TEST_F(TickBoardTest, ABarTellsItsClose) {
  board->want(0, kNifty, json(QuoteMode::Ltp));
  market::Bar bar;
  bar.start = clock.utc_now();
  bar.close = 123.5;
  board->on_bar(kNifty, market::Timeframe::Min1, bar);
  EXPECT_NE(text(board->take_burst().at(0), QuoteMode::Ltp).find(R"("last_price":123.5)"), std::string::npos);
}

}  // namespace
}  // namespace subd::engine
