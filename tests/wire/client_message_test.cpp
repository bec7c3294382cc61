#include "wire/client_message.hpp"

#include <gtest/gtest.h>

#include <ostream>
#include <string>
#include <string_view>
#include <variant>

#include "wire/server_message.hpp"

namespace subd::wire {
namespace {

template <class Request>
Request accepted(std::string_view text) {
  auto message = parse_client_message(text);
  if (!message) {
    ADD_FAILURE() << text << " was refused: " << message.error().error.message;
    return {};
  }
  if (!std::holds_alternative<Request>(*message)) {
    ADD_FAILURE() << text << " was read as another request, number " << message->index();
    return {};
  }
  return std::get<Request>(*message);
}

RefusedMessage refused(std::string_view text) {
  auto message = parse_client_message(text);
  if (!message) return message.error();
  ADD_FAILURE() << text << " was accepted";
  return {};
}

double number_param(const IndicatorRequest& request, std::string_view name) {
  for (const auto& [key, value] : request.params.value()) {
    if (key == name) return std::get<double>(value);
  }
  ADD_FAILURE() << "no parameter " << name;
  return 0;
}

TEST(ClientMessage, AConditionIsKeptClearedOrReplaced) {
  const std::string begin = R"({"type":"subscribe","symbol":"A","timeframe":"1s")";
  EXPECT_EQ(accepted<SubscribeRequest>(begin + "}").when_action, ConditionAction::Keep);
  EXPECT_EQ(accepted<SubscribeRequest>(begin + R"(,"when":null})").when_action, ConditionAction::Clear);
  const auto replaced = accepted<SubscribeRequest>(begin + R"(,"when":"close > 1","trigger":"edge"})");
  EXPECT_EQ(replaced.when_action, ConditionAction::Replace);
  EXPECT_EQ(replaced.when, "close > 1");
  EXPECT_EQ(replaced.trigger, Trigger::Edge);
  EXPECT_EQ(accepted<SubscribeRequest>(begin + R"(,"trigger":"level"})").trigger, Trigger::Level);
  EXPECT_EQ(accepted<SubscribeRequest>(begin + R"(,"when":"a"})").trigger, std::nullopt);
}

TEST(ClientMessage, RefusesAConditionOfTheWrongTypeOrLength) {
  const std::string begin = R"({"type":"subscribe","symbol":"A","timeframe":"1s",)";
  const auto message = [&](const std::string& fields) { return refused(begin + fields + "}").error.message; };
  EXPECT_EQ(message(R"("when":7)"), "when must be an expression of 1 to 512 bytes in a string, or null, got number");
  EXPECT_EQ(message(R"("when":"")"),
            "when must be an expression of 1 to 512 bytes in a string, or null, got an empty one");
  EXPECT_EQ(message(R"("when":")" + std::string(513, 'x') + '"'),
            "when must be an expression of 1 to 512 bytes in a string, or null, got 513 bytes");
  EXPECT_EQ(message(R"("trigger":"rise")"), R"(trigger must be "level" or "edge", got "rise")");
  EXPECT_EQ(message(R"("trigger":true)"), R"(trigger must be "level" or "edge", got boolean)");
  EXPECT_EQ(message(R"("when":null,"trigger":"edge")"), R"(trigger must be absent where when is null, got "edge")");
}

TEST(ClientMessage, ReadsASubscribeWithEveryField) {
  const auto request = accepted<SubscribeRequest>(
      R"({"type":"subscribe","id":1,"symbol":"NIFTY50","timeframe":"5min",
          "indicators":[{"name":"RSI","params":{"length":14,"scalar":100.5}},"MACD_12_26_9",
                        {"name":"VWAP","params":{"anchor":"D"}},{"name":"OBV"}],
          "history":200,"throttle_ms":250,"color":"ignored"})");
  EXPECT_EQ(request.id, "1");
  EXPECT_EQ(request.symbol, "NIFTY50");
  EXPECT_EQ(request.timeframe, "5min");
  EXPECT_EQ(request.history, 200U);
  EXPECT_EQ(request.throttle_ms, 250U);
  ASSERT_EQ(request.indicators.size(), 4U);
  EXPECT_EQ(request.indicators[0].name, "RSI");
  EXPECT_EQ(number_param(request.indicators[0], "length"), 14);
  EXPECT_EQ(number_param(request.indicators[0], "scalar"), 100.5);
  EXPECT_EQ(request.indicators[1].name, "MACD_12_26_9");
  EXPECT_FALSE(request.indicators[1].params.has_value());
  ASSERT_EQ(request.indicators[2].params->size(), 1U);
  EXPECT_EQ(std::get<std::string>(request.indicators[2].params->front().second), "D");
  EXPECT_EQ(request.indicators[3].name, "OBV");
  EXPECT_FALSE(request.indicators[3].params.has_value());
}

TEST(ClientMessage, ASubscribeNeedsOnlySymbolAndTimeframe) {
  const auto request = accepted<SubscribeRequest>(R"({"type":"subscribe","symbol":"SBIN","timeframe":"1s"})");
  EXPECT_EQ(request.id, "");
  EXPECT_TRUE(request.indicators.empty());
  EXPECT_EQ(request.history, 0U);
  EXPECT_FALSE(request.throttle_ms.has_value());
}

TEST(ClientMessage, AnEmptyIndicatorListOrObjectMeansBaseDataOnly) {
  for (const std::string empty : {"[]", "{}"}) {
    const auto request = accepted<SubscribeRequest>(
        R"({"type":"subscribe","symbol":"SBIN","timeframe":"1s","indicators":)" + empty + "}");
    EXPECT_TRUE(request.indicators.empty()) << empty;
  }
}

TEST(ClientMessage, ReadsIndicatorsGivenAsAnObject) {
  const auto request = accepted<SubscribeRequest>(
      R"({"type":"subscribe","symbol":"SBIN","timeframe":"1s","indicators":
          {"EMA_20":{},"MACD_12_26_9":null,"mine":{"name":"RSI","params":{"length":7}}}})");
  ASSERT_EQ(request.indicators.size(), 3U);
  EXPECT_EQ(request.indicators[0].name, "EMA_20");
  EXPECT_FALSE(request.indicators[0].params.has_value());
  EXPECT_EQ(request.indicators[1].name, "MACD_12_26_9");
  EXPECT_EQ(request.indicators[2].name, "RSI");
  EXPECT_EQ(number_param(request.indicators[2], "length"), 7);
}

