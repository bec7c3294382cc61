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
  EXPECT_EQ(counters().refused_for("not_found"), 1u);
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
  EXPECT_EQ(counters().refused_for("unauthorized"), 1u);
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
  EXPECT_EQ(counters().refused_for("handshake_timeout"), 1u);
}

TEST_F(HttpSetTest, WhoHasSaidNothingForLongestGivesWay) {
  settings.max_http_connections = 3;
  start();
  auto tab = connect();
  std::vector<TcpClient> idle;
  for (int i = 0; i < 3; ++i) {
    idle.emplace_back(port);
    ASSERT_TRUE(eventually([&] { return io->counters().open_http == static_cast<std::size_t>(i) + 1; }));
  }
  EXPECT_TRUE(contains(get("/healthz"), "200 OK"));
  EXPECT_TRUE(idle.front().at_end());
  EXPECT_EQ(counters().refused_for("http_connection_limit"), 1u);
  idle.back().send("GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_TRUE(contains(idle.back().response(), "200 OK"));
  tab.send_text(R"({"type":"list","id":1})");
  EXPECT_TRUE(contains(tab.text(), R"("id":1)"));
}

TEST_F(HttpSetTest, ARequestThatIsBeingAnsweredGivesWayToNobody) {
  settings.max_http_connections = 1;
  backend.answer_metrics = false;
  start();
  TcpClient asking{port};
  asking.send("GET /metrics HTTP/1.1\r\nHost: test\r\n\r\n");
  ASSERT_TRUE(eventually([&] { return !backend.unanswered.empty(); }));
  EXPECT_TRUE(contains(get("/healthz"), "200 OK"));
  backend.unanswered.front()("late 1\n");
  EXPECT_TRUE(asking.response().ends_with("late 1\n"));
  EXPECT_EQ(counters().refused_for("http_connection_limit"), 0u);
}

TEST_F(HttpSetTest, TheConnectionOverTheLimitIsToldAndThePlaceComesBack) {
  settings.admission.connections = 2;
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
  ASSERT_TRUE(eventually([&] { return admission->taken() == 1; }));
  auto again = connect("carol");
  EXPECT_EQ(admission->taken(), 2u);
}

TEST_F(HttpSetTest, AFloodBeyondTheLimitIsClosedAndLeavesTheOthersAlone) {
  settings.admission.connections = 1;
  start();
  auto only = connect();
  std::vector<TcpClient> flood;
  for (int i = 0; i < 200; ++i) flood.emplace_back(port);
  ASSERT_TRUE(eventually([&] { return io->counters().accepted == 201; }));
  EXPECT_EQ(counters().refused_for("connection_limit"), 200u - 64u);
  only.send_text(R"({"type":"list","id":1})");
  EXPECT_TRUE(contains(only.text(), R"("id":1)"));
  flood.clear();
  ASSERT_TRUE(eventually([&] { return io->counters().open_http == 0; }));
  EXPECT_TRUE(contains(get("/healthz"), "200 OK"));
}

TEST_F(HttpSetTest, AnAddressHasItsShareOfTheConnections) {
  settings.admission.per_address = 1;
  start();
  auto only = connect();
  const std::string refused = get("/");
  EXPECT_TRUE(contains(refused, "429 Too Many Requests")) << refused;
  EXPECT_TRUE(contains(refused, "at most 1 connections from one address")) << refused;
  EXPECT_TRUE(contains(get("/healthz"), "200 OK"));
  EXPECT_EQ(counters().refused_for("address_limit"), 1u);
  EXPECT_EQ(admission->taken(), 1u) << "what is refused holds no place";
  only.close();
  ASSERT_TRUE(eventually([&] { return admission->taken() == 0; }));
  EXPECT_TRUE(contains(get("/"), "200 OK"));
}

TEST_F(HttpSetTest, AUserHasItsShareOfTheWebSockets) {
  settings.admission.per_user = 1;
  start();
  auto alice = connect("alice");
  auto bob = connect("bob");
  TcpClient second{port};
  second.send(upgrade_request(bearer("alice")));
  EXPECT_TRUE(contains(second.response(), "at most 1 connections of one user"));
  EXPECT_EQ(counters().refused.at({"user_limit", "/ws/indicators", 429}), 1u);
  alice.close();
  ASSERT_TRUE(eventually([&] { return admission->counted_keys() == 1; }));
  second.send(upgrade_request(bearer("alice")));
  EXPECT_TRUE(contains(second.response(), "101 ")) << "on the connection that was refused before";
}

TEST_F(HttpSetTest, AUserWhoComesLateIsCountedToo) {
  settings.admission.per_user = 1;
  start();
  auto alice = connect("alice");
  TcpClient late{port};
  late.send(upgrade_request());
  EXPECT_TRUE(contains(late.response(), "101 "));
  late.send_text(R"({"type":"auth","token":")" + token("alice") + R"("})");
  EXPECT_TRUE(contains(late.text(), R"("code":"limit_exceeded")"));
  EXPECT_EQ(late.close_code(), 4008);
  EXPECT_EQ(counters().refused_for("user_limit"), 1u);
}

TEST_F(HttpSetTest, AnEndpointHasALimitOfItsOwnByAddress) {
  settings.admission.per_address_of_kind[static_cast<std::size_t>(session::ClientKind::Ticks)] = 1;
  start();
  TcpClient first{port};
  first.send(upgrade_request(bearer("alice"), "/ws/ticks"));
  EXPECT_TRUE(contains(first.response(), "101 "));
  TcpClient second{port};
  second.send(upgrade_request(bearer("bob"), "/ws/ticks"));
  EXPECT_TRUE(contains(second.response(), "429 "));
  EXPECT_EQ(counters().refused.at({"endpoint_address_limit", "/ws/ticks", 429}), 1u);
  auto other = connect("bob");
}

TEST_F(HttpSetTest, BehindATrustedProxyTheClientCounts) {
  settings.admission.per_address = 1;
  settings.trusted_proxies = {*base::IpNetwork::parse("127.0.0.1")};
  start();
  TcpClient one{port};
  TcpClient two{port};
  one.send(upgrade_request(bearer() + "X-Forwarded-For: 198.51.100.1, 203.0.113.7\r\n"));
  EXPECT_TRUE(contains(one.response(), "101 "));
  two.send(upgrade_request(bearer() + "X-Forwarded-For: 203.0.113.7\r\n"));
  EXPECT_TRUE(contains(two.response(), "429 "));
  TcpClient three{port};
  three.send(upgrade_request(bearer() + "X-Forwarded-For: 203.0.113.8\r\n"));
  EXPECT_TRUE(contains(three.response(), "101 "));
  for (TcpClient* client : {&one, &three}) EXPECT_TRUE(contains(client->text(), R"("type":"connected")"));
  const auto reports = on_io([&] { return io->connections(); });
  ASSERT_EQ(reports.size(), 2u);
  EXPECT_EQ(reports[0].address, "203.0.113.7");
}

TEST_F(HttpSetTest, WhatAnyoneElseSaysOfItsAddressIsIgnored) {
  settings.admission.per_address = 1;
  settings.trusted_proxies = {*base::IpNetwork::parse("10.0.0.0/8")};
  start();
  auto only = connect();
  EXPECT_TRUE(contains(get("/", "X-Forwarded-For: 203.0.113.8\r\n"), "429 "));
}

TEST_F(HttpSetTest, AConnectionOfAProxyCountsForTheClientOfItsNewestRequest) {
  settings.admission.per_address = 1;
  settings.trusted_proxies = {*base::IpNetwork::parse("127.0.0.1")};
  start();
  TcpClient proxy{port};
  for (const char* client : {"203.0.113.7", "203.0.113.8", "2001:db8::1", "2001:db8::2"}) {
    proxy.send(std::string{"GET /healthz HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: "} + client + "\r\n\r\n");
    EXPECT_TRUE(contains(proxy.response(), "200 OK"));
    EXPECT_EQ(admission->counted_keys(), 1u);
  }
}

TEST_F(HttpSetTest, RefusalsAreCountedByEndpointAndStatus) {
  start();
  get("/nothing");
  get("/healthz", "Content-Length: 0\r\n", "POST");
  get("/ingest/ticks", "Content-Length: 1000000\r\n", "POST");
  const auto refused = counters().refused;
  EXPECT_EQ(refused.at({"not_found", "other", 404}), 1u);
  EXPECT_EQ(refused.at({"method_not_allowed", "/healthz", 405}), 1u);
  EXPECT_EQ(refused.at({"body_too_big", "/ingest/ticks", 413}), 1u);
}

TEST_F(HttpSetTest, ABatchGoesToTheFeedAndItsAnswerBack) {
  start();
  on_io([&] {
    io->set_api_keys(std::make_shared<const auth::ApiKeySet>(
        std::vector<auth::ApiKeyHolder>{{auth::api_key_digest("subd_p"), "feeder", auth::Role::Publisher}}));
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
