#include "wire/tick_message.hpp"

#include <gtest/gtest.h>

#include <string>

namespace subd::wire {
namespace {

template <class Request>
Request parsed(std::string_view text) {
  const auto message = parse_tick_message(text);
  EXPECT_TRUE(message.has_value()) << (message ? "" : message.error().error.message);
  const Request* request = message ? std::get_if<Request>(&*message) : nullptr;
  EXPECT_NE(request, nullptr) << text;
  return request != nullptr ? *request : Request{};
}

std::string refusal(std::string_view text) {
  const auto message = parse_tick_message(text);
  return message ? "accepted" : message.error().error.message;
}

TEST(TickMessage, ReadsASubscription) {
  const auto request = parsed<TickSubscribeRequest>(
      R"({"type":"subscribe","id":1,"tokens":[738561,4294967295],"symbols":["TCS"],"mode":"Full","throttle_ms":250})");
  EXPECT_EQ(request.id, "1");
  EXPECT_EQ(request.instruments.tokens, (std::vector<std::uint32_t>{738561, 4294967295U}));
  EXPECT_EQ(request.instruments.symbols, std::vector<std::string>{"TCS"});
  EXPECT_EQ(request.mode, market::QuoteMode::Full);
  EXPECT_EQ(request.throttle_ms, 250U);
}

TEST(TickMessage, ModeAndThrottleMayBeLeftOut) {
  const auto request = parsed<TickSubscribeRequest>(R"({"type":"subscribe","symbols":["TCS"]})");
  EXPECT_FALSE(request.mode.has_value());
  EXPECT_FALSE(request.throttle_ms.has_value());
}

TEST(TickMessage, AFilterMayBecomeEmptyButASubscriptionNamesSomething) {
  EXPECT_TRUE(parsed<UpdateFilterRequest>(R"({"type":"update_filter","tokens":[]})").instruments.empty());
  EXPECT_EQ(refusal(R"({"type":"update_filter"})"), "tokens must be a list, or symbols one, got nothing");
  EXPECT_EQ(refusal(R"({"type":"subscribe","tokens":[]})"),
            "tokens must be a list of at least one token, or symbols one of a name, got an empty one");
}

TEST(TickMessage, UnsubscribesSomeOrEverything) {
  EXPECT_FALSE(parsed<TickUnsubscribeRequest>(R"({"type":"unsubscribe"})").instruments.has_value());
  EXPECT_EQ(parsed<TickUnsubscribeRequest>(R"({"type":"unsubscribe","tokens":[5]})").instruments->tokens,
            std::vector<std::uint32_t>{5});
  EXPECT_EQ(refusal(R"({"type":"unsubscribe","tokens":[]})"),
            "tokens must be absent with symbols (everything) or name at least one, got an empty one");
}

TEST(TickMessage, ARefusalNamesTheFieldTheValueAndWhatIsAllowed) {
  EXPECT_EQ(refusal(R"({"type":"subscribe","tokens":[1,"2"]})"),
            "tokens[1] must be a whole number of 1 to 4294967295, got string");
  EXPECT_EQ(refusal(R"({"type":"subscribe","tokens":[0]})"),
            "tokens[0] must be a whole number of 1 to 4294967295, got 0");
  EXPECT_EQ(refusal(R"({"type":"subscribe","tokens":[1.5]})"),
            "tokens[0] must be a whole number of 1 to 4294967295, got 1.5");
  EXPECT_EQ(refusal(R"({"type":"subscribe","tokens":[4294967296]})"),
            "tokens[0] must be a whole number of 1 to 4294967295, got 4294967296");
  EXPECT_EQ(refusal(R"({"type":"subscribe","tokens":7})"), "tokens must be a list of numbers, got number");
  EXPECT_EQ(refusal(R"({"type":"subscribe","symbols":[""]})"),
            "symbols[0] must be a string of 1 to 128 bytes, got an empty one");
  EXPECT_EQ(refusal(R"({"type":"subscribe","tokens":[1],"mode":"depth"})"),
            R"(mode must be "ltp", "quote" or "full", got "depth")");
  EXPECT_EQ(refusal(R"({"type":"subscribe","tokens":[1],"throttle_ms":-1})"),
            "throttle_ms must be a whole number of 0 to 1000000, got -1");
  EXPECT_EQ(
      refusal(R"({"type":"subscibe","tokens":[1]})"),
      "type must be one of subscribe, update_filter, unsubscribe, list, heartbeat, auth, got \"subscibe\"; did you "
      "mean subscribe?");
}

TEST(TickMessage, TooManyInstrumentsAreRefusedAsAWhole) {
  std::string text = R"({"type":"subscribe","tokens":[1)";
  for (std::size_t i = 0; i < kMaxInstrumentsPerRequest; ++i) text += ",1";
  EXPECT_EQ(refusal(text + "]}"), "tokens must be at most 10000 entries, tokens and symbols together, got 10001");
}

TEST(TickMessage, KnowsTheCommonRequests) {
  EXPECT_EQ(parsed<ListRequest>(R"({"type":"list","id":"a"})").id, "\"a\"");
  EXPECT_EQ(parsed<HeartbeatRequest>(R"({"type":"heartbeat"})").id, "");
  EXPECT_EQ(parsed<AuthRequest>(R"({"type":"auth","token":"t"})").token, "t");
}

TEST(TickMessage, AReplyListsTheWholeSet) {
  const std::vector<TickListing> all{{1, "NIFTY50", market::QuoteMode::Ltp, {}},
                                     {2, "TCS", market::QuoteMode::Full, std::chrono::milliseconds{250}}};
  EXPECT_EQ(tick_reply_message(TickReplyType::FilterUpdated, "7", "ws_1", all),
            R"({"type":"filter_updated","id":7,"ws_conn_id":"ws_1","instruments":[)"
            R"({"token":1,"symbol":"NIFTY50","mode":"ltp","throttle_ms":0},)"
            R"({"token":2,"symbol":"TCS","mode":"full","throttle_ms":250}]})");
  EXPECT_EQ(tick_reply_message(TickReplyType::Subscriptions, {}, "ws_1", {}),
            R"({"type":"subscriptions","ws_conn_id":"ws_1","instruments":[]})");
}

}  // namespace
}  // namespace subd::wire
