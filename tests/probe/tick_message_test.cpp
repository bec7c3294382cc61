#include "probe/tick_message.hpp"

#include <gtest/gtest.h>

#include <string>

#include "probe/tick_request.hpp"

namespace subd::probe {
namespace {

constexpr std::string_view kFull =
    R"({"type":"tick","token":738561,"symbol":"RELIANCE","mode":"full","seq":811,)"
    R"("timestamp":"2025-11-04T10:35:00.250Z","last_price":1404.5,"volume":120344,"last_quantity":12,)"
    R"("average_price":1399.85,"buy_quantity":88120,"sell_quantity":90311,)"
    R"("ohlc":{"open":1391,"high":1410.2,"low":1388.05,"close":1390.4},"oi":null,"oi_day_high":null,)"
    R"("oi_day_low":null,"last_trade_time":null,"exchange_timestamp":null,"depth":{"buy":[],"sell":[]}})";

std::string replaced(std::string text, std::string_view what, std::string_view with) {
  const auto at = text.find(what);
  EXPECT_NE(at, std::string::npos) << what;
  return text.replace(at, what.size(), with);
}

TEST(TickMessage, ReadsATick) {
  TickMessage message;
  ASSERT_EQ(parse_tick_message(kFull, message), "");
  EXPECT_EQ(message.type, TickMessageType::Tick);
  EXPECT_EQ(message.token, 738561U);
  EXPECT_EQ(message.symbol, "RELIANCE");
  EXPECT_EQ(message.mode, TickMode::Full);
  EXPECT_EQ(message.fields, TickMode::Full);
  EXPECT_EQ(message.seq, 811U);
  EXPECT_EQ(message.timestamp.time_since_epoch().count() % 1000, 250);
}

TEST(TickMessage, NamesTheFieldThatIsMissing) {
  for (const std::string field : {"token", "symbol", "mode", "seq", "timestamp", "last_price", "volume",
                                  "last_quantity", "average_price", "buy_quantity", "sell_quantity", "ohlc", "oi",
                                  "oi_day_high", "oi_day_low", "last_trade_time", "exchange_timestamp", "depth"}) {
    TickMessage message;
    const std::string problem =
        parse_tick_message(replaced(std::string{kFull}, '"' + field + "\":", "\"other\":"), message);
    EXPECT_NE(problem.find(field), std::string::npos) << field << ": " << problem;
  }
}

TEST(TickMessage, NeedsTheFieldsOfItsModeOnlyAndTellsOfHigherOnes) {
  TickMessage message;
  ASSERT_EQ(parse_tick_message(replaced(std::string{kFull}, "\"full\"", "\"ltp\""), message), "");
  EXPECT_EQ(message.mode, TickMode::Ltp);
  EXPECT_EQ(message.fields, TickMode::Full);
  ASSERT_EQ(parse_tick_message(R"({"type":"tick","token":1,"symbol":"A","mode":"ltp","seq":1,)"
                               R"("timestamp":"2025-11-04T10:35:00.250Z","last_price":1})",
                               message),
            "");
  EXPECT_EQ(message.fields, TickMode::Ltp);
}

TEST(TickMessage, RefusesValuesOutOfRange) {
  TickMessage message;
  for (const std::string_view token : {"0", "-1", "4294967296", "\"738561\"", "1.5"}) {
    EXPECT_EQ(parse_tick_message(replaced(std::string{kFull}, "738561", token), message),
              "tick without a usable token");
  }
  EXPECT_NE(parse_tick_message(replaced(std::string{kFull}, "811", "0"), message), "");
  EXPECT_NE(parse_tick_message(replaced(std::string{kFull}, "1404.5", "null"), message), "");
  EXPECT_EQ(parse_tick_message(R"({"type":"market_update"})", message), "unknown type market_update");
  EXPECT_EQ(parse_tick_message(R"({"type":"subscribed","ws_conn_id":"ws_1"})", message),
            "subscribed without a usable instruments");
}

TEST(TickMessage, ReadsTheListOfAReply) {
  const auto list = parse_instruments(
      R"([{"token":7,"symbol":"A","mode":"ltp","throttle_ms":0},{"token":8,"symbol":"B","mode":"quote"}])");
  ASSERT_TRUE(list);
  ASSERT_EQ(list->size(), 2U);
  EXPECT_EQ((*list)[1].token, 8U);
  EXPECT_EQ((*list)[1].symbol, "B");
  EXPECT_EQ((*list)[1].mode, TickMode::Quote);
  EXPECT_TRUE(parse_instruments("[]"));
  for (const std::string_view bad : {"{}", "[1]", R"([{"token":7,"symbol":"A"}])", R"([{"token":7,"mode":"ltp"}])",
                                     R"([{"token":7,"symbol":"A","mode":"depth"}])"}) {
    EXPECT_FALSE(parse_instruments(bad)) << bad;
  }
}

TEST(TickRequest, IsWhatTheProtocolSays) {
  EXPECT_EQ(tick_request_text({.kind = TickRequestKind::Subscribe, .id = 1, .tokens = {7, 8}, .mode = TickMode::Full}),
            R"({"type":"subscribe","id":1,"tokens":[7,8],"mode":"full","throttle_ms":0})");
  EXPECT_EQ(tick_request_text({.kind = TickRequestKind::Subscribe, .id = 2, .symbols = {"M&M"}}),
            R"({"type":"subscribe","id":2,"symbols":["M&M"],"throttle_ms":0})");
  EXPECT_EQ(tick_request_text({.kind = TickRequestKind::UpdateFilter, .id = 3}),
            R"({"type":"update_filter","id":3,"tokens":[],"throttle_ms":0})");
  EXPECT_EQ(tick_request_text({.kind = TickRequestKind::Unsubscribe, .id = 4, .tokens = {7}}),
            R"({"type":"unsubscribe","id":4,"tokens":[7]})");
  EXPECT_EQ(tick_request_text({.kind = TickRequestKind::Unsubscribe, .id = 5}), R"({"type":"unsubscribe","id":5})");
  EXPECT_EQ(tick_request_text({.kind = TickRequestKind::List, .id = 6}), R"({"type":"list","id":6})");
  EXPECT_EQ(
      describe(TickRequest{.kind = TickRequestKind::Subscribe, .tokens = {1, 2, 3, 4, 5, 6}, .mode = TickMode::Ltp}),
      "subscribe 1 2 3 4 5 .. ltp");
}

}  // namespace
}  // namespace subd::probe
