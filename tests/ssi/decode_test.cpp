#include "ssi/decode.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <string>

#include "base/time_text.hpp"

namespace subd::ssi {
namespace {

/// The only message of the text.
template <class T>
T accepted(std::string_view text) {
  const auto decoded = decode(text);
  EXPECT_EQ(decoded.size(), 1U) << text;
  if (decoded.size() != 1) return {};
  EXPECT_TRUE(decoded[0]) << text << ": " << (decoded[0] ? "" : decoded[0].error().message);
  if (!decoded[0]) return {};
  const T* out = std::get_if<T>(&*decoded[0]);
  EXPECT_NE(out, nullptr) << text;
  return out != nullptr ? *out : T{};
}

std::string refused(std::string_view text) {
  const auto decoded = decode(text);
  EXPECT_EQ(decoded.size(), 1U) << text;
  if (decoded.size() != 1) return {};
  EXPECT_FALSE(decoded[0]) << text;
  return decoded[0] ? std::string{} : decoded[0].error().message;
}

/// An envelope whose content is an object.
std::string message(std::string_view type, std::string_view fields) {
  return R"({"DataType":")" + std::string{type} + R"(","Content":{"TradingDate":"02/01/2026","Time":"09:30:01",)" +
         std::string{fields} + "}}";
}

TEST(SsiDecode, TradeHasItsPricesAndVolumes) {
  const auto security = accepted<Security>(
      message("X-TRADE", R"("Symbol":"ABC","Exchange":"HOSE","LastPrice":10500,"LastVol":300,"TotalVol":12300,)"
                         R"("RefPrice":10000,"Ceiling":10700,"Floor":9300,"Highest":10600,"Lowest":9900,)"
                         R"("AvgPrice":10234.5,"Side":"BU")"));
  EXPECT_EQ(security.symbol, "ABC");
  EXPECT_EQ(security.exchange, "HOSE");
  EXPECT_FALSE(security.is_future);
  EXPECT_FALSE(security.book);
  ASSERT_TRUE(security.trade);
  EXPECT_EQ(security.trade->last_price, 10500);
  EXPECT_EQ(security.trade->last_volume, 300);
  EXPECT_EQ(security.trade->total_volume, 12300);
  EXPECT_EQ(security.trade->reference, 10000);
  EXPECT_EQ(security.trade->ceiling, 10700);
  EXPECT_EQ(security.trade->floor, 9300);
  EXPECT_EQ(security.trade->high, 10600);
  EXPECT_EQ(security.trade->low, 9900);
  EXPECT_EQ(security.trade->average, 10234.5);
  EXPECT_EQ(security.trade->side, Side::Buyer);
  EXPECT_TRUE(std::isnan(security.trade->open)) << "not told";
}

TEST(SsiDecode, TimesAreThoseOfVietnam) {
  const auto security = accepted<Security>(message("X-TRADE", R"("Symbol":"ABC","LastPrice":1)"));
  ASSERT_TRUE(security.moment.day);
  EXPECT_EQ(base::time_text(security.moment.on(*security.moment.day)), "2026-01-02T02:30:01.000Z");
}

TEST(SsiDecode, APriceOfZeroIsNone) {
  const auto security = accepted<Security>(message("X-TRADE", R"("Symbol":"ABC","LastPrice":0,"Ceiling":0)"));
  EXPECT_TRUE(std::isnan(security.trade->last_price));
  EXPECT_TRUE(std::isnan(security.trade->ceiling));
}

TEST(SsiDecode, NumbersMayStandInStrings) {
  const auto security = accepted<Security>(message("X-QUOTE", R"("Symbol":"ABC","BidPrice1":"10400","BidVol1":"700")"));
  ASSERT_TRUE(security.book);
  EXPECT_EQ(security.book->bids[0].price, 10400);
  EXPECT_EQ(security.book->bids[0].volume, 700);
}

TEST(SsiDecode, BookHasAsManyStepsAsTheMessage) {
  const auto security =
      accepted<Security>(message("X-QUOTE", R"("Symbol":"ABC","BidPrice1":0,"BidVol1":5,"BidPrice2":99,"BidVol2":6,)"
                                            R"("AskPrice":101,"AskVol":7,"StockType":"Future")"));
  EXPECT_TRUE(security.is_future);
  EXPECT_EQ(security.book->bids[0].price, 0) << "an order at the auction's price";
  EXPECT_EQ(security.book->bids[0].volume, 5);
  EXPECT_EQ(security.book->bids[1].price, 99);
  EXPECT_EQ(security.book->bids[2].volume, 0);
  EXPECT_EQ(security.book->asks[0].price, 101) << "the best one goes without its number, too";
  EXPECT_FALSE(security.trade);
}

TEST(SsiDecode, XIsTradeAndBook) {
  const auto security =
      accepted<Security>(message("X", R"("Symbol":"ABC","LastPrice":10,"High":12,"BidPrice1":9,"BidVol1":1)"));
  ASSERT_TRUE(security.trade && security.book);
  EXPECT_EQ(security.trade->high, 12);
  EXPECT_EQ(security.book->bids[0].price, 9);
}

TEST(SsiDecode, ForeignFiguresHaveTwoSpellings) {
  const auto plain = accepted<Foreign>(
      message("R", R"("Symbol":"ABC","BuyVol":1,"SellVol":2,"BuyVal":3,"SellVal":4,"TotalRoom":50,"CurrentRoom":40)"));
  EXPECT_EQ(plain.buy_volume, 1);
  EXPECT_EQ(plain.sell_value, 4);
  EXPECT_EQ(plain.total_room, 50);
  EXPECT_EQ(plain.current_room, 40);
  const auto with_f =
      accepted<Foreign>(message("R", R"("Symbol":"ABC","FBuyVol":1,"FSellVol":2,"FBuyVal":3,"FSellVal":4)"));
  EXPECT_EQ(with_f.buy_volume, 1);
  EXPECT_EQ(with_f.sell_volume, 2);
  EXPECT_EQ(with_f.buy_value, 3);
  EXPECT_EQ(with_f.sell_value, 4);
}

TEST(SsiDecode, IndexMayFall) {
  const auto index = accepted<Index>(
      message("MI", R"("IndexId":"VN30","IndexValue":1100.5,"PriorIndexValue":1110,"Change":-9.5,"RatioChange":-0.86,)"
                    R"("TotalQtty":5,"Advances":10,"NoChanges":2,"Declines":18,"TradingSession":null)"));
  EXPECT_EQ(index.id, "VN30");
  EXPECT_EQ(index.value, 1100.5);
  EXPECT_EQ(index.change, -9.5);
  EXPECT_EQ(index.advances, 10);
  EXPECT_EQ(index.declines, 18);
}

TEST(SsiDecode, BarAndStatus) {
  const auto bar = accepted<Bar>(
      R"({"DataType":"B","Content":"{\"RType\":\"B\",\"TradingTime\":\"14:00:00\",\"Symbol\":\"ABC\",\"Close\":7,\"Volume\":9}"})");
  EXPECT_FALSE(bar.moment.day) << "some bars name no day";
  EXPECT_EQ(bar.moment.time_of_day, std::chrono::hours{14});
  EXPECT_EQ(bar.close, 7);
  const auto status = accepted<Status>(message("F", R"("Symbol":"ABC","TradingSession":"ATC","TradingStatus":"N")"));
  EXPECT_EQ(status.trading_session, "ATC");
}

TEST(SsiDecode, EnvelopesHaveManySpellings) {
  const std::string fields = R"({"TradingDate":"02/01/2026","Time":"09:30:01","Symbol":"ABC","BuyVol":1})";
  std::string quoted;
  for (const char c : fields) quoted += c == '"' ? std::string{"\\\""} : std::string(1, c);
  for (const std::string& text :
       {R"({"DataType":"R","Content":)" + fields + "}", R"({"datatype":"R","content":")" + quoted + "\"}",
        R"({"Datatype":"R","Content":")" + quoted + "\"}", R"({"Content":{"Rtype":"R",)" + fields.substr(1) + "}"}) {
    EXPECT_EQ(accepted<Foreign>(text).buy_volume, 1) << text;
  }
}

