#include "kite/request.hpp"

#include <gtest/gtest.h>

namespace subd::kite {
namespace {

using market::QuoteMode;
using Tokens = std::vector<std::uint32_t>;

template <class T>
T accepted(std::string_view text) {
  const auto request = parse_request(text);
  EXPECT_TRUE(request) << text;
  if (!request) return {};
  const T* out = std::get_if<T>(&*request);
  EXPECT_NE(out, nullptr) << text;
  return out != nullptr ? *out : T{};
}

std::string refused(std::string_view text) {
  const auto request = parse_request(text);
  EXPECT_FALSE(request) << text;
  return request ? std::string{} : request.error().message;
}

TEST(Request, ReadsWhatTheClientsWrite) {
  EXPECT_EQ(accepted<SubscribeRequest>(R"({"a":"subscribe","v":[408065,884737]})").tokens, (Tokens{408065, 884737}));
  EXPECT_EQ(accepted<UnsubscribeRequest>(R"({"v": [408065], "a": "unsubscribe"})").tokens, Tokens{408065});
  const auto mode = accepted<ModeRequest>(R"({"a":"mode","v":["full",[408065]]})");
  EXPECT_EQ(mode.mode, QuoteMode::Full);
  EXPECT_EQ(mode.tokens, Tokens{408065});
}

TEST(Request, TakesEmptyListsAndOtherFields) {
  EXPECT_EQ(accepted<SubscribeRequest>(R"({"a":"subscribe","v":[],"id":7})").tokens, Tokens{});
  EXPECT_EQ(accepted<ModeRequest>(R"({"a":"mode","v":["ltp",[]]})").tokens, Tokens{});
}

TEST(Request, TakesEveryTokenOf32Bits) {
  EXPECT_EQ(accepted<SubscribeRequest>(R"({"a":"subscribe","v":[1,4294967295]})").tokens, (Tokens{1, 4294967295}));
}

TEST(Request, RefusalNamesFieldValueAndWhatIsAllowed) {
  EXPECT_EQ(refused("nonsense"), R"(the message must be an object {"a": ..., "v": ...})");
  EXPECT_EQ(refused("[1]"), R"(the message must be an object {"a": ..., "v": ...})");
  EXPECT_EQ(refused("{}"), R"(a must be "subscribe", "unsubscribe" or "mode", got nothing)");
  EXPECT_EQ(refused(R"({"a":"subscibe","v":[1]})"),
            R"(a must be "subscribe", "unsubscribe" or "mode", got "subscibe")");
  EXPECT_EQ(refused(R"({"a":7,"v":[1]})"), R"(a must be "subscribe", "unsubscribe" or "mode", got 7)");
  EXPECT_EQ(refused(R"({"a":"subscribe"})"), "v must be a list of instrument tokens, got nothing");
  EXPECT_EQ(refused(R"({"a":"subscribe","v":{}})"), "v must be a list of instrument tokens, got an object");
  EXPECT_EQ(refused(R"({"a":"mode","v":["full",7]})"), "v[1] must be a list of instrument tokens, got 7");
  EXPECT_EQ(refused(R"({"a":"mode","v":["deep",[7]]})"), R"(v[0] must be "ltp", "quote" or "full", got "deep")");
  EXPECT_EQ(refused(R"({"a":"mode","v":[1,2,3]})"),
            R"(v must be ["ltp", "quote" or "full", a list of instrument tokens], got a list of 3)");
}

TEST(Request, TokensAreWholeNumbersOf32Bits) {
  constexpr std::string_view kAllowed = "an instrument token, a whole number from 1 to 4294967295";
  for (const std::string_view token : {"\"408065\"", "0", "-1", "1.0", "4294967296", "99999999999999999999", "null"}) {
    const std::string message = refused(R"({"a":"subscribe","v":[1,)" + std::string{token} + "]}");
    EXPECT_TRUE(message.starts_with("v[1] must be " + std::string{kAllowed} + ", got ")) << message;
  }
  EXPECT_EQ(refused(R"({"a":"mode","v":["full",["x"]]})"), "v[1][0] must be " + std::string{kAllowed} + ", got \"x\"");
}

TEST(Request, ARefusalIsShortAndPrintableWhateverWasSent) {
  const std::string message = refused(R"({"a":")" + std::string(5000, 'x') + R"(\u0007é","v":[1]})");
  EXPECT_LT(message.size(), 120U);
  const std::string control = refused(R"({"a":"\u0007é","v":[1]})");
  EXPECT_NE(control.find(R"("\u0007\u00e9")"), std::string::npos) << control;
}

TEST(Request, WritesWhatTheClientsWrite) {
  std::string out;
  append_subscribe(out, Tokens{408065, 884737});
  EXPECT_EQ(out, R"({"a":"subscribe","v":[408065,884737]})");
  out.clear();
  append_unsubscribe(out, Tokens{408065});
  EXPECT_EQ(out, R"({"a":"unsubscribe","v":[408065]})");
  out.clear();
  append_mode(out, QuoteMode::Full, Tokens{408065});
  EXPECT_EQ(out, R"({"a":"mode","v":["full",[408065]]})");
}

TEST(Request, ReadsWhatItWrites) {
  Tokens tokens;
  for (std::uint32_t i = 0; i < 3000; ++i) tokens.push_back(i << 8 | 2);
  std::string out;
  append_mode(out, QuoteMode::Quote, tokens);
  const auto mode = accepted<ModeRequest>(out);
  EXPECT_EQ(mode.mode, QuoteMode::Quote);
  EXPECT_EQ(mode.tokens, tokens);
}

}  // namespace
}  // namespace subd::kite
