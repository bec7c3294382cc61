#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

#include "server/running_server.hpp"

namespace subd::server::test {
namespace {

using std::chrono::milliseconds;

class HttpSetTest : public RunningServer {};

TEST_F(HttpSetTest, AnswersEveryEndpoint) {
  start();
  EXPECT_TRUE(contains(get("/healthz"), "HTTP/1.1 200 OK\r\nServer: subd/1.2.3\r\n"));
  EXPECT_TRUE(get("/healthz").ends_with("\r\n\r\nok\n"));
  EXPECT_TRUE(contains(get("/readyz"), R"({"ready":true,"reasons":[]})"));
  EXPECT_TRUE(contains(get("/"), "<!doctype html>"));
  EXPECT_TRUE(contains(get("/indicators/catalog"), "401 Unauthorized"));
  EXPECT_TRUE(get("/indicators/catalog", bearer()).ends_with(backend.catalogue));
}

TEST_F(HttpSetTest, MetricsCarryTheirContentType) {
  start();
  const std::string response = get("/metrics");
  EXPECT_TRUE(contains(response, "Content-Type: text/plain; version=0.0.4; charset=utf-8\r\n")) << response;
  EXPECT_TRUE(response.ends_with("subd_up 1\n")) << response;
}

TEST_F(HttpSetTest, AProxyOnThisHostDoesNotMakeItsClientsLocal) {
  start();
  EXPECT_TRUE(contains(get("/metrics", "X-Forwarded-For: 203.0.113.7\r\n"), "403 Forbidden"));
  EXPECT_TRUE(contains(get("/metrics", "Forwarded: for=203.0.113.7\r\n"), "403 Forbidden"));
}

TEST_F(HttpSetTest, MetricsMayComeLaterFromAnotherThread) {
  backend.answer_metrics = false;
  start();
  TcpClient client{port};
  client.send("GET /metrics HTTP/1.1\r\nHost: test\r\n\r\n");
  ASSERT_TRUE(eventually([&] { return !backend.unanswered.empty(); }));
  std::thread{[&] { backend.unanswered.front()("late 1\n"); }}.join();
  EXPECT_TRUE(client.response().ends_with("late 1\n"));
}

TEST_F(HttpSetTest, MetricsForAClientThatLeftGoNowhere) {
  backend.answer_metrics = false;
  start();
  {
    TcpClient client{port};
    client.send("GET /metrics HTTP/1.1\r\nHost: test\r\n\r\n");
    ASSERT_TRUE(eventually([&] { return !backend.unanswered.empty(); }));
  }
  backend.unanswered.front()("late 1\n");
  EXPECT_TRUE(contains(get("/healthz"), "200 OK"));
  io->stop();
  io.reset();
  backend.unanswered.front()("after the end\n");
}

TEST_F(HttpSetTest, OneConnectionCarriesManyRequests) {
  start();
  TcpClient client{port};
  client.send("GET /healthz HTTP/1.1\r\nHost: a\r\n\r\nGET /readyz HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_TRUE(client.response().ends_with("ok\n"));
  EXPECT_TRUE(client.response().ends_with("[]}"));
  client.send("HEAD /healthz HTTP/1.1\r\nHost: a\r\n\r\n");
  const std::string head = client.response(true);
  EXPECT_TRUE(contains(head, "Content-Length: 3\r\n")) << head;
  client.send("GET /healthz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  EXPECT_TRUE(client.response().ends_with("ok\n"));
  EXPECT_TRUE(client.at_end());
}

TEST_F(HttpSetTest, ErrorsAreProblems) {
  start();
  EXPECT_TRUE(contains(get("/nothing"), R"("status":404,"code":"not_found")"));
  const std::string post = get("/healthz", "Content-Length: 2\r\n\r\n{}", "POST");
  EXPECT_TRUE(contains(post, "405 Method Not Allowed")) << post;
  EXPECT_TRUE(contains(post, "Allow: GET, HEAD\r\n")) << post;
  EXPECT_EQ(counters().refused.at("not_found"), 1u);
}

TEST_F(HttpSetTest, WhatIsNotHttpIsABadRequest) {
  start();
  TcpClient client{port};
  client.send("hello, is anybody there?\r\n\r\n");
  EXPECT_TRUE(contains(client.response(), "400 Bad Request"));
  EXPECT_TRUE(client.at_end());
}

TEST_F(HttpSetTest, HeadersBeyondTheirLimitAreRefused) {
  start();
  EXPECT_TRUE(contains(get("/healthz", "X-Long: " + std::string(20'000, 'a') + "\r\n"), "431 "));
}

TEST_F(HttpSetTest, ABodyBeyondItsLimitIsRefusedWithoutReadingIt) {
  start();
  EXPECT_TRUE(contains(get("/healthz", "Content-Length: 1000000\r\n", "POST"), "413 "));
}

TEST_F(HttpSetTest, ARequestMayComeByteByByte) {
  start();
  TcpClient client{port};
  for (const char byte : upgrade_request(bearer())) ASSERT_TRUE(client.send({&byte, 1}));
  EXPECT_TRUE(contains(client.response(), "101 Switching Protocols"));
  EXPECT_TRUE(contains(client.text(), R"("type":"connected")"));
}

TEST_F(HttpSetTest, FramesBehindTheUpgradeRequestAreNotLost) {
  start();
  TcpClient client{port};
  client.send(upgrade_request(bearer()) + ws::test::text_frame(R"({"type":"list","id":1})"));
  EXPECT_TRUE(contains(client.response(), "101 "));
  EXPECT_TRUE(contains(client.text(), R"("type":"connected")"));
  EXPECT_TRUE(contains(client.text(), R"({"type":"subscriptions","id":1)"));
}

TEST_F(HttpSetTest, UpgradeSelectsTheSubprotocolAndDeclinesExtensions) {
  start();
  TcpClient client{port};
  client.send(upgrade_request("Sec-WebSocket-Protocol: subd.v1, bearer." + token() +
                              "\r\nSec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n"));
  const std::string response = client.response();
  EXPECT_TRUE(contains(response, "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n")) << response;
  EXPECT_TRUE(contains(response, "Sec-WebSocket-Protocol: subd.v1\r\n")) << response;
  EXPECT_FALSE(contains(response, "Sec-WebSocket-Extensions")) << response;
}

TEST_F(HttpSetTest, UpgradesThatAreWrongAreAnsweredInHttp) {
  start();
  EXPECT_TRUE(contains(get("/ws/indicators"), "426 Upgrade Required"));
  TcpClient old{port};
  old.send(
      "GET /ws/indicators HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
      "Sec-WebSocket-Version: 8\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
  const std::string response = old.response();
  EXPECT_TRUE(contains(response, "426 ")) << response;
  EXPECT_TRUE(contains(response, "Sec-WebSocket-Version: 13\r\n")) << response;
  TcpClient forged{port};
  forged.send(upgrade_request("Authorization: Bearer x.y.z\r\n"));
  const std::string refused = forged.response();
  EXPECT_TRUE(contains(refused, "401 Unauthorized")) << refused;
  EXPECT_TRUE(contains(refused, "WWW-Authenticate: Bearer ")) << refused;
  EXPECT_EQ(counters().refused.at("unauthorized"), 1u);
  EXPECT_EQ(counters().upgraded, 0u);
}

TEST_F(HttpSetTest, ARequestThatDoesNotEndIsCut) {
  settings.handshake_timeout = milliseconds{5000};
  start();
  TcpClient client{port};
  client.send("GET /healthz HTTP/1.1\r\nHost:");
  ASSERT_TRUE(eventually([&] { return io->counters().open_http == 1; }));
  advance(milliseconds{4999});
  EXPECT_EQ(counters().open_http, 1u);
  advance(milliseconds{1});
  EXPECT_TRUE(client.at_end());
  EXPECT_EQ(counters().refused.at("handshake_timeout"), 1u);
}

TEST_F(HttpSetTest, TheConnectionOverTheLimitIsToldAndThePlaceComesBack) {
  settings.max_connections = 2;
  start();
  auto first = connect();
  {
    auto second = connect("bob");
    TcpClient third{port};
    third.send(upgrade_request(bearer()));
    const std::string refused = third.response();
    EXPECT_TRUE(contains(refused, "429 Too Many Requests")) << refused;
    EXPECT_TRUE(contains(refused, "Retry-After: 5\r\n")) << refused;
    EXPECT_TRUE(third.at_end());
    EXPECT_TRUE(contains(get("/healthz"), "200 OK"));
    EXPECT_TRUE(contains(get("/"), "429 "));
  }
  ASSERT_TRUE(eventually([&] { return limit->taken() == 1; }));
  auto again = connect("carol");
  EXPECT_EQ(limit->taken(), 2u);
}

TEST_F(HttpSetTest, AFloodBeyondTheLimitIsClosedAndLeavesTheOthersAlone) {
  settings.max_connections = 1;
  start();
  auto only = connect();
  std::vector<TcpClient> flood;
  for (int i = 0; i < 200; ++i) flood.emplace_back(port);
  ASSERT_TRUE(eventually([&] { return io->counters().accepted == 201; }));
  EXPECT_EQ(counters().refused.at("connection_limit"), 200u - 64u);
  only.send_text(R"({"type":"list","id":1})");
  EXPECT_TRUE(contains(only.text(), R"("id":1)"));
  flood.clear();
  ASSERT_TRUE(eventually([&] { return io->counters().open_http == 0; }));
  EXPECT_TRUE(contains(get("/healthz"), "200 OK"));
}

TEST_F(HttpSetTest, ABatchGoesToTheFeedAndItsAnswerBack) {
  start();
  on_io([&] {
    io->set_api_keys(std::make_shared<const auth::ApiKeySet>(
        std::vector<auth::ApiKeyHolder>{{auth::api_key_hash("subd_p"), "feeder", auth::Role::Publisher}}));
  });
  const std::string key = "X-API-Key: subd_p\r\n";
  const auto post = [&](const std::string& body) {
    TcpClient client{port};
    client.send("POST /ingest/ticks?seq=1 HTTP/1.1\r\nHost: test\r\n" + key +
                "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body);
    return client.response();
  };
  EXPECT_TRUE(contains(post("rows"), "\r\n\r\nfeeder|seq=1|rows"));
  EXPECT_TRUE(contains(post("bad"), "400 Bad Request"));
}

}  // namespace
}  // namespace subd::server::test