TEST(SsiDecode, FramesOfSignalrHoldAnyNumberOfMessages) {
  const auto decoded = decode(
      R"({"C":"d-1","M":[{"H":"FcMarketDataV2Hub","M":"Broadcast","A":["{\"DataType\":\"B\",\"Content\":{\"TradingDate\":\"02/01/2026\",\"Time\":\"10:00:00\",\"Symbol\":\"ABC\",\"Close\":7}}"]},)"
      R"({"H":"FcMarketDataV2Hub","M":"Broadcast","A":["{\"DataType\":\"Z\",\"Content\":{}}"]},)"
      R"({"H":"FcMarketDataV2Hub","M":"Error","A":["no such channel"]}]})");
  ASSERT_EQ(decoded.size(), 3U);
  ASSERT_TRUE(decoded[0]);
  EXPECT_EQ(std::get<Bar>(*decoded[0]).close, 7);
  ASSERT_FALSE(decoded[1]) << "a bad message costs itself alone";
  EXPECT_EQ(decoded[1].error().message, R"(DataType must be X-QUOTE, X-TRADE, X, R, MI, B or F, got "Z")");
  ASSERT_TRUE(decoded[2]);
  EXPECT_EQ(std::get<UpstreamError>(*decoded[2]).text, "no such channel");
}