TEST(ClientMessage, CountsMayBeWrittenWithADecimalPoint) {
  const auto request = accepted<SubscribeRequest>(
      R"({"type":"subscribe","symbol":"S","timeframe":"1s","history":10.0,"throttle_ms":1000000})");
  EXPECT_EQ(request.history, 10U);
  EXPECT_EQ(request.throttle_ms, 1'000'000U);
}

TEST(ClientMessage, ReadsTheThreeExtentsOfUnsubscribe) {
  const auto everything = accepted<UnsubscribeRequest>(R"({"type":"unsubscribe","id":"a"})");
  EXPECT_EQ(everything.symbol, "");
  EXPECT_FALSE(everything.indicators.has_value());

  const auto stream = accepted<UnsubscribeRequest>(R"({"type":"unsubscribe","symbol":"TCS","timeframe":"1min"})");
  EXPECT_EQ(stream.symbol, "TCS");
  EXPECT_EQ(stream.timeframe, "1min");
  EXPECT_FALSE(stream.indicators.has_value());

  const auto part = accepted<UnsubscribeRequest>(
      R"({"type":"unsubscribe","symbol":"TCS","timeframe":"1min","indicators":["RSI_14_100"]})");
  ASSERT_TRUE(part.indicators.has_value());
  ASSERT_EQ(part.indicators->size(), 1U);
  EXPECT_EQ(part.indicators->front().name, "RSI_14_100");
}

TEST(ClientMessage, ReadsListHeartbeatAndAuth) {
  EXPECT_EQ(accepted<ListRequest>(R"({"type":"list","id":3})").id, "3");
  EXPECT_EQ(accepted<HeartbeatRequest>(R"({"type":"heartbeat","id":4})").id, "4");
  const auto auth = accepted<AuthRequest>(R"({"type":"auth","id":5,"token":"a.b.c"})");
  EXPECT_EQ(auth.id, "5");
  EXPECT_EQ(auth.token, "a.b.c");
}

