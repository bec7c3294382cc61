#include "feed/ingest_batch.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "base/time_text.hpp"

namespace subd::feed {
namespace {

using market::QuoteMode;
using market::VolumeKind;

class IngestBatchTest : public testing::Test {
 protected:
  IngestBatch message(std::string_view text) const {
    auto batch = parse_ingest_message(text, rules, now);
    if (!batch) throw std::runtime_error{batch.error().message};
    return std::move(*batch);
  }
  IngestBatch lines(std::string_view text) const {
    auto batch = parse_ingest_lines(text, {}, rules, now);
    if (!batch) throw std::runtime_error{batch.error().message};
    return std::move(*batch);
  }
  std::string complaint(std::string_view text) const {
    const auto batch = parse_ingest_message(text, rules, now);
    return batch ? "" : batch.error().message;
  }
  IngestTick tick(const std::string& row) const { return std::get<IngestTick>(lines(row).rows.at(0).content); }
  IngestBar bar(const std::string& row) const { return std::get<IngestBar>(lines(row).rows.at(0).content); }
  /// `FIELD must be ALLOWED, got VALUE` of a row that is refused.
  std::string refusal(const std::string& row) const {
    const IngestBatch batch = lines(row);
    if (!batch.rows.empty()) return "taken";
    const IngestProblem& problem = batch.problems.shown().at(0);
    return problem.field + " must be " + problem.allowed + ", got " + problem.value;
  }

