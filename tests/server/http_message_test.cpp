#include "server/http_message.hpp"

#include <gtest/gtest.h>

namespace subd::server {
namespace {

TEST(HttpMessage, AProblemIsAProblemDocument) {
  const HttpResponse response = problem(404, "not_found", "no \"such\" path");
  EXPECT_EQ(response.content_type, "application/problem+json");
  EXPECT_EQ(
      response.body,
      R"({"type":"about:blank","title":"Not Found","status":404,"code":"not_found","detail":"no \"such\" path"})");
}

TEST(HttpMessage, AResponseCarriesItsLengthAndItsServer) {
  HttpResponse response;
  response.content_type = "text/plain";
  response.body = "12345";
  response.fields.emplace_back("Retry-After", "5");
  EXPECT_EQ(response_text(response, {}, "1.2.3"),
            "HTTP/1.1 200 OK\r\nServer: subd/1.2.3\r\nX-Content-Type-Options: nosniff\r\nContent-Type: text/plain\r\n"
            "Content-Length: 5\r\nRetry-After: 5\r\nConnection: keep-alive\r\n\r\n12345");
}

TEST(HttpMessage, TheAnswerToHeadHasTheLengthWithoutTheBody) {
  HttpResponse response;
  response.content_type = "text/plain";
  response.body = "12345";
  const std::string text = response_text(response, {.keep_alive = false, .head_only = true}, "1");
  EXPECT_NE(text.find("Content-Length: 5\r\n"), std::string::npos);
  EXPECT_NE(text.find("Connection: close\r\n"), std::string::npos);
  EXPECT_TRUE(text.ends_with("\r\n\r\n"));
}

TEST(HttpMessage, AnUpgradeThatIsRequiredIsNamedInTheConnectionField) {
  const std::string text = response_text(problem(426, "upgrade_required", ""), {}, "1");
  EXPECT_NE(text.find("Connection: Upgrade\r\n"), std::string::npos);
}

TEST(HttpMessage, WhatTheClientHasAlreadyComesWithoutABody) {
  HttpResponse response;
  response.status = 304;
  response.fields.emplace_back("ETag", "\"1\"");
  const std::string text = response_text(response, {}, "1");
  EXPECT_TRUE(text.starts_with("HTTP/1.1 304 Not Modified\r\n")) << text;
  EXPECT_NE(text.find("ETag: \"1\"\r\n"), std::string::npos);
  EXPECT_EQ(text.find("Content-Length"), std::string::npos) << text;
}

TEST(HttpMessage, ThePathEndsAtTheQuery) {
  HttpRequest request;
  request.target = "/readyz?verbose=1";
  EXPECT_EQ(request.path(), "/readyz");
  request.target = "/readyz";
  EXPECT_EQ(request.path(), "/readyz");
}

}  // namespace
}  // namespace subd::server