TEST(ClientMessage, ReadsWhatAResumingClientHas) {
  const auto nothing = accepted<ResumeRequest>(R"({"type":"resume","id":6})");
  EXPECT_EQ(nothing.id, "6");
  EXPECT_TRUE(nothing.received.empty());
  const auto some = accepted<ResumeRequest>(
      R"({"type":"resume","received":[{"symbol":"NIFTY50","timeframe":"5min","epoch":"9be03f","seq":812},)"
      R"({"symbol":"TCS","timeframe":"1s","epoch":"e","seq":9007199254740992}]})");
  ASSERT_EQ(some.received.size(), 2U);
  EXPECT_EQ(some.received[0].symbol, "NIFTY50");
  EXPECT_EQ(some.received[0].timeframe, "5min");
  EXPECT_EQ(some.received[0].epoch, "9be03f");
  EXPECT_EQ(some.received[0].seq, 812U);
  EXPECT_EQ(some.received[1].seq, 9'007'199'254'740'992U);
}

TEST(ClientMessage, EchoesTheIdAsJsonOfTheSameValue) {
  const std::pair<std::string, std::string> cases[] = {
      {"7", "7"},
      {"-7", "-7"},
      {"18446744073709551615", "18446744073709551615"},
      {"1.5", "1.5"},
      {"1e3", "1000"},
      {R"("tab 1")", R"("tab 1")"},
      {R"("")", R"("")"},
      {R"("a\"b\u0001")", R"("a\"b\u0001")"},
      {"\"\xE2\x82\xB9\"", "\"\xE2\x82\xB9\""},
  };
  for (const auto& [sent, echoed] : cases) {
    EXPECT_EQ(accepted<ListRequest>(R"({"type":"list","id":)" + sent + "}").id, echoed) << sent;
  }
}

struct Refusal {
  std::string_view text;
  ErrorCode code;
  std::string_view message;

  friend void PrintTo(const Refusal& refusal, std::ostream* out) { *out << refusal.message; }
};

class ClientMessageRefusal : public testing::TestWithParam<Refusal> {};

TEST_P(ClientMessageRefusal, SaysWhatIsWrongAndWhatIsAllowed) {
  const Refusal& expected = GetParam();
  const RefusedMessage actual = refused(expected.text);
  EXPECT_EQ(error_code_name(actual.error.code), error_code_name(expected.code)) << expected.text;
  EXPECT_EQ(actual.error.message, expected.message) << expected.text;
}

constexpr ErrorCode kBadJson = ErrorCode::BadJson;
constexpr ErrorCode kBadRequest = ErrorCode::BadRequest;
constexpr ErrorCode kBadParams = ErrorCode::BadParams;

INSTANTIATE_TEST_SUITE_P(
    Text, ClientMessageRefusal,
    testing::Values(Refusal{"", kBadJson, "not JSON at byte 1"}, Refusal{"hello", kBadJson, "not JSON at byte 1"},
                    Refusal{R"({"type":"list"} x)", kBadJson, "not JSON at byte 17"},
                    Refusal{R"({"type":"list"}{})", kBadJson, "not JSON at byte 16"},
                    Refusal{R"({"type":"list")", kBadJson, "not JSON at byte 15"},
                    Refusal{R"({"type":'list'})", kBadJson, "not JSON at byte 9"},
                    Refusal{"{\"type\":\"\xFF\"}", kBadJson, "not JSON at byte 10"},
                    Refusal{R"({"id":1e999})", kBadJson, "not JSON at byte 11"},
                    Refusal{"[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]", kBadJson, "nested deeper than 16 levels at byte 16"},
                    Refusal{"[]", kBadRequest, "the message must be a JSON object with a type, got list"},
                    Refusal{"null", kBadRequest, "the message must be a JSON object with a type, got null"},
                    Refusal{"12", kBadRequest, "the message must be a JSON object with a type, got number"}));

INSTANTIATE_TEST_SUITE_P(
    Envelope, ClientMessageRefusal,
    testing::Values(
        Refusal{"{}", kBadRequest,
                "type must be one of subscribe, unsubscribe, list, heartbeat, auth, resume, got nothing"},
        Refusal{R"({"type":1})", kBadRequest,
                "type must be one of subscribe, unsubscribe, list, heartbeat, auth, resume, got number"},
        Refusal{
            R"({"type":"subscibe"})", ErrorCode::UnknownType,
            "type must be one of subscribe, unsubscribe, list, heartbeat, auth, resume, got \"subscibe\"; did you mean "
            "subscribe?"},
        Refusal{R"({"type":"list","id":null})", kBadRequest,
                "id must be a number or a string of at most 128 bytes, got null"},
        Refusal{R"({"type":"list","id":[1]})", kBadRequest,
                "id must be a number or a string of at most 128 bytes, got list"},
        Refusal{R"({"type":"auth"})", kBadRequest, "token must be a JSON Web Token in a string, got nothing"},
        Refusal{R"({"type":"auth","token":5})", kBadRequest, "token must be a JSON Web Token in a string, got number"},
        Refusal{R"({"type":"auth","token":""})", kBadRequest,
                "token must be a JSON Web Token in a string, got an empty one"}));

INSTANTIATE_TEST_SUITE_P(
    Fields, ClientMessageRefusal,
    testing::Values(Refusal{R"({"type":"subscribe","timeframe":"1s"})", kBadRequest,
                            "symbol must be a string of 1 to 128 bytes, got nothing"},
                    Refusal{R"({"type":"subscribe","symbol":["SBIN"],"timeframe":"1s"})", kBadRequest,
                            "symbol must be a string of 1 to 128 bytes, got list"},
                    Refusal{R"({"type":"subscribe","symbol":"","timeframe":"1s"})", kBadRequest,
                            "symbol must be a string of 1 to 128 bytes, got an empty one"},
                    Refusal{R"({"type":"subscribe","symbol":"SBIN"})", kBadRequest,
                            "timeframe must be a string of 1 to 128 bytes, got nothing"},
                    Refusal{R"({"type":"subscribe","symbol":"SBIN","timeframe":5})", kBadRequest,
                            "timeframe must be a string of 1 to 128 bytes, got number"},
                    Refusal{R"({"type":"subscribe","symbol":"SBIN","timeframe":"1s","history":"5"})", kBadRequest,
                            "history must be a whole number of 0 to 1000000, got string"},
                    Refusal{R"({"type":"subscribe","symbol":"SBIN","timeframe":"1s","history":-1})", kBadRequest,
                            "history must be a whole number of 0 to 1000000, got -1"},
                    Refusal{R"({"type":"subscribe","symbol":"SBIN","timeframe":"1s","history":1.5})", kBadRequest,
                            "history must be a whole number of 0 to 1000000, got 1.5"},
                    Refusal{R"({"type":"subscribe","symbol":"SBIN","timeframe":"1s","history":1e300})", kBadRequest,
                            "history must be a whole number of 0 to 1000000, got 1e+300"},
                    Refusal{R"({"type":"subscribe","symbol":"SBIN","timeframe":"1s","throttle_ms":1000001})",
                            kBadRequest, "throttle_ms must be a whole number of 0 to 1000000, got 1000001"},
                    Refusal{R"({"type":"subscribe","symbol":"SBIN","timeframe":"1s","throttle_ms":true})", kBadRequest,
                            "throttle_ms must be a whole number of 0 to 1000000, got boolean"},
                    Refusal{R"({"type":"unsubscribe","timeframe":"1s"})", kBadRequest,
                            "symbol must be given together with timeframe, got nothing"},
                    Refusal{R"({"type":"unsubscribe","indicators":["OBV"]})", kBadRequest,
                            "symbol must be given together with indicators, got nothing"},
                    Refusal{R"({"type":"unsubscribe","symbol":"SBIN"})", kBadRequest,
                            "timeframe must be a string of 1 to 128 bytes, got nothing"},
                    Refusal{R"({"type":"unsubscribe","symbol":"SBIN","timeframe":"1s","indicators":[]})", kBadRequest,
                            "indicators must be absent (the whole stream) or name at least one, got an empty one"}));

#define SUBD_SUBSCRIBE(indicators) R"({"type":"subscribe","symbol":"S","timeframe":"1s","indicators":)" indicators "}"

INSTANTIATE_TEST_SUITE_P(
    Indicators, ClientMessageRefusal,
    testing::Values(
        Refusal{SUBD_SUBSCRIBE(R"("OBV")"), kBadRequest,
                "indicators must be a list of ids or {name, params}, or an object {id: {name, params}}, got string"},
        Refusal{SUBD_SUBSCRIBE("null"), kBadRequest,
                "indicators must be a list of ids or {name, params}, or an object {id: {name, params}}, got null"},
        Refusal{SUBD_SUBSCRIBE(R"(["OBV",5])"), kBadRequest,
                "indicators[1] must be an indicator id or an object {name, params}, got number"},
        Refusal{SUBD_SUBSCRIBE(R"([""])"), kBadRequest,
                "indicators[0] must be a string of 1 to 128 bytes, got an empty one"},
        Refusal{SUBD_SUBSCRIBE("[{}]"), kBadRequest, "indicators[0].name must be an indicator's name, got nothing"},
        Refusal{SUBD_SUBSCRIBE(R"([{"name":false}])"), kBadRequest,
                "indicators[0].name must be a string of 1 to 128 bytes, got boolean"},
        Refusal{SUBD_SUBSCRIBE(R"([{"name":"RSI","params":[14]}])"), kBadRequest,
                "indicators[0].params must be an object of parameters, got list"},
        Refusal{SUBD_SUBSCRIBE(R"(["OBV",{"name":"RSI","params":{"length":true}}])"), kBadParams,
                "indicators[1].params.length must be a number or a string, got boolean"},
        Refusal{SUBD_SUBSCRIBE(R"([{"name":"RSI","params":{"length":null}}])"), kBadParams,
                "indicators[0].params.length must be a number or a string, got null"},
        Refusal{SUBD_SUBSCRIBE(R"([{"name":"RSI","params":{"":1}}])"), kBadParams,
                "indicators[0].params must be an object of parameter names of 1 to 128 bytes, got one of 0 bytes"},
        Refusal{SUBD_SUBSCRIBE(R"({"RSI":5})"), kBadRequest,
                "indicators.RSI must be an object {name, params}, got number"},
        Refusal{SUBD_SUBSCRIBE(R"({"RSI":{"params":{}}})"), kBadRequest,
                "indicators.RSI.name must be an indicator's name, got nothing"},
        Refusal{SUBD_SUBSCRIBE(R"({"":{}})"), kBadRequest,
                "indicators must be an object of ids of 1 to 128 bytes, got one of 0 bytes"}));

TEST(ClientMessage, ARefusalNamesTheFieldForPrograms) {
  const auto error = refused(SUBD_SUBSCRIBE(R"(["OBV",{"name":"RSI","params":{"length":[]}}])")).error;
  EXPECT_EQ(error.detail, R"({"field":"indicators[1].params.length","allowed":"a number or a string","got":"list"})");
  EXPECT_EQ(refused("{").error.detail, R"({"byte":2})");
  EXPECT_EQ(refused(R"({"type":"x"})").error.detail,
            R"({"field":"type","allowed":["subscribe","unsubscribe","list","heartbeat","auth","resume"]})");
}

TEST(ClientMessage, ARefusalEchoesTheIdOnlyWhenItIsOne) {
  EXPECT_EQ(refused(R"({"id":9})").id, "9");
  EXPECT_EQ(refused(R"({"id":"x","type":"subscribe"})").id, R"("x")");
  EXPECT_EQ(refused(R"({"id":{},"type":"subscribe"})").id, "");
}

TEST(ClientMessage, NamesAndIdsAreHeldToTheirLimits) {
  const std::string longest(kMaxNameBytes, 'x');
  const auto subscribe = [](const std::string& symbol) {
    return R"({"type":"subscribe","symbol":")" + symbol + R"(","timeframe":"1s"})";
  };
  EXPECT_EQ(accepted<SubscribeRequest>(subscribe(longest)).symbol, longest);
  EXPECT_EQ(refused(subscribe(longest + "x")).error.message,
            "symbol must be a string of 1 to 128 bytes, got 129 bytes");

  const auto list = [](const std::string& id) { return R"({"type":"list","id":")" + id + R"("})"; };
  EXPECT_EQ(accepted<ListRequest>(list(std::string(kMaxRequestIdBytes, 'i'))).id.size(), kMaxRequestIdBytes + 2);
  EXPECT_EQ(refused(list(std::string(kMaxRequestIdBytes + 1, 'i'))).id, "");
}

TEST(ClientMessage, IndicatorsAndParametersAreHeldToTheirLimits) {
  const auto subscribe = [](std::size_t count) {
    std::string text = R"({"type":"subscribe","symbol":"S","timeframe":"1s","indicators":["OBV")";
    for (std::size_t i = 1; i < count; ++i) text += R"(,"OBV")";
    return text + "]}";
  };
  EXPECT_EQ(accepted<SubscribeRequest>(subscribe(kMaxIndicatorsPerRequest)).indicators.size(),
            kMaxIndicatorsPerRequest);
  EXPECT_EQ(refused(subscribe(kMaxIndicatorsPerRequest + 1)).error.message,
            "indicators must be at most 256 entries, got 257");

  std::string params = R"({"type":"subscribe","symbol":"S","timeframe":"1s","indicators":[{"name":"R","params":{)";
  for (std::size_t i = 0; i <= kMaxParamsPerIndicator; ++i) {
    params += (i == 0 ? "\"p" : ",\"p") + std::to_string(i) + "\":1";
  }
  EXPECT_EQ(refused(params + "}}]}").error.message, "indicators[0].params must be at most 32 parameters, got 33");
}

TEST(ClientMessage, BracketsInStringsAreNotNesting) {
  const std::string brackets = "[[[[[[[[[[[[[[[[[[[[[[[[[[[[\\\"{{{{{{{{";
  EXPECT_EQ(accepted<ListRequest>(R"({"type":"list","note":")" + brackets + R"("})").id, "");
}

INSTANTIATE_TEST_SUITE_P(
    Resume, ClientMessageRefusal,
    testing::Values(Refusal{R"({"type":"resume","received":{}})", kBadRequest,
                            "received must be a list of {symbol, timeframe, epoch, seq}, got object"},
                    Refusal{R"({"type":"resume","received":[7]})", kBadRequest,
                            "received[0] must be an object {symbol, timeframe, epoch, seq}, got number"},
                    Refusal{R"({"type":"resume","received":[{"timeframe":"1s","epoch":"e","seq":1}]})", kBadRequest,
                            "received[0].symbol must be a string of 1 to 128 bytes, got nothing"},
                    Refusal{R"({"type":"resume","received":[{"symbol":"A","timeframe":"1s","epoch":7,"seq":1}]})",
                            kBadRequest, "received[0].epoch must be a string of 1 to 128 bytes, got number"},
                    Refusal{R"({"type":"resume","received":[{"symbol":"A","timeframe":"1s","epoch":"e"}]})",
                            kBadRequest,
                            "received[0].seq must be a whole number of 0 to 9007199254740992, got nothing"},
                    Refusal{R"({"type":"resume","received":[{"symbol":"A","timeframe":"1s","epoch":"e","seq":1.5}]})",
                            kBadRequest, "received[0].seq must be a whole number of 0 to 9007199254740992, got 1.5"},
                    Refusal{R"({"type":"resume","received":[{"symbol":"A","timeframe":"1s","epoch":"e","seq":-1}]})",
                            kBadRequest, "received[0].seq must be a whole number of 0 to 9007199254740992, got -1"}));

TEST(ClientMessage, AHundredThousandLevelsAreRefusedWithoutRecursion) {
  const auto error = refused(std::string(100'000, '[')).error;
  EXPECT_EQ(error.code, ErrorCode::BadJson);
}

TEST(ClientMessage, ALongUnknownTypeIsCutAtAWholeCharacter) {
  std::string type(63, 'a');
  for (int i = 0; i < 100; ++i) type += "\xE2\x82\xB9";
  const auto error = refused(R"({"type":")" + type + R"("})").error;
  EXPECT_EQ(error.message, "type must be one of subscribe, unsubscribe, list, heartbeat, auth, resume, got \"" +
                               std::string(63, 'a') + "...\"");
}

TEST(ClientMessage, ATokenNeverEntersAnError) {
  const auto error = refused(R"({"type":"auth","token":["secret"]})").error;
  EXPECT_EQ(error.message.find("secret"), std::string::npos);
  EXPECT_EQ(error.detail.find("secret"), std::string::npos);
}

TEST(RequestBody, IsTheMessageWithoutItsType) {
  const auto subscribe = parse_subscribe_body(R"({"id":"a","symbol":"TCS","timeframe":"1min","indicators":["RSI"]})");
  ASSERT_TRUE(subscribe);
  EXPECT_EQ(subscribe->id, "\"a\"");
  EXPECT_EQ(subscribe->symbol, "TCS");
  EXPECT_EQ(subscribe->indicators.size(), 1u);
  const auto unsubscribe = parse_unsubscribe_body("{}");
  ASSERT_TRUE(unsubscribe);
  EXPECT_TRUE(unsubscribe->symbol.empty());
  EXPECT_TRUE(parse_unsubscribe_body(R"({"type":"whatever"})")) << "unknown fields are ignored";
}

TEST(RequestBody, IsRefusedAsTheMessageIs) {
  EXPECT_EQ(parse_subscribe_body("").error().code, ErrorCode::BadJson);
  EXPECT_EQ(parse_subscribe_body("[1]").error().code, ErrorCode::BadRequest);
  EXPECT_EQ(parse_subscribe_body(R"({"symbol":"TCS"})").error().code, ErrorCode::BadRequest);
  EXPECT_EQ(parse_unsubscribe_body(R"({"indicators":["RSI"]})").error().code, ErrorCode::BadRequest);
  EXPECT_EQ(parse_subscribe_body(std::string(100'000, '[')).error().code, ErrorCode::BadJson);
}

}  // namespace
}  // namespace subd::wire
