#include "channel/foreign_channel.hpp"

#include <gtest/gtest.h>

#include "channel/market_fixture.hpp"

namespace subd::channel {
namespace {

using nlohmann::json;
using test::flow;
using test::kAaa;
using test::kBbb;

class ForeignChannelTest : public testing::Test {
 protected:
  json message() { return test::message_of(channel); }

  market::InstrumentTable table = test::channel_instruments();
  MarketState state{table};
  ForeignChannel channel{state};
};

TEST_F(ForeignChannelTest, SaysThatNothingIsKnown) {
  EXPECT_EQ(message()["symbols"], 0);
  EXPECT_EQ(message()["top_buy"], json::array());
}

TEST_F(ForeignChannelTest, TotalsAreOverAllSymbols) {
  state.foreign.on_foreign(flow(kAaa, "2026-01-05T02:15:00Z", 10, 4, 100));
  state.foreign.on_foreign(flow(kBbb, "2026-01-05T02:15:01Z", 1, 5, 10));
  const json shown = message();
  EXPECT_EQ(shown["symbols"], 2);
  EXPECT_EQ(shown["total_buy_volume"], 11);
  EXPECT_EQ(shown["total_sell_volume"], 9);
  EXPECT_EQ(shown["total_net_volume"], 2);
  EXPECT_EQ(shown["total_buy_value"], 1010);
  EXPECT_EQ(shown["total_sell_value"], 450);
  EXPECT_EQ(shown["total_net_value"], 560);
}

TEST_F(ForeignChannelTest, ListsBuyersAndSellersByValue) {
  state.foreign.on_foreign(flow(kAaa, "2026-01-05T02:15:00Z", 10, 4, 100));
  state.foreign.on_foreign(flow(kBbb, "2026-01-05T02:15:01Z", 1, 5, 10));
  const json shown = message();
  ASSERT_EQ(shown["top_buy"].size(), 1U);
  EXPECT_EQ(shown["top_buy"][0]["symbol"], "AAA");
  EXPECT_EQ(shown["top_buy"][0]["net_value"], 600);
  EXPECT_EQ(shown["top_buy"][0]["total_room"], nullptr);
  ASSERT_EQ(shown["top_sell"].size(), 1U);
  EXPECT_EQ(shown["top_sell"][0]["symbol"], "BBB");
  EXPECT_EQ(shown["top_sell"][0]["net_volume"], -4);
}

TEST_F(ForeignChannelTest, ListsAreOfTenAtMost) {
  market::InstrumentTable many;
  for (int i = 0; i < 15; ++i) {
    market::Instrument instrument;
    instrument.symbol = "S" + std::to_string(i);
    many.add(std::move(instrument));
  }
  MarketState crowd{many};
  for (std::uint32_t i = 0; i < 15; ++i) {
    crowd.foreign.on_foreign(flow(market::InstrumentId{i}, "2026-01-05T02:15:00Z", i + 1, 0));
  }
  const json shown = test::message_of(ForeignChannel{crowd});
  ASSERT_EQ(shown["top_buy"].size(), 10U);
  EXPECT_EQ(shown["top_buy"][0]["symbol"], "S14");
  EXPECT_EQ(shown["top_buy"][9]["symbol"], "S5");
}

TEST_F(ForeignChannelTest, SpeedsAreAsOfTheNewestFigures) {
  state.foreign.on_foreign(flow(kAaa, "2026-01-05T02:15:00Z", 100, 1));
  state.foreign.on_foreign(flow(kAaa, "2026-01-05T02:16:00Z", 160, 1));
  EXPECT_EQ(message()["top_buy"][0]["buy_speed_per_min"], 60);
  EXPECT_EQ(message()["top_buy"][0]["sell_speed_per_min"], 0);
  EXPECT_EQ(message()["top_buy"][0]["buy_acceleration"], 60);
  state.foreign.on_foreign(flow(kBbb, "2026-01-05T02:18:00Z", 1, 1));
  EXPECT_EQ(message()["top_buy"][0]["buy_speed_per_min"], 0) << "the others have gone on";
}

TEST_F(ForeignChannelTest, WhatAMessageLeavesOutStays) {
  state.foreign.on_foreign(flow(kAaa, "2026-01-05T02:15:00Z", 10, 4));
  state.foreign.on_foreign({.instrument = kAaa, .time = test::at("2026-01-05T02:15:01Z"), .current_room = 7});
  EXPECT_EQ(message()["total_buy_volume"], 10);
  EXPECT_EQ(message()["top_buy"][0]["current_room"], 7);
}

TEST_F(ForeignChannelTest, AsksTheUpstreamForNothing) {
  EXPECT_EQ(channel.wants(table[kAaa]), std::nullopt);
}

}  // namespace
}  // namespace subd::channel
