#include "channel/market_channel.hpp"

#include <gtest/gtest.h>

#include "channel/market_fixture.hpp"

namespace subd::channel {
namespace {

using nlohmann::json;
using test::at;
using test::kAaa;
using test::kFuture;
using test::kIndex;
using test::tick;

class MarketChannelTest : public testing::Test {
 protected:
  json message() { return test::message_of(channel); }

  market::InstrumentTable table = test::channel_instruments();
  MarketState state{table};
  MarketChannel channel{state};
};

TEST_F(MarketChannelTest, IsWholeBeforeAnythingIsKnown) {
  EXPECT_EQ(message(), json::parse(R"({"quotes":{},"prices":{},"indices":{},"foreign":null,"derivatives":null})"));
}

TEST_F(MarketChannelTest, PriceHasItsChangeAndItsLimits) {
  market::Quote quote;
  quote.close = 200;
  quote.ceiling = 214;
  quote.floor = 186;
  auto trade = tick(kAaa, "2026-01-05T02:15:00Z", 210, 100);
  trade.quote = &quote;
  state.on_tick(trade);
  EXPECT_EQ(message()["prices"], json::parse(R"({"AAA":{"last_price":210,"change":10,"change_pct":5,"ref_price":200,
      "ceiling":214,"floor":186,"open":null,"high":null,"low":null,"average":null,
      "last_updated":"2026-01-05T02:15:00.000Z"}})"));
  EXPECT_EQ(message()["quotes"], json::object()) << "no depth is known";
}

TEST_F(MarketChannelTest, VolumeIsOfWhoTookTheOthersOffer) {
  market::Quote quote;
  quote.has_depth = true;
  quote.buy[0] = {99, 10, 0};
  quote.sell[0] = {101, 20, 0};
  state.prices.on_quote(kAaa, at("2026-01-05T02:15:00Z"), quote);
  state.on_tick(tick(kAaa, "2026-01-05T02:15:01Z", 100, 50));
  state.on_tick(tick(kAaa, "2026-01-05T02:15:02Z", 101, 57));
  state.on_tick(tick(kAaa, "2026-01-05T02:15:03Z", 99, 60));
  state.on_tick(tick(kAaa, "2026-01-05T02:15:04Z", 100, 61));
  auto told = tick(kAaa, "2026-01-05T02:15:05Z", 100, 63);
  told.side = market::TradeSide::Seller;
  state.on_tick(told);
  const json shown = message()["quotes"]["AAA"];
  EXPECT_EQ(shown["bid"], json::parse(R"([{"price":99,"volume":10}])"));
  EXPECT_EQ(shown["ask"], json::parse(R"([{"price":101,"volume":20}])"));
  EXPECT_EQ(shown["buy_volume"], 7);
  EXPECT_EQ(shown["sell_volume"], 3 + 2) << "by its price, and by what the upstream says";
  EXPECT_EQ(shown["neutral_volume"], 1);
  EXPECT_EQ(shown["total_volume"], 63) << "what traded before the first tick is nobody's";
}

TEST_F(MarketChannelTest, ANewDayBeginsAtZero) {
  state.prices.on_quote(kAaa, at("2026-01-05T02:00:00Z"), [] {
    market::Quote quote;
    quote.has_depth = true;
    return quote;
  }());
  state.on_tick(tick(kAaa, "2026-01-05T02:15:00Z", 100, 50));
  state.on_tick(tick(kAaa, "2026-01-05T02:15:01Z", 100, 60));
  EXPECT_EQ(message()["quotes"]["AAA"]["neutral_volume"], 10);
  state.on_tick(tick(kAaa, "2026-01-06T02:15:00Z", 100, 5));
  EXPECT_EQ(message()["quotes"]["AAA"]["neutral_volume"], 0);
  EXPECT_EQ(message()["quotes"]["AAA"]["total_volume"], 5);
}

TEST_F(MarketChannelTest, FutureHasItsBasis) {
  state.on_tick(tick(kIndex, "2026-01-05T02:15:00Z", 1500));
  state.on_tick(tick(kFuture, "2026-01-05T02:15:01Z", 1515, 40));
  const json shown = message()["derivatives"]["VN30F2601"];
  EXPECT_EQ(shown["underlying"], "VN30");
  EXPECT_EQ(shown["basis"], 15);
  EXPECT_EQ(shown["basis_pct"], 1);
  EXPECT_EQ(shown["change"], nullptr) << "no price of the day before is known";
  EXPECT_TRUE(message()["indices"].contains("VN30"));
  EXPECT_FALSE(message()["prices"].contains("VN30")) << "an index is no price";
}

TEST_F(MarketChannelTest, HasTheForeignSummary) {
  state.foreign.on_foreign(test::flow(kAaa, "2026-01-05T02:15:00Z", 10, 4, 100));
  EXPECT_EQ(message()["foreign"]["total_net_value"], 600);
}

TEST_F(MarketChannelTest, EveryChangeIsAnotherVersion) {
  const auto before = channel.version();
  state.on_tick(tick(kAaa, "2026-01-05T02:15:00Z", 1));
  const auto price = channel.version();
  state.on_tick(tick(kIndex, "2026-01-05T02:15:00Z", 1));
  const auto index = channel.version();
  state.foreign.on_foreign(test::flow(kAaa, "2026-01-05T02:15:00Z", 1, 1));
  EXPECT_NE(before, price);
  EXPECT_NE(price, index);
  EXPECT_NE(index, channel.version());
}

TEST_F(MarketChannelTest, WantsDepthOfWhatIsTraded) {
  EXPECT_EQ(channel.wants(table[kAaa]), market::QuoteMode::Full);
  EXPECT_EQ(channel.wants(table[kIndex]), market::QuoteMode::Quote);
}

}  // namespace
}  // namespace subd::channel