  const base::UtcTime now = *base::parse_time("2025-11-04T05:05:00Z");
  std::shared_ptr<const market::InstrumentTable> known =
      std::make_shared<const market::InstrumentTable>(market::builtin_instruments());
  IngestRules rules{known, market::builtin_calendars(), std::chrono::seconds{5}};
};

TEST_F(IngestBatchTest, AMessageHasAHeadTicksAndBars) {
  const IngestBatch batch = message(R"({"type":"ticks","publisher":"p1","epoch":"k3","seq":7,
    "ticks":[{"symbol":"RELIANCE","last_price":101.5,"timestamp":"2025-11-04T05:04:59Z"},{"token":2953217,"price":9}],
    "bars":[{"symbol":"NSE:INFY","timeframe":"1m","time":"2025-11-04T05:03:00Z","open":1,"high":2,"low":0.5,"close":1.5}],
    "unknown":true})");
  EXPECT_EQ(batch.head.publisher, "p1");
  EXPECT_EQ(batch.head.epoch, "k3");
  EXPECT_EQ(batch.head.seq, 7U);
  ASSERT_EQ(batch.rows.size(), 3U);
  EXPECT_EQ(batch.row_name(batch.rows[1]), "ticks[1]");
  EXPECT_EQ(batch.row_name(batch.rows[2]), "bars[0]");
  const auto& second = std::get<IngestTick>(batch.rows[1].content).tick;
  EXPECT_EQ((*known)[second.instrument].symbol, "TCS");
  EXPECT_EQ(second.time, now) << "of a row without one";
}

TEST_F(IngestBatchTest, WhatIsNoBatchIsRefusedAsAWhole) {
  EXPECT_EQ(complaint("{"), "the message is not JSON");
  EXPECT_EQ(complaint("[1]"), "the message must be an object, got [1]");
  EXPECT_EQ(complaint(R"({"type":"tick"})"), R"(type must be "ticks", got "tick")");
  EXPECT_EQ(complaint(R"({"type":"ticks","seq":-1})"), "seq must be a whole number from 0, got -1");
  EXPECT_EQ(complaint(R"({"type":"ticks","ticks":{}})"), "ticks must be a list, got {}");
  EXPECT_EQ(complaint(R"({"type":"ticks","publisher":"a\nb"})"),
            R"(publisher must be a text of at most 64 bytes without control characters, got "a\nb")");
  const auto empty = parse_ingest_lines(" \n\r\n", {}, rules, now);
  ASSERT_FALSE(empty);
  EXPECT_EQ(empty.error().message, "the body must hold one tick or bar a line, it has none");
}

TEST_F(IngestBatchTest, ABadRowCostsItselfAlone) {
  const IngestBatch batch = lines(
      "{\"symbol\":\"TCS\",\"price\":1}\r\n\nnot "
      "json\n{\"symbol\":\"TCS\",\"price\":-1}\n{\"symbol\":\"TCS\",\"price\":2}");
  ASSERT_EQ(batch.rows.size(), 2U);
  EXPECT_EQ(batch.row_name(batch.rows[1]), "line 5");
  ASSERT_EQ(batch.problems.count(), 2U);
  EXPECT_EQ(batch.problems.shown()[0].row, "line 3");
  EXPECT_EQ(batch.problems.shown()[1].row, "line 4");
  EXPECT_EQ(batch.problems.shown()[1].field, "price");
}

TEST_F(IngestBatchTest, SaysWhatIsWrongWithATick) {
  EXPECT_EQ(refusal(R"({"symbol":"RELIANC","price":1})"),
            R"(symbol must be a symbol that subd knows; did you mean RELIANCE?, got "RELIANC")");
  EXPECT_EQ(refusal(R"({"token":1,"price":1})"), "token must be a token that subd knows, got 1");
  EXPECT_EQ(refusal(R"({"token":738561,"symbol":"TCS","price":1})"),
            "token must be that of the symbol, 2953217, got 738561");
  EXPECT_EQ(refusal(R"({"price":1})"), "symbol must be a symbol or a token, got null");
  EXPECT_EQ(refusal(R"({"symbol":"TCS"})"), "last_price must be a number above 0, got null");
  for (const char* price : {"0", "-2.5", "\"9\"", "null", "[]"}) {
    EXPECT_NE(refusal(std::string{R"({"symbol":"TCS","last_price":)"} + price + "}"), "taken") << price;
  }
  EXPECT_EQ(refusal(R"({"symbol":"TCS","price":1,"volume":-1})"), "volume must be a number from 0, got -1");
  EXPECT_EQ(refusal(R"({"symbol":"TCS","price":1,"timestamp":"2025-11-04T05:05:06Z"})"),
            R"(timestamp must be at most 5s after now, 2025-11-04T05:05:00.000Z, got "2025-11-04T05:05:06Z")");
  EXPECT_EQ(refusal(R"({"symbol":"TCS","price":1,"timestamp":"noon"})"),
            R"(timestamp must be a time from 1970 on, as ISO 8601 or in milliseconds, got "noon")");
  EXPECT_EQ(refusal(R"({"symbol":"TCS","price":1,"depth":{"buy":[{"price":1,"quantity":-1}]}})"),
            "depth.buy[0].quantity must be a whole number from 0 to 4294967295, got -1");
  EXPECT_EQ(refusal("[]"), " must be an object, got []");
}

TEST_F(IngestBatchTest, SuggestionsAreOfferedForTheFirstUnknownSymbolsOnly) {
  std::string many;
  for (int i = 0; i < 30; ++i)
    many += R"({"symbol":"RELIANC","price":1})"
            "\n";
  const IngestBatch batch = lines(many);
  EXPECT_EQ(batch.problems.count(), 30U);
  ASSERT_EQ(batch.problems.shown().size(), IngestProblems::kShown);
  EXPECT_NE(batch.problems.shown()[0].allowed.find("did you mean"), std::string::npos);
  EXPECT_EQ(batch.problems.shown()[5].allowed, "a symbol that subd knows");
}

TEST_F(IngestBatchTest, AVolumeIsOfTheDayAndASizeOfTheTrade) {
  EXPECT_EQ(tick(R"({"symbol":"TCS","price":1})").tick.volume_kind, VolumeKind::None);
  const IngestTick day = tick(R"({"symbol":"TCS","price":1,"volume":500,"size":5})");
  EXPECT_EQ(day.tick.volume_kind, VolumeKind::DayCumulative);
  EXPECT_EQ(day.tick.volume, 500);
  EXPECT_EQ(day.quote->last_quantity, 5);
  EXPECT_EQ(tick(R"({"symbol":"TCS","price":1,"size":5})").tick.volume_kind, VolumeKind::Traded);
}

TEST_F(IngestBatchTest, AQuoteIsAsFullAsTheRow) {
  EXPECT_FALSE(tick(R"({"symbol":"TCS","price":1})").quote);
  const auto quote = tick(R"({"symbol":"TCS","price":1,"open":2,"buy_quantity":7})").quote;
  ASSERT_TRUE(quote);
  EXPECT_EQ(quote->mode, QuoteMode::Quote);
  EXPECT_EQ(quote->open, 2);
  EXPECT_TRUE(std::isnan(quote->high));
  const auto full = tick(R"({"symbol":"TCS","price":1,"oi":3,"timestamp":1762232699000,)"
                         R"("depth":{"buy":[{"price":0.9,"quantity":10,"orders":2}],"sell":[]}})");
  ASSERT_TRUE(full.quote);
  EXPECT_EQ(full.quote->mode, QuoteMode::Full);
  EXPECT_EQ(full.quote->buy[0].quantity, 10U);
  EXPECT_EQ(full.quote->exchange_time, full.tick.time);
  EXPECT_EQ(base::time_text(full.tick.time), "2025-11-04T05:04:59.000Z");
}

TEST_F(IngestBatchTest, ABarIsOfATradingSessionAndHasEnded) {
  const std::string prices = R"(,"open":10,"high":12,"low":9,"close":11,"volume":5})";
  const auto row = [&](std::string_view timeframe, std::string_view time) {
    return R"({"symbol":"TCS","timeframe":")" + std::string{timeframe} + R"(","time":")" + std::string{time} + '"' +
           prices;
  };
  const IngestBar good = bar(row("5min", "2025-11-04T05:00:00Z"));
  EXPECT_EQ(good.timeframe, market::Timeframe::Min5);
  EXPECT_EQ(good.bar.volume, 5);
  EXPECT_EQ(good.bar.trading_day, market::TradingDay{std::chrono::local_days{std::chrono::year{2025} / 11 / 4}});
  EXPECT_EQ(refusal(row("5min", "2025-11-04T05:01:00Z")),
            R"(time must be the start of a 5min bar, as 2025-11-04T05:00:00.000Z, got "2025-11-04T05:01:00.000Z")");
  EXPECT_EQ(refusal(row("1min", "2025-11-04T05:05:00Z")),
            "time must be of a bar that has ended; this one ends at 2025-11-04T05:06:00.000Z, got "
            "\"2025-11-04T05:05:00.000Z\"");
  EXPECT_EQ(refusal(row("1min", "2025-11-04T02:00:00Z")),
            R"(time must be within a trading session of the exchange, got "2025-11-04T02:00:00.000Z")");
  EXPECT_NE(refusal(row("7min", "2025-11-04T05:00:00Z")).find("timeframe must be one of 1s 5s"), std::string::npos);
  EXPECT_EQ(refusal(R"({"symbol":"TCS","timeframe":"1min","time":"2025-11-04T05:00:00Z","open":10,"high":9,"low":9,)"
                    R"("close":9})"),
            "high must be at least open and close, got 9");
}

}  // namespace
}  // namespace subd::feed
