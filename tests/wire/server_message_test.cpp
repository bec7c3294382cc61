#include "wire/server_message.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <string>

#include "base/time_text.hpp"

namespace subd::wire {
namespace {

using std::chrono::milliseconds;

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

base::UtcTime at(std::string_view text) {
  return base::parse_time(text).value();
}

const StreamListing kNifty{"NIFTY50", "5min", {"RSI_14_100", "MACD_12_26_9"}};
const StreamListing kReliance{"RELIANCE", "1s", {}};

TEST(ServerMessage, Connected) {
  EXPECT_EQ(connected_message({.connection_id = "ws_9f1c02ab34de",
                               .user_id = "alice@example.com",
                               .session_claim = "session_xyz",
                               .heartbeat_interval = milliseconds{20'000},
                               .max_streams = 64,
                               .max_indicators = 32,
                               .max_message_bytes = 65'536}),
            R"({"type":"connected","protocol":1,"ws_conn_id":"ws_9f1c02ab34de","user_id":"alice@example.com",)"
            R"("session_id":"session_xyz","heartbeat_interval_ms":20000,)"
            R"("limits":{"streams":64,"indicators_per_stream":32,"message_bytes":65536}})");
}

TEST(ServerMessage, ConnectedWithWhatResumesTheSession) {
  const auto message = nlohmann::json::parse(connected_message({.connection_id = "ws_1",
                                                                .user_id = "bob",
                                                                .session_claim = {},
                                                                .resume_token = "4f0c",
                                                                .resume_window = milliseconds{30'000},
                                                                .resumed = true}));
  EXPECT_EQ(message.at("resume_token"), "4f0c");
  EXPECT_EQ(message.at("resume_window_ms"), 30'000);
  EXPECT_EQ(message.at("resumed"), true);
}

TEST(ServerMessage, Resumed) {
  const std::array all{kReliance};
  EXPECT_EQ(resumed_message("9", "ws_1", all),
            R"({"type":"resumed","id":9,"ws_conn_id":"ws_1",)"
            R"("streams":[{"symbol":"RELIANCE","timeframe":"1s","indicators":[]}]})");
}

TEST(ServerMessage, AMissingSessionClaimIsNull) {
  const auto message =
      nlohmann::json::parse(connected_message({.connection_id = "ws_1", .user_id = "bob", .session_claim = {}}));
  EXPECT_TRUE(message.at("session_id").is_null());
}

TEST(ServerMessage, Subscribed) {
  const std::array all{kReliance, kNifty};
  EXPECT_EQ(subscribed_message("1", "ws_1", kNifty, all),
            R"({"type":"subscribed","id":1,"ws_conn_id":"ws_1","symbol":"NIFTY50","timeframe":"5min",)"
            R"("indicators":["RSI_14_100","MACD_12_26_9"],)"
            R"("streams":[{"symbol":"RELIANCE","timeframe":"1s","indicators":[]},)"
            R"({"symbol":"NIFTY50","timeframe":"5min","indicators":["RSI_14_100","MACD_12_26_9"]}]})");
}

TEST(ServerMessage, AStreamWithAConditionShowsItAndItsTrigger) {
  StreamListing stream{"NIFTY50", "5min", {}};
  stream.when = R"(close > 1)";
  stream.trigger = Trigger::Edge;
  const std::string listed =
      R"("streams":[{"symbol":"NIFTY50","timeframe":"5min","indicators":[],"when":"close > 1","trigger":"edge"}]})";
  EXPECT_EQ(subscribed_message("", "ws_1", stream, std::span{&stream, 1}),
            R"({"type":"subscribed","ws_conn_id":"ws_1","symbol":"NIFTY50","timeframe":"5min","indicators":[],)"
            R"("when":"close > 1","trigger":"edge",)" +
                listed);
  EXPECT_EQ(subscriptions_message("", std::span{&stream, 1}), R"({"type":"subscriptions",)" + listed);
}

TEST(ServerMessage, UnsubscribedFromAStream) {
  EXPECT_EQ(unsubscribed_message(R"("a")", kReliance, std::span{&kNifty, 1}),
            R"({"type":"unsubscribed","id":"a","symbol":"RELIANCE","timeframe":"1s","indicators":[],)"
            R"("streams":[{"symbol":"NIFTY50","timeframe":"5min","indicators":["RSI_14_100","MACD_12_26_9"]}]})");
}

TEST(ServerMessage, UnsubscribedFromEverythingNamesNoStream) {
  EXPECT_EQ(unsubscribed_message("", {}, {}), R"({"type":"unsubscribed","indicators":[],"streams":[]})");
}

TEST(ServerMessage, Subscriptions) {
  EXPECT_EQ(subscriptions_message("3", {}), R"({"type":"subscriptions","id":3,"streams":[]})");
}

TEST(ServerMessage, HeartbeatAck) {
  EXPECT_EQ(heartbeat_ack_message("4", at("2025-11-04T10:35:00.250Z")),
            R"({"type":"heartbeat_ack","id":4,"timestamp":"2025-11-04T10:35:00.250Z"})");
}

TEST(ServerMessage, ErrorWithDetail) {
  EXPECT_EQ(error_message("1", {ErrorCode::UnknownIndicator, "no indicator RSII; did you mean RSI?",
                                R"({"field":"indicators[0]"})"}),
            R"({"type":"error","id":1,"code":"unknown_indicator","message":"no indicator RSII; did you mean RSI?",)"
            R"("detail":{"field":"indicators[0]"}})");
}

TEST(ServerMessage, ErrorWithoutIdOrDetail) {
  EXPECT_EQ(error_message("", {ErrorCode::Internal, "say \"when\"", ""}),
            R"({"type":"error","code":"internal","message":"say \"when\"","detail":{}})");
}

TEST(ServerMessage, Status) {
  EXPECT_EQ(status_message("NIFTY50", "1s", "stale", at("2025-11-04T10:35:00Z")),
            R"({"type":"status","symbol":"NIFTY50","timeframe":"1s","upstream":"stale",)"
            R"("since":"2025-11-04T10:35:00.000Z"})");
}

TEST(ServerMessage, GoodbyeTokenExpiringAuthenticated) {
  EXPECT_EQ(goodbye_message("restart", milliseconds{1500}),
            R"({"type":"goodbye","reason":"restart","retry_after_ms":1500})");
  EXPECT_EQ(token_expiring_message(milliseconds{59'800}), R"({"type":"token_expiring","expires_in_ms":59800})");
  EXPECT_EQ(authenticated_message("8", "alice"), R"({"type":"authenticated","id":8,"user_id":"alice"})");
}

TEST(ServerMessage, TextFromOutsideIsEscaped) {
  const auto message = nlohmann::json::parse(
      connected_message({.connection_id = "ws_1", .user_id = "a\"\\\n\x01", .session_claim = "\x7F"}));
  EXPECT_EQ(message.at("user_id"), "a\"\\\n\x01");
  EXPECT_EQ(message.at("session_id"), "\x7F");
}

UpdateHead sample_head() {
  UpdateHead head;
  head.symbol = "NIFTY50";
  head.timeframe = "5min";
  head.epoch = "k3f9";
  head.seq = 812;
  head.timestamp = at("2025-11-04T10:35:01.125Z");
  head.bar.start = at("2025-11-04T10:35:00Z");
  head.bar.open = 25'000.05;
  head.bar.high = 25'010;
  head.bar.low = 24'990.1;
  head.bar.close = 25'003.2;
  head.bar.volume = 1'250;
  return head;
}

TEST(ServerMessage, UpdateHeadEndsWhereTheFragmentsBegin) {
  std::string out;
  append_update_head(out, sample_head());
  EXPECT_EQ(out, R"({"type":"market_update","symbol":"NIFTY50","timeframe":"5min","epoch":"k3f9","seq":812,)"
                 R"("bar":"forming","timestamp":"2025-11-04T10:35:01.125Z",)"
                 R"("ohlcv":{"time":"2025-11-04T10:35:00.000Z","open":25000.05,"high":25010,"low":24990.1,)"
                 R"("close":25003.2,"volume":1250},"greeks":null,"oi":null,"indicators":{)");
}

TEST(ServerMessage, UpdateHeadOfAClosedFutureBarCarriesOpenInterest) {
  UpdateHead head = sample_head();
  head.closed = true;
  head.oi = OpenInterest{9'800, -25};
  std::string out;
  append_update_head(out, head);
  EXPECT_NE(out.find(R"("bar":"closed")"), std::string::npos);
  EXPECT_NE(out.find(R"("oi":{"oi":9800,"change":-25})"), std::string::npos);

  head.oi = OpenInterest{9'800, kNaN};
  out.clear();
  append_update_head(out, head);
  EXPECT_NE(out.find(R"("oi":{"oi":9800,"change":null})"), std::string::npos);
}

std::string indicator(std::string_view id, std::span<const std::string_view> outputs, std::span<const double> values) {
  std::string out;
  append_indicator(out, id, outputs, values);
  return out;
}

TEST(ServerMessage, AnIndicatorIsANumberAnObjectOrNull) {
  const std::array<std::string_view, 1> one{"RSI"};
  const std::array<std::string_view, 3> three{"MACD", "MACDh", "MACDs"};
  EXPECT_EQ(indicator("RSI_14_100", one, std::array{67.3}), R"("RSI_14_100":67.3)");
  EXPECT_EQ(indicator("RSI_14_100", one, std::array{kNaN}), R"("RSI_14_100":null)");
  EXPECT_EQ(indicator("RSI_14_100", one, std::array{std::numeric_limits<double>::infinity()}), R"("RSI_14_100":null)");
  EXPECT_EQ(indicator("MACD_12_26_9", three, std::array{12.5, 3.2, 9.3}),
            R"("MACD_12_26_9":{"MACD":12.5,"MACDh":3.2,"MACDs":9.3})");
  EXPECT_EQ(indicator("MACD_12_26_9", three, std::array{12.5, kNaN, kNaN}),
            R"("MACD_12_26_9":{"MACD":12.5,"MACDh":null,"MACDs":null})");
  EXPECT_EQ(indicator("MACD_12_26_9", three, std::array{kNaN, kNaN, kNaN}), R"("MACD_12_26_9":null)");
}

TEST(ServerMessage, ValuesReadBackToTheSameDouble) {
  const std::array<std::string_view, 1> one{"SMA"};
  for (const double value : {0.1 + 0.2, 1.0 / 3, 5e-324, 1.7976931348623157e308, -0.0, 123456789012345678.0}) {
    const auto parsed = nlohmann::json::parse("{" + indicator("SMA_20", one, std::array{value}) + "}");
    EXPECT_EQ(parsed.at("SMA_20").get<double>(), value);
  }
}

}  // namespace
}  // namespace subd::wire
