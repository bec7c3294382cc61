#include "server/handshake.hpp"

#include <gtest/gtest.h>

namespace subd::server {
namespace {

HttpRequest upgrade() {
  HttpRequest request;
  request.method = "GET";
  request.target = "/ws/indicators";
  request.connection = "keep-alive, Upgrade";
  request.upgrade = "WebSocket";
  request.websocket_version = "13";
  request.websocket_key = "dGhlIHNhbXBsZSBub25jZQ==";
  return request;
}

TEST(Handshake, AnswersTheKeyOfTheRfcWithItsValue) {
  EXPECT_EQ(accept_value("dGhlIHNhbXBsZSBub25jZQ=="), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
}

TEST(Handshake, TakesTheUsualRequestOfABrowser) {
  EXPECT_FALSE(handshake_problem(upgrade()).has_value());
}

TEST(Handshake, WithoutAnUpgradeNamesWhatIsRequired) {
  HttpRequest request = upgrade();
  request.upgrade.clear();
  const auto problem = handshake_problem(request);
  ASSERT_TRUE(problem.has_value());
  EXPECT_EQ(problem->status, 426u);
  EXPECT_EQ(problem->fields.at(0), (std::pair<std::string_view, std::string>{"Upgrade", "websocket"}));
}

TEST(Handshake, TheConnectionFieldMustListUpgradeAsAWord) {
  HttpRequest request = upgrade();
  request.connection = "keep-alive, Upgrader";
  EXPECT_EQ(handshake_problem(request)->status, 426u);
  request.connection = "UPGRADE";
  EXPECT_FALSE(handshake_problem(request).has_value());
}

TEST(Handshake, AnotherVersionIsToldTheRightOne) {
  HttpRequest request = upgrade();
  request.websocket_version = "8";
  const auto problem = handshake_problem(request);
  ASSERT_TRUE(problem.has_value());
  EXPECT_EQ(problem->status, 426u);
  EXPECT_EQ(problem->fields.at(1), (std::pair<std::string_view, std::string>{"Sec-WebSocket-Version", "13"}));
}

TEST(Handshake, AKeyThatIsNotSixteenBytesIsABadRequest) {
  for (const char* key : {"", "dGhlIHNhbXBsZQ==", "dGhlIHNhbXBsZSBub25jZQ=", "dGhlIHNhbXBsZSBub25jZ\"==",
                          "dGhlIHNhbXBsZSBub25jZQ==, dGhlIHNhbXBsZSBub25jZQ=="}) {
    HttpRequest request = upgrade();
    request.websocket_key = key;
    const auto problem = handshake_problem(request);
    ASSERT_TRUE(problem.has_value()) << key;
    EXPECT_EQ(problem->status, 400u) << key;
  }
}

TEST(Handshake, HttpOneZeroCannotUpgrade) {
  HttpRequest request = upgrade();
  request.http_1_0 = true;
  EXPECT_EQ(handshake_problem(request)->status, 426u);
}

TEST(Handshake, TheResponseSelectsTheSubprotocolOnlyWhenAsked) {
  const std::string with = handshake_response(upgrade(), true, "permessage-deflate", "1.2.3");
  EXPECT_NE(with.find("Sec-WebSocket-Protocol: subd.v1\r\n"), std::string::npos);
  EXPECT_NE(with.find("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"), std::string::npos);
  const std::string without = handshake_response(upgrade(), false, "", "1.2.3");
  EXPECT_EQ(without.find("Sec-WebSocket-Protocol"), std::string::npos);
  EXPECT_EQ(without.find("Sec-WebSocket-Extensions"), std::string::npos);
}

}  // namespace
}  // namespace subd::server
