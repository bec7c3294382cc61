#include "channel/index_channel.hpp"

#include <gtest/gtest.h>

#include "channel/market_fixture.hpp"

namespace subd::channel {
namespace {

using nlohmann::json;
using test::at;
using test::kAaa;
using test::kIndex;
using test::tick;

class IndexChannelTest : public testing::Test {
 protected:
  json vn30() { return test::message_of(channel)["VN30"]; }

  market::InstrumentTable table = test::channel_instruments();
  MarketState state{table};
  IndexChannel channel{state};
};

TEST_F(IndexChannelTest, FiguresAreThoseOfTheUpstream) {
  state.indices.on_index({.instrument = kIndex,
                          .time = at("2026-01-05T02:15:30Z"),
                          .value = 1500,
                          .prior_value = 1510,
                          .change = -10,
                          .ratio_change = -0.66,
                          .total_volume = 7,
                          .advances = 9,
                          .no_changes = 1,
                          .declines = 21});
  EXPECT_EQ(vn30(), json::parse(R"({"index_id":"VN30","value":1500,"prior_value":1510,"change":-10,
      "ratio_change":-0.66,"total_volume":7,"advances":9,"declines":21,"no_changes":1,"advance_ratio":0.3,
      "intraday":[{"timestamp":"2026-01-05T02:15:00.000Z","value":1500}],
      "last_updated":"2026-01-05T02:15:30.000Z"})"));
}

TEST_F(IndexChannelTest, ATickAloneTellsTheChangeWhereItHasTheCloseOfBefore) {
  market::Quote quote;
  quote.close = 1000;
  auto value = tick(kIndex, "2026-01-05T02:15:00Z", 1010);
  value.quote = &quote;
  state.on_tick(value);
  EXPECT_EQ(vn30()["change"], 10);
  EXPECT_EQ(vn30()["ratio_change"], 1);
  EXPECT_EQ(vn30()["advances"], nullptr);
  EXPECT_EQ(vn30()["advance_ratio"], nullptr) << "nobody said how many rose";
}

TEST_F(IndexChannelTest, TheDayHasAPointAMinute) {
  state.on_tick(tick(kIndex, "2026-01-05T02:15:00Z", 1));
  state.on_tick(tick(kIndex, "2026-01-05T02:15:59Z", 2));
  state.on_tick(tick(kIndex, "2026-01-05T02:16:00Z", 3));
  EXPECT_EQ(vn30()["intraday"], json::parse(R"([{"timestamp":"2026-01-05T02:15:00.000Z","value":2},
                                               {"timestamp":"2026-01-05T02:16:00.000Z","value":3}])"));
  state.on_tick(tick(kIndex, "2026-01-06T02:15:00Z", 4));
  EXPECT_EQ(vn30()["intraday"].size(), 1U) << "a new day";
}

TEST_F(IndexChannelTest, TheDayIsBounded) {
  for (std::size_t minute = 0; minute < IndexBoard::kMostPoints + 7; ++minute) {
    auto value = tick(kIndex, "2026-01-05T02:15:00Z", static_cast<double>(minute));
    value.time += std::chrono::minutes{minute};
    state.on_tick(value);
  }
  EXPECT_EQ(vn30()["intraday"].size(), IndexBoard::kMostPoints);
  EXPECT_EQ(vn30()["intraday"][0]["value"], 7) << "the oldest go";
}

TEST_F(IndexChannelTest, AsksForIndicesAlone) {
  EXPECT_EQ(channel.wants(table[kIndex]), market::QuoteMode::Quote);
  EXPECT_EQ(channel.wants(table[kAaa]), std::nullopt);
}

}  // namespace
}  // namespace subd::channel
