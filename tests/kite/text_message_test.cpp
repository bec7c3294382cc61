#include "kite/text_message.hpp"

#include <gtest/gtest.h>

namespace subd::kite {
namespace {

TEST(TextMessage, ReadsTheThreeKinds) {
  const auto error = parse_text_message(R"({"type":"error","data":"Too many requests"})");
  EXPECT_EQ(error.kind, TextKind::Error);
  EXPECT_EQ(error.data, "Too many requests");
  const auto message = parse_text_message(R"({"type":"message","data":"Market is closed"})");
  EXPECT_EQ(message.kind, TextKind::Message);
  EXPECT_EQ(message.data, "Market is closed");
  const auto order = parse_text_message(R"({"type":"order","data":{"order_id":"1"}, "id":"x"})");
  EXPECT_EQ(order.kind, TextKind::Order);
  EXPECT_EQ(order.data, R"({"order_id":"1"})");
}

TEST(TextMessage, KeepsWhatItDoesNotUnderstand) {
  for (const std::string_view text : {"", "garbage", "[]", "{}", R"({"type":7})", R"({"type":"instruments_meta"})"}) {
    const auto message = parse_text_message(text);
    EXPECT_EQ(message.kind, TextKind::Other) << text;
    EXPECT_EQ(message.data, text);
  }
}

TEST(TextMessage, DataMayBeMissingOrOfAnyType) {
  EXPECT_EQ(parse_text_message(R"({"type":"error"})").data, "");
  EXPECT_EQ(parse_text_message(R"({"type":"error","data":[1,2]})").data, "[1,2]");
}

TEST(TextMessage, ReadsWhatItWrites) {
  std::string out;
  append_error(out, "token \"7\" is unknown");
  EXPECT_EQ(out, R"({"type":"error","data":"token \"7\" is unknown"})");
  EXPECT_EQ(parse_text_message(out).data, "token \"7\" is unknown");
  out.clear();
  append_message(out, "hello");
  EXPECT_EQ(out, R"({"type":"message","data":"hello"})");
  out.clear();
  append_order(out, R"({"order_id":"1"})");
  EXPECT_EQ(out, R"({"type":"order","data":{"order_id":"1"}})");
}

}  // namespace
}  // namespace subd::kite
