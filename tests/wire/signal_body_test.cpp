#include "wire/signal_body.hpp"

#include <gtest/gtest.h>

namespace subd::wire {
namespace {

using Kind = SignalBodyError::Kind;

constexpr std::string_view kWhole = R"({"id":"sig_1","premium":true,"symbol":"TCS","side":"BUY","strength":72.5,)"
                                    R"("created_at":"2025-11-04T10:35:00Z","payload":{"b":1,"a":[true]}})";

std::string refused(std::string_view text, Kind kind = Kind::BadField) {
  const auto parsed = parse_signal_body(text);
  if (parsed) return "accepted";
  EXPECT_EQ(parsed.error().kind, kind) << parsed.error().message;
  return parsed.error().message;
}

TEST(SignalBody, OneSignalBecomesTheMessageOfClients) {
  const auto drafts = parse_signal_body(kWhole);
  ASSERT_TRUE(drafts);
  ASSERT_EQ(drafts->size(), 1u);
  const SignalDraft& draft = drafts->front();
  EXPECT_EQ(draft.id, "sig_1");
  EXPECT_TRUE(draft.premium);
  EXPECT_EQ(signal_message(draft.members, *draft.created_at),
            R"({"type":"signal","id":"sig_1","premium":true,"symbol":"TCS","side":"BUY","strength":72.5,)"
            R"("payload":{"a":[true],"b":1},"created_at":"2025-11-04T10:35:00.000Z"})");
}

TEST(SignalBody, WhatIsLeftOutIsNull) {
  const auto drafts = parse_signal_body(R"({"id":"sig_1","symbol":"TCS","side":"SELL","strength":null})");
  ASSERT_TRUE(drafts);
  EXPECT_FALSE(drafts->front().created_at);
  EXPECT_EQ(drafts->front().members,
            R"("id":"sig_1","premium":false,"symbol":"TCS","side":"SELL","strength":null,"payload":null)");
}

TEST(SignalBody, TheOrderOfFieldsMakesNoOtherSignal) {
  const auto one = parse_signal_body(R"({"id":"a","symbol":"TCS","side":"BUY","payload":{"x":1,"y":2}})");
  const auto other = parse_signal_body(R"({"payload":{"y":2,"x":1},"side":"BUY","unknown":7,"symbol":"TCS","id":"a"})");
  ASSERT_TRUE(one && other);
  EXPECT_EQ(one->front().members, other->front().members);
}

TEST(SignalBody, SeveralComeAsAListOrInAnObject) {
  const std::string list = R"([{"id":"a","symbol":"TCS","side":"BUY"},{"id":"b","symbol":"TCS","side":"EXIT"}])";
  EXPECT_EQ(parse_signal_body(list)->size(), 2u);
  EXPECT_EQ(parse_signal_body(R"({"signals":)" + list + "}")->at(1).id, "b");
}

TEST(SignalBody, NamesTheFieldTheValueAndWhatIsAllowed) {
  EXPECT_EQ(refused(R"({"symbol":"TCS","side":"BUY"})"), "id must be 1 to 128 letters, digits and ._:-, got nothing");
  EXPECT_EQ(refused(R"({"id":"a b","symbol":"TCS","side":"BUY"})"),
            R"(id must be 1 to 128 letters, digits and ._:-, got "a b")");
  EXPECT_EQ(refused(R"({"id":"a","symbol":7,"side":"BUY"})"),
            "symbol must be 1 to 64 bytes without control characters, got number");
  EXPECT_EQ(refused(R"({"id":"a","symbol":"TCS","side":"buy"})"),
            R"(side must be one of BUY, SELL, HOLD, EXIT, got "buy")");
  EXPECT_EQ(refused(R"({"id":"a","symbol":"TCS","side":"BUY","strength":101})"),
            "strength must be a number from 0 to 100, got 101");
  EXPECT_EQ(refused(R"({"id":"a","symbol":"TCS","side":"BUY","premium":"yes"})"),
            "premium must be true or false, got string");
  EXPECT_EQ(refused(R"({"id":"a","symbol":"TCS","side":"BUY","created_at":"today"})"),
            R"(created_at must be a time such as 2025-11-04T10:35:00.000Z, got "today")");
  EXPECT_EQ(refused(R"({"id":"a","symbol":"TCS","side":"BUY","payload":[]})"), "payload must be an object, got list");
}

TEST(SignalBody, SaysWhichOfSeveralIsWrong) {
  EXPECT_EQ(refused(R"([{"id":"a","symbol":"TCS","side":"BUY"},{"id":"b","symbol":"TCS"}])"),
            "signals[1].side must be one of BUY, SELL, HOLD, EXIT, got nothing");
  EXPECT_EQ(refused(R"([7])"), "signals[0] must be an object, got number");
}

TEST(SignalBody, RefusesWhatIsNoBodyAtAll) {
  EXPECT_EQ(refused("{", Kind::NotJson), "the body: not JSON at byte 2");
  EXPECT_EQ(refused("", Kind::NotJson), "the body: not JSON at byte 1");
  EXPECT_EQ(refused("7"), "the body must be an object, got number");
  EXPECT_EQ(refused("[]"), "signals must be a list of 1 to 500 signals, got 0");
  EXPECT_EQ(refused(R"({"signals":{}})"), "signals must be a list of 1 to 500 signals, got object");
}

TEST(SignalBody, IsBounded) {
  std::string many = "[{}";
  for (std::size_t i = 0; i < kMaxSignalsPerBody; ++i) many += ",{}";
  EXPECT_EQ(refused(many + "]", Kind::TooMany), "signals must be a list of 1 to 500 signals, got 501");
  const std::string big =
      R"({"id":"a","symbol":"TCS","side":"BUY","payload":{"x":")" + std::string(kMaxSignalPayloadBytes, 'x') + "\"}}";
  EXPECT_EQ(refused(big, Kind::TooMany), "payload must be at most 16384 bytes long, got 16392");
  EXPECT_TRUE(is_signal_id(std::string(kMaxSignalIdBytes, 'x')));
  EXPECT_FALSE(is_signal_id(std::string(kMaxSignalIdBytes + 1, 'x')));
}

}  // namespace
}  // namespace subd::wire
