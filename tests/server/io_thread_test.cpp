#include "server/io_thread.hpp"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <set>
#include <string>
#include <vector>

#include "base/log.hpp"
#include "server/running_server.hpp"
#include "session/session.hpp"
#include "support/sanitizer.hpp"

namespace subd::server::test {
namespace {

using std::chrono::milliseconds;

class IoThreadTest : public RunningServer {};

TEST_F(IoThreadTest, DrainSaysGoodbyeWithATimeOfItsOwnAndEnds) {
  start();
  std::vector<TcpClient> clients;
  for (int i = 0; i < 8; ++i) clients.push_back(connect());
  io->drain({"restart", milliseconds{0}, std::chrono::seconds{30}});
  std::set<int> delays;
  for (TcpClient& client : clients) {
    const std::string goodbye = client.text();
    ASSERT_TRUE(contains(goodbye, R"("type":"goodbye")")) << goodbye;
    EXPECT_TRUE(contains(goodbye, "restart")) << goodbye;
    const int delay = std::stoi(goodbye.substr(goodbye.find("\"retry_after_ms\":") + 17));
    EXPECT_GE(delay, 1000);
    EXPECT_LE(delay, 5000);
    delays.insert(delay);
    EXPECT_EQ(client.close_code(), 1001);
    client.close();
  }
  EXPECT_GT(delays.size(), 1u);
  io->join();
  EXPECT_EQ(admission->taken(), 0u);
  EXPECT_FALSE(TcpClient{port}.connected());
}

TEST_F(IoThreadTest, DrainEndsAtItsLimitWhateverTheClientsDo) {
  settings.close_timeout = std::chrono::hours{1};
  start();
  auto client = connect();
  io->drain({"restart", milliseconds{0}, milliseconds{50}});
  io->join();
  EXPECT_EQ(client.close_code(), 1001);
  EXPECT_EQ(admission->taken(), 0u);
}

TEST_F(IoThreadTest, DrainSpreadsTheGoodbyesEvenlyOverItsTime) {
  start();
  std::vector<TcpClient> clients;
  for (int i = 0; i < 10; ++i) clients.push_back(connect());
  const auto sent = [&] { return io->counters().sent_messages; };
  ASSERT_EQ(on_io(sent), 10u);
  io->drain({"restart", milliseconds{1000}, std::chrono::seconds{30}});
  // A goodbye and a close each; the first tenth may have had its turn at once.
  EXPECT_LE(on_io(sent), 12u);
  advance(milliseconds{500});
  ASSERT_TRUE(eventually([&] { return sent() >= 20; }));
  EXPECT_LE(on_io(sent), 22u);
  advance(milliseconds{500});
  ASSERT_TRUE(eventually([&] { return sent() == 30; }));
  for (TcpClient& client : clients) EXPECT_EQ(client.close_code(), 1001);
}

TEST_F(IoThreadTest, DrainIsNoSlowerThanItsRate) {
  start();
  std::vector<TcpClient> clients;
  for (int i = 0; i < 10; ++i) clients.push_back(connect());
  io->drain({"restart", std::chrono::hours{1}, std::chrono::hours{1}, 100});
  advance(milliseconds{100});
  for (TcpClient& client : clients) EXPECT_EQ(client.close_code(), 1001);
}

TEST_F(IoThreadTest, ANewerPlanMakesADrainFaster) {
  start();
  std::vector<TcpClient> clients;
  for (int i = 0; i < 4; ++i) clients.push_back(connect());
  io->drain({"restart", std::chrono::hours{1}, std::chrono::hours{2}});
  io->drain({"shutdown", milliseconds{0}, std::chrono::seconds{30}});
  for (TcpClient& client : clients) {
    EXPECT_TRUE(contains(client.text(), "goodbye"));
    EXPECT_EQ(client.close_code(), 1001);
    client.close();
  }
  io->join();
}

TEST_F(IoThreadTest, WhileItDrainsNewClientsAreToldToComeBack) {
  start();
  auto client = connect();
  io->drain({"restart", std::chrono::hours{1}, std::chrono::hours{2}});
  const std::string ready = get("/readyz");
  EXPECT_TRUE(contains(ready, "503 ")) << ready;
  TcpClient late{port};
  late.send(upgrade_request(bearer()));
  const std::string refusal = late.response();
  EXPECT_TRUE(contains(refusal, "503 Service Unavailable")) << refusal;
  EXPECT_TRUE(contains(refusal, "Retry-After: ")) << refusal;
  // Who is there is served until its turn comes.
  client.send_text(R"({"type":"list","id":1})");
  EXPECT_TRUE(contains(client.text(), R"("id":1)"));
}

TEST_F(IoThreadTest, WhatIsQueuedGoesOutBeforeTheGoodbyeHoweverLongThatTakes) {
  constexpr int kBars = 5000;
  settings.send_buffer_bytes = 4096;
  start();
  auto client = connect("alice", 4096);
  subscribe(client);
  publish(kBars, true);
  io->drain({"restart", milliseconds{0}, std::chrono::seconds{30}});
  advance(settings.close_timeout * 2);
  on_io([] {});
  int bars = 0;
  std::string last;
  while (!contains(last, "goodbye")) {
    last = client.text();
    ASSERT_FALSE(last.empty());
    bars += last.starts_with(R"({"seq":)") ? 1 : 0;
  }
  EXPECT_EQ(bars, kBars);
  EXPECT_TRUE(contains(last, "goodbye")) << last;
  EXPECT_EQ(client.close_code(), 1001);
}

TEST_F(IoThreadTest, ItsLimitsCanChangeWhileItServes) {
  start();
  auto client = connect();
  session::Limits fewer = limits;
  fewer.max_streams = 0;
  Settings other = settings;
  other.metrics_public = true;
  on_io([&] { io->change(other, fewer); });
  client.send_text(R"({"type":"subscribe","symbol":"NIFTY50","timeframe":"1min"})");
  EXPECT_TRUE(contains(client.text(), "limit_exceeded"));
  EXPECT_TRUE(contains(get("/metrics", "X-Forwarded-For: 203.0.113.7\r\n"), "200 OK"));
}

TEST_F(IoThreadTest, DrainClosesIdleHttpConnections) {
  start();
  TcpClient client{port};
  client.send("GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_TRUE(client.response().ends_with("ok\n"));
  io->drain({"restart", milliseconds{0}, std::chrono::seconds{30}});
  EXPECT_TRUE(client.at_end());
  client.close();
  io->join();
}

TEST_F(IoThreadTest, StopAcceptingKeepsThoseWhoAreThere) {
  start();
  auto client = connect();
  io->stop_accepting();
  on_io([] {});
  EXPECT_FALSE(TcpClient{port}.connected());
  client.send_text(R"({"type":"list","id":1})");
  EXPECT_TRUE(contains(client.text(), R"("id":1)"));
}

TEST_F(IoThreadTest, StopCutsEverythingAndGivesThePlacesBack) {
  start();
  auto websocket = connect();
  subscribe(websocket);
  TcpClient http{port};
  http.send("GET /he");
  ASSERT_TRUE(eventually([&] { return io->counters().open_http == 1; }));
  io->stop();
  EXPECT_TRUE(websocket.at_end());
  EXPECT_TRUE(http.at_end());
  EXPECT_EQ(admission->taken(), 0u);
  EXPECT_EQ(market.scripted.releases.size(), 1u);
}

TEST_F(IoThreadTest, MayBeDestroyedWithoutEverRunning) {
  admission.emplace(settings.admission);
  const ServerContext context{settings, limits, directory, verifier, clock, backend, *admission, requests};
  auto listeners = bind_listeners(settings, 1);
  const IoThread never{context, market, market, market, signals, std::move(listeners.front())};
  EXPECT_TRUE(never.address().starts_with("127.0.0.1:"));
}

TEST_F(IoThreadTest, ReportsWhoIsConnectedAndWhatTheyTake) {
  start();
  auto client = connect("alice");
  subscribe(client);
  client.send_text(R"({"type":"heartbeat"})");
  EXPECT_TRUE(contains(client.text(), "heartbeat_ack"));
  const auto reports = on_io([&] { return io->connections(); });
  ASSERT_EQ(reports.size(), 1u);
  const ConnectionReport& report = reports[0];
  EXPECT_TRUE(report.id.starts_with("ws_"));
  EXPECT_EQ(report.id.size(), 15u);
  EXPECT_EQ(report.user, "alice");
  EXPECT_TRUE(report.address.starts_with("127.0.0.1:"));
  EXPECT_EQ(report.since, clock.utc_now());
  EXPECT_EQ(report.last_heartbeat, clock.utc_now());
  ASSERT_EQ(report.streams.size(), 1u);
  EXPECT_EQ(report.streams[0].symbol, "NIFTY50");
  EXPECT_EQ(report.streams[0].indicators, std::vector<std::string>{"RSI"});
  EXPECT_EQ(report.sent_messages, 4u);
  EXPECT_EQ(on_io([&] { return io->connection(report.id)->user; }), "alice");
  EXPECT_FALSE(on_io([&] { return io->connection("ws_000000000000"); }).has_value());
}

TEST_F(IoThreadTest, AnOperatorCanChangeTheSubscriptionsOfASession) {
  start();
  auto client = connect();
  const auto id = on_io([&] { return io->connections().at(0).id; });
  const auto error = on_io([&] {
    wire::SubscribeRequest request;
    request.symbol = "NIFTY50";
    request.timeframe = "1min";
    return static_cast<session::Session&>(*io->find_client(id)).add_subscription(request);
  });
  EXPECT_FALSE(error.has_value());
  EXPECT_TRUE(contains(client.text(), R"("type":"subscribed")"));
  EXPECT_EQ(on_io([&] { return io->find_client("nobody"); }), nullptr);
}

TEST_F(IoThreadTest, RemembersTheLastThousandThatEnded) {
  start();
  for (int i = 0; i < 1003; ++i) {
    TcpClient client{port};
    client.send(upgrade_request(i == 1002 ? bearer("last") : std::string{}));
    ASSERT_TRUE(contains(client.response(), "101 "));
  }
  ASSERT_TRUE(eventually([&] { return io->counters().upgraded == 1003 && io->counters().open_websockets == 0; }));
  const auto closed = closed_connections();
  ASSERT_EQ(closed.size(), kClosedRemembered);
  EXPECT_EQ(closed.front().user, "last");
  EXPECT_EQ(counters().closed.at("peer gone"), 1003u);
}

TEST_F(IoThreadTest, ThrottledUpdatesGoOutWhenTheirTimeComes) {
  start();
  auto client = connect();
  client.send_text(R"({"type":"subscribe","symbol":"NIFTY50","timeframe":"1min","indicators":["RSI"],)"
                   R"("throttle_ms":50})");
  EXPECT_TRUE(contains(client.text(), "subscribed"));
  EXPECT_TRUE(contains(client.text(), "snapshot"));
  publish(3, false);
  EXPECT_TRUE(contains(client.text(), "\"seq\":1"));
  advance(milliseconds{50});
  EXPECT_TRUE(contains(client.text(), "\"seq\":3"));
}

TEST_F(IoThreadTest, WithoutDescriptorsItWaitsAndThenGoesOn) {
  if (subd::test::kAddressSanitizer) GTEST_SKIP() << "the sanitizer's own checks of pointers need a descriptor";
  base::log::set_level(base::log::Level::Off);
  start();
  auto client = connect();
  TcpClient waiting{port};  // its descriptor is taken before there are none left
  ASSERT_TRUE(eventually([&] { return io->counters().open_http == 1; }));
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
  const int lowest_free = ::dup(0);
  ASSERT_GE(lowest_free, 0);
  ::close(lowest_free);
  const int descriptor = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const rlimit none{static_cast<rlim_t>(descriptor) + 1, before.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &none), 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  EXPECT_EQ(::connect(descriptor, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  client.send_text(R"({"type":"list","id":1})");
  EXPECT_TRUE(contains(client.text(), R"("id":1)"));
  EXPECT_EQ(counters().accepted, 2u);
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &before), 0);
  EXPECT_TRUE(eventually([&] { return io->counters().accepted == 3; }));
  ::close(descriptor);
  base::log::set_level(base::log::Level::Info);
}

TEST_F(IoThreadTest, RevokedTokensEndTheirConnectionsAndNoOthers) {
  start();
  auto alice = connect("alice");
  auto bob = connect("bob");
  TcpClient waiting{port};
  waiting.send(upgrade_request());
  EXPECT_TRUE(contains(waiting.response(), "101 Switching Protocols"));
  on_io([&] {
    const std::vector<auth::Revocation> revocations{{auth::RevokedBy::User, "alice", clock.utc_now()}};
    io->set_revoked(std::make_shared<const auth::RevocationSet>(revocations));
  });
  EXPECT_EQ(alice.close_code(), 4001);
  bob.send_text(R"({"type":"list","id":1})");
  EXPECT_TRUE(contains(bob.text(), R"("id":1)"));
  waiting.send_text(R"({"type":"auth","token":")" + token("alice") + "\"}");
  EXPECT_TRUE(contains(waiting.text(), "revoked"));
  EXPECT_EQ(waiting.close_code(), 4001);
}

TEST_F(IoThreadTest, AKeyThatIsGoneEndsItsConnections) {
  start();
  const auth::ApiKeyHolder one{auth::api_key_digest("subd_one"), "alice", auth::Role::Client};
  const auth::ApiKeyHolder other{auth::api_key_digest("subd_other"), "alice", auth::Role::Client};
  const auto set = [&](std::vector<auth::ApiKeyHolder> keys) {
    on_io([&] { io->set_api_keys(std::make_shared<const auth::ApiKeySet>(std::move(keys))); });
  };
  const auto open = [&](const std::string& key) {
    TcpClient client{port};
    client.send(upgrade_request("X-API-Key: " + key + "\r\n"));
    EXPECT_TRUE(contains(client.response(), "101 Switching Protocols"));
    EXPECT_TRUE(contains(client.text(), "connected"));
    return client;
  };
  set({one, other});
  auto leaves = open("subd_one");
  auto stays = open("subd_other");
  auto by_token = connect("alice");
  set({other});
  EXPECT_EQ(leaves.close_code(), 4001);
  for (TcpClient* client : {&stays, &by_token}) {
    client->send_text(R"({"type":"list","id":1})");
    EXPECT_TRUE(contains(client->text(), R"("id":1)"));
  }
}

TEST_F(IoThreadTest, ASignalReachesItsClientOverTheWire) {
  start();
  TcpClient client{port};
  client.send(upgrade_request(bearer(), "/ws/signals?since=sig_1"));
  EXPECT_TRUE(contains(client.response(), "101 Switching Protocols"));
  ASSERT_TRUE(eventually([&] { return !signals.asks.empty(); }));
  EXPECT_EQ(signals.asks[0].since, "sig_1");
  on_io([&] { io->signals().answered(signals.answers(subd::test::kProfessional, {subd::test::signal(2)})); });
  EXPECT_TRUE(contains(client.text(), R"("tier":"PROFESSIONAL")"));
  EXPECT_TRUE(contains(client.text(), "sig_2"));
  on_io([&] {
    const std::vector<wire::SignalPtr> burst{subd::test::signal(3, true)};
    io->signals().publish(burst);
  });
  EXPECT_TRUE(contains(client.text(), "sig_3"));
}

}  // namespace
}  // namespace subd::server::test
