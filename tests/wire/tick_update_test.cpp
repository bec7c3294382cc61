#include "wire/tick_update.hpp"

#include <gtest/gtest.h>

#include <string>

namespace subd::wire {
namespace {

using market::QuoteMode;

constexpr TickForm kJsonLtp{TickFormat::Json, QuoteMode::Ltp};
constexpr TickForm kJsonQuote{TickFormat::Json, QuoteMode::Quote};
constexpr TickForm kJsonFull{TickFormat::Json, QuoteMode::Full};
constexpr TickForm kPacketQuote{TickFormat::Packet, QuoteMode::Quote};

std::string text(const TickUpdate& update, TickForm form) {
  std::string out;
  update.append_payload(out, form);
  EXPECT_EQ(out.size(), update.payload_bytes(form));
  return out;
}

class TickUpdateTest : public testing::Test {
 protected:
  TickUpdateTest() {
    quote.open = 100;
    quote.high = 110;
    quote.low = 95.5;
    quote.close = 99;
    quote.last_quantity = 5;
    quote.average_price = 104.25;
    quote.day_volume = 1200;
    quote.buy_quantity = 30;
    quote.sell_quantity = 40;
    quote.oi = 7;
    quote.exchange_time = base::UtcTime{};
    quote.has_depth = true;
    quote.buy[0] = {104, 10, 2};
    quote.buy[1] = {103.5, 20, 1};
    quote.sell[0] = {104.5, 15, 3};
    update.seq = 9;
  }

  TickFields fields() { return {738561, "RELIANCE", base::UtcTime{std::chrono::milliseconds{1500}}, 104.5, quote}; }

  market::Quote quote;
  TickUpdate update;
};

constexpr const char* kLtp =
    R"({"type":"tick","token":738561,"symbol":"RELIANCE","mode":"ltp","seq":9,"timestamp":"1970-01-01T00:00:01.500Z","last_price":104.5})";
constexpr const char* kQuote =
    R"({"type":"tick","token":738561,"symbol":"RELIANCE","mode":"quote","seq":9,"timestamp":"1970-01-01T00:00:01.500Z","last_price":104.5,"volume":1200,"last_quantity":5,"average_price":104.25,"buy_quantity":30,"sell_quantity":40,"ohlc":{"open":100,"high":110,"low":95.5,"close":99}})";
constexpr const char* kFull =
    R"({"type":"tick","token":738561,"symbol":"RELIANCE","mode":"full","seq":9,"timestamp":"1970-01-01T00:00:01.500Z","last_price":104.5,"volume":1200,"last_quantity":5,"average_price":104.25,"buy_quantity":30,"sell_quantity":40,"ohlc":{"open":100,"high":110,"low":95.5,"close":99},"oi":7,"oi_day_high":null,"oi_day_low":null,"last_trade_time":null,"exchange_timestamp":"1970-01-01T00:00:00.000Z","depth":{"buy":[{"price":104,"quantity":10,"orders":2},{"price":103.5,"quantity":20,"orders":1}],"sell":[{"price":104.5,"quantity":15,"orders":3}]}})";

TEST_F(TickUpdateTest, EachModeSaysWhatThoseBeforeItSayAndMore) {
  update.add_json(fields(), QuoteMode::Full);
  EXPECT_EQ(text(update, kJsonLtp), kLtp);
  EXPECT_EQ(text(update, kJsonQuote), kQuote);
  EXPECT_EQ(text(update, kJsonFull), kFull);
}

TEST_F(TickUpdateTest, CarriesWhatWasAddedOnly) {
  update.add_json(fields(), QuoteMode::Quote);
  EXPECT_TRUE(update.carries(kJsonLtp));
  EXPECT_TRUE(update.carries(kJsonQuote));
  EXPECT_FALSE(update.carries(kJsonFull));
  EXPECT_FALSE(update.carries(kPacketQuote));
  update.add_packet(QuoteMode::Quote, "packet");
  EXPECT_EQ(text(update, kPacketQuote), "packet");
  EXPECT_EQ(text(update, kJsonQuote), kQuote);
}

TEST_F(TickUpdateTest, WhatIsNotKnownIsNull) {
  quote = {};
  update.add_json(fields(), QuoteMode::Full);
  const std::string full = text(update, kJsonFull);
  EXPECT_NE(full.find(R"("volume":null)"), std::string::npos) << full;
  EXPECT_NE(full.find(R"("ohlc":{"open":null,"high":null,"low":null,"close":null})"), std::string::npos) << full;
  EXPECT_NE(full.find(R"("depth":null})"), std::string::npos) << full;
}

TEST_F(TickUpdateTest, WithoutANewPriceItIsNotForThoseWhoTakePricesAlone) {
  update.add_json(fields(), QuoteMode::Full);
  update.price_changed = false;
  EXPECT_FALSE(update.is_for(kJsonLtp));
  EXPECT_TRUE(update.is_for(kJsonQuote));
  update.price_changed = true;
  EXPECT_TRUE(update.is_for(kJsonLtp));
}

TEST(TickForms, KnowsTheHighestModeOfAFormatAndOfBoth) {
  TickForms forms;
  EXPECT_FALSE(forms.highest().has_value());
  forms.add(kJsonLtp);
  forms.add(kPacketQuote);
  EXPECT_EQ(forms.highest(TickFormat::Json), QuoteMode::Ltp);
  EXPECT_EQ(forms.highest(TickFormat::Packet), QuoteMode::Quote);
  EXPECT_EQ(forms.highest(), QuoteMode::Quote);
  TickForms more;
  more.add(kJsonFull);
  forms.add(more);
  EXPECT_EQ(forms.highest(), QuoteMode::Full);
}

}  // namespace
}  // namespace subd::wire