TEST(SsiDecode, FramesOfTheConnectionHoldNone) {
  for (const std::string_view text : {"{}", R"({"C":"d-1","S":1,"M":[]})", R"({"I":"0"})", R"({"C":"d-1"})"}) {
    EXPECT_TRUE(decode(text).empty()) << text;
  }
}

TEST(SsiDecode, AnAnswerMayBeAnError) {
  EXPECT_EQ(accepted<UpstreamError>(R"({"I":"0","E":"not allowed"})").text, "not allowed");
}

TEST(SsiDecode, RefusalNamesFieldValueAndWhatIsAllowed) {
  EXPECT_EQ(refused("nonsense"), R"(a message must be a JSON object, {"DataType": ..., "Content": ...})");
  EXPECT_EQ(refused(R"({"a":1})"), "DataType must be X-QUOTE, X-TRADE, X, R, MI, B or F, got nothing");
  EXPECT_EQ(refused(R"({"DataType":"R"})"), "Content must be an object or its JSON text, got nothing");
  EXPECT_EQ(refused(R"({"DataType":"R","Content":"{"})"), R"(Content must be an object or its JSON text, got "{")");
  EXPECT_EQ(refused(message("X-TRADE", R"("Symbol":"ABC","LastPrice":"dear")")),
            R"(X-TRADE: LastPrice must be a number from 0, got "dear")");
  EXPECT_EQ(refused(message("X-TRADE", R"("Symbol":"ABC")")),
            "X-TRADE: LastPrice must be a number from 0, got nothing");
  EXPECT_EQ(refused(message("R", R"("Symbol":"ABC","BuyVol":-1)")), "R: FBuyVol must be a number from 0, got -1");
  EXPECT_EQ(refused(message("R", R"("Symbol":"A B")")),
            "R: Symbol must be 1 to 64 printable ASCII characters without spaces, quotes, commas and backslashes, got "
            R"("A B")");
  EXPECT_EQ(refused(R"({"DataType":"F","Content":{"TradingDate":"31/02/2026","Time":"09:00:00","Symbol":"ABC"}})"),
            R"(F: TradingDate must be a day as dd/mm/yyyy, got "31/02/2026")");
  EXPECT_EQ(refused(R"({"DataType":"F","Content":{"TradingDate":"01/02/2026","Time":"25:00:00","Symbol":"ABC"}})"),
            R"(F: Time must be a time of day as hh:mm:ss, got "25:00:00")");
  EXPECT_EQ(refused(R"({"M":[7]})"), "M must be a list of calls with a method M and arguments A, got 7");
  EXPECT_EQ(refused(R"({"M":[{"M":"Whisper","A":["x"]}]})"), R"(M must be Broadcast or Error, got "Whisper")");
}

}  // namespace
}  // namespace subd::ssi
