// The public sample packets of Kite and the values that its clients' own tests expect of them.

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>

#include "base/time_text.hpp"
#include "kite/frame.hpp"
#include "support/paths.hpp"

namespace subd::kite {
namespace {

using market::QuoteMode;
using nlohmann::json;

const std::filesystem::path kFolder = std::filesystem::path{SUBD_REALDATA_DIR} / "kite";

std::string contents(const std::filesystem::path& file) {
  std::ifstream in{file, std::ios::binary};
  return {std::istreambuf_iterator<char>{in}, {}};
}

class SamplePackets : public testing::Test {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists(kFolder)) GTEST_SKIP() << "no real data at " << kFolder;
  }

  /// The only packet of the frame, which goes back to the frame's bytes.
  static Packet only_packet(const std::string& file) {
    const std::string frame = contents(kFolder / file);
    FrameReader reader{frame};
    const auto packet = reader.next();
    EXPECT_TRUE(packet);
    EXPECT_FALSE(reader.next());
    EXPECT_TRUE(reader.is_whole());
    if (!packet) return {};
    std::string back;
    FrameBuilder{back}.add(packet->token, packet->last_price, packet->quote, packet->quote.mode);
    EXPECT_EQ(back, frame);
    return *packet;
  }

  static void expect_quote(const Packet& packet, const json& expected) {
    EXPECT_EQ(packet.token, expected["instrument_token"]);
    EXPECT_EQ(packet.last_price, expected["last_price"]);
    EXPECT_EQ(packet.quote.last_quantity, expected["last_quantity"]);
    EXPECT_EQ(packet.quote.average_price, expected["average_price"]);
    EXPECT_EQ(packet.quote.day_volume, expected["volume"]);
    EXPECT_EQ(packet.quote.buy_quantity, expected["buy_quantity"]);
    EXPECT_EQ(packet.quote.sell_quantity, expected["sell_quantity"]);
    EXPECT_EQ(packet.quote.open, expected["ohlc"]["open"]);
    EXPECT_EQ(packet.quote.high, expected["ohlc"]["high"]);
    EXPECT_EQ(packet.quote.low, expected["ohlc"]["low"]);
    EXPECT_EQ(packet.quote.close, expected["ohlc"]["close"]);
  }

  static void expect_depth(const std::array<market::DepthLevel, market::Quote::kDepth>& side, const json& expected) {
    ASSERT_EQ(expected.size(), side.size());
    for (std::size_t i = 0; i < side.size(); ++i) {
      EXPECT_EQ(side[i].price, expected[i]["price"]);
      EXPECT_EQ(side[i].quantity, expected[i]["quantity"]);
      EXPECT_EQ(side[i].orders, expected[i]["orders"]);
    }
  }
};

TEST_F(SamplePackets, QuoteHasTheExpectedValues) {
  const Packet packet = only_packet("framed_quote.bin");
  EXPECT_EQ(packet.quote.mode, QuoteMode::Quote);
  expect_quote(packet, json::parse(contents(kFolder / "ticker_quote.json")));
}

TEST_F(SamplePackets, FullHasTheExpectedValues) {
  const Packet packet = only_packet("framed_full.bin");
  const json expected = json::parse(contents(kFolder / "ticker_full.json"));
  EXPECT_EQ(packet.quote.mode, QuoteMode::Full);
  expect_quote(packet, expected);
  EXPECT_EQ(packet.quote.oi, expected["oi"]);
  EXPECT_EQ(packet.quote.oi_day_high, expected["oi_day_high"]);
  EXPECT_EQ(packet.quote.oi_day_low, expected["oi_day_low"]);
  EXPECT_EQ(packet.quote.last_trade_time, base::parse_time(expected["last_trade_time"].get<std::string>()));
  EXPECT_EQ(packet.quote.exchange_time, base::parse_time(expected["timestamp"].get<std::string>()));
  expect_depth(packet.quote.buy, expected["depth"]["buy"]);
  expect_depth(packet.quote.sell, expected["depth"]["sell"]);
}

}  // namespace
}  // namespace subd::kite
