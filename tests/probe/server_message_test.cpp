#include "probe/server_message.hpp"

#include <gtest/gtest.h>

#include <string>

namespace subd::probe {
namespace {

constexpr std::string_view kUpdate =
    R"({"type":"market_update","symbol":"NIFTY50","timeframe":"5min","epoch":"k3f9","seq":812,"bar":"closed",)"
    R"("timestamp":"2025-11-04T10:35:00.250Z","ohlcv":{"time":"2025-11-04T10:30:00.000Z","open":1,"close":2},)"
    R"("greeks":null,"oi":{"oi":3},"indicators":{"RSI_14_100":67.3,"MACD_12_26_9":{"MACD":1,"MACDs":null}}})";

TEST(ServerMessage, ReadsAnUpdateInPlace) {
  ServerMessage message;
  ASSERT_EQ(parse_server_message(kUpdate, message), "");
  EXPECT_EQ(message.type, MessageType::MarketUpdate);
  EXPECT_EQ(message.symbol, "NIFTY50");
  EXPECT_EQ(message.seq, 812U);
  EXPECT_TRUE(message.closed);
  EXPECT_EQ(message.timestamp->time_since_epoch().count() % 1000, 250);
  EXPECT_EQ(*message.timestamp - *message.bar_start, std::chrono::minutes{5} + std::chrono::milliseconds{250});
  ASSERT_EQ(message.values.size(), 2U);
  EXPECT_EQ(message.values[1].id, "MACD_12_26_9");
  EXPECT_EQ(message.values[1].value, R"({"MACD":1,"MACDs":null})");
  EXPECT_EQ(message.oi, R"({"oi":3})");
}

TEST(ServerMessage, ForgetsTheMessageBefore) {
  ServerMessage message;
  ASSERT_EQ(parse_server_message(kUpdate, message), "");
  ASSERT_EQ(
      parse_server_message(R"({"type":"heartbeat_ack","id":"a","timestamp":"2025-11-04T10:35:00.000Z"})", message), "");
  EXPECT_EQ(message.id, "\"a\"");
  EXPECT_TRUE(message.values.empty());
  EXPECT_FALSE(message.seq);
  EXPECT_TRUE(message.symbol.empty());
}

TEST(ServerMessage, NamesTheFieldThatIsMissing) {
  for (const std::string field : {"symbol", "timeframe", "epoch", "seq", "bar", "timestamp", "ohlcv", "greeks", "oi"}) {
    std::string text{kUpdate};
    const auto at = text.find('"' + field + "\":");
    text.replace(at + 1, field.size(), std::string(field.size(), 'x'));
    ServerMessage message;
    EXPECT_NE(parse_server_message(text, message).find(field), std::string::npos) << field;
  }
}

TEST(ServerMessage, RefusesWhatIsNotJson) {
  ServerMessage message;
  for (const std::string_view text :
       {"", "{", "[]", "null", R"({"type":"snapshot",})", R"({"type":})", R"({"type":"connected"} x)",
        R"({"type":"conn)", R"({"a":01,"type":"x"})", R"({"a":1.,"type":"x"})", "{\"a\":\"\n\",\"type\":\"x\"}",
        R"({"a":"\q"})", R"({"a":tru})"}) {
    EXPECT_EQ(parse_server_message(text, message), "not a well formed JSON object") << text;
  }
  EXPECT_EQ(parse_server_message("{}", message), "no type");
  EXPECT_EQ(parse_server_message(R"({"type":"party"})", message), "unknown type party");
}

TEST(ServerMessage, RefusesNestingWithoutEnd) {
  ServerMessage message;
  const std::string text = "{\"a\":" + std::string(100'000, '[') + std::string(100'000, ']') + "}";
  EXPECT_EQ(parse_server_message(text, message), "not a well formed JSON object");
}

TEST(ServerMessage, ReadsTheListOfStreams) {
  const auto streams = parse_streams(R"([{"symbol":"A","timeframe":"1s","indicators":["RSI_14_100"]},)"
                                     R"({"symbol":"B","timeframe":"1min","indicators":[]}])");
  ASSERT_TRUE(streams);
  ASSERT_EQ(streams->size(), 2U);
  EXPECT_EQ((*streams)[0].indicators.at(0), "RSI_14_100");
  EXPECT_FALSE(parse_streams(R"([{"symbol":"A","timeframe":"1s"}])"));
  EXPECT_FALSE(parse_streams("{}"));
}

TEST(ServerMessage, ReadsTheBarsOfASnapshot) {
  const auto bars = parse_bars(R"([{"time":"2025-11-04T10:30:00.000Z","open":1,"indicators":{"SMA_20":null}}])");
  ASSERT_TRUE(bars);
  EXPECT_EQ(bars->front().values.front().value, "null");
  EXPECT_FALSE(parse_bars(R"([{"open":1,"indicators":{}}])"));
}

}  // namespace
}  // namespace subd::probe
