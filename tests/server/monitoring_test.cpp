#include "server/monitoring.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "server/http_routes.hpp"
#include "server/running_server.hpp"

namespace subd::server {
namespace {

using test::contains;

base::UtcTime at(std::int64_t ms) {
  return base::UtcTime{std::chrono::milliseconds{ms}};
}

ConnectionReport connection(const std::string& id, const std::string& user, std::int64_t since_ms) {
  ConnectionReport out;
  out.id = id;
  out.user = user;
  out.since = at(since_ms);
  return out;
}

TEST(StatsJson, AddsUpConnectionsUsersAndTiers) {
  const std::vector<UserReport> users{{"alice", "STARTER", at(1), 2}, {"bob", "PROFESSIONAL", at(2), 1}};
  EXPECT_EQ(stats_json(users),
            R"({"total_connections":3,"active_users":2,"users_by_tier":{"PROFESSIONAL":1,"STARTER":1}})");
  EXPECT_EQ(stats_json({}), R"({"total_connections":0,"active_users":0,"users_by_tier":{}})");
}

TEST(StatsJson, AUserOnSeveralThreadsIsOneOfTheTierOfItsNewestConnection) {
  const std::vector<UserReport> users{
      {"alice", "STARTER", at(5), 2}, {"alice", "PROFESSIONAL", at(9), 1}, {"alice", "STARTER", at(1), 1}};
  EXPECT_EQ(stats_json(users), R"({"total_connections":4,"active_users":1,"users_by_tier":{"PROFESSIONAL":1}})");
}

TEST(StatsJson, AConnectionWithoutAUserAndAUserWithoutATierAreOnlyCounted) {
  const std::vector<UserReport> users{{"", "", at(1), 1}, {"alice", "", at(1), 1}};
  EXPECT_EQ(stats_json(users), R"({"total_connections":2,"active_users":1,"users_by_tier":{}})");
}

TEST(ConnectionsJson, TellsWhatOneIsAndTakes) {
  ConnectionReport one = connection("ws_1", "al\"ice", 1'700'000'000'000);
  one.kind = session::ClientKind::Ticks;
  one.session_claim = "tab1";
  one.address = "127.0.0.1:5";
  one.streams = {{"NIFTY50", "5min", {"RSI_14_100", "SMA_20"}}};
  one.ticks = {{738561, "RELIANCE", market::QuoteMode::Quote, {}}};
  one.sent_messages = 3;
  one.sent_bytes = 400;
  one.queue_messages = 1;
  one.queue_bytes = 50;
  EXPECT_EQ(connections_json({one}, 10),
            R"({"total":1,"connections":[{"id":"ws_1","endpoint":"/ws/ticks","user_id":"al\"ice",)"
            R"("session_id":"tab1","address":"127.0.0.1:5","since":"2023-11-14T22:13:20.000Z",)"
            R"("streams":[{"symbol":"NIFTY50","timeframe":"5min","indicators":["RSI_14_100","SMA_20"]}],)"
            R"("ticks":[{"token":738561,"symbol":"RELIANCE","mode":"quote"}],"messages":3,"bytes":400,)"
            R"("queue":{"messages":1,"bytes":50}}]})");
}

TEST(ConnectionsJson, ShowsTheNewestAndSaysHowManyThereAre) {
  const std::string json =
      connections_json({connection("ws_1", "a", 1), connection("ws_3", "a", 3), connection("ws_2", "a", 2)}, 2);
  EXPECT_TRUE(json.starts_with(R"({"total":3,"connections":[{"id":"ws_3")")) << json;
  EXPECT_TRUE(contains(json, R"("id":"ws_2")"));
  EXPECT_FALSE(contains(json, R"("id":"ws_1")"));
}

class MonitoringTest : public testing::Test {
 protected:
  MonitoringTest() {
    backend.open = {connection("ws_1", "alice", 1), connection("ws_2", "bob", 2), connection("ws_3", "alice", 3)};
    request.method = "GET";
  }

  /// What a holder of `secret` is answered.
  HttpResponse get(const std::string& target, const std::string& secret) {
    request.target = target;
    request.authorization = "Bearer " + secret;
    Answer answer = route(request, {.backend = backend,
                                    .verifier = verifier,
                                    .api_keys = api_keys,
                                    .requests = requests,
                                    .channel_token = channel_token,
                                    .now = clock.utc_now(),
                                    .mono_now = clock.mono_now()});
    if (const auto* response = std::get_if<HttpResponse>(&answer)) return *response;
    HttpResponse later;
    std::get<Deferred>(answer).begin({}, [&](HttpResponse response) { later = std::move(response); });
    return later;
  }
  std::string token(const std::string& user) { return subd::test::test_token(user, clock.utc_now()); }

  test::FakeBackend backend;
  subd::test::FakeClock clock;
  auth::JwtVerifier verifier = subd::test::test_verifier();
  auth::SharedToken channel_token{""};
  auth::ApiKeySet api_keys{{{auth::api_key_digest("subd_admin"), "root", auth::Role::Admin},
                            {auth::api_key_digest("subd_publisher"), "alice", auth::Role::Publisher}}};
  session::RequestLimits requests;
  HttpRequest request;
};

TEST_F(MonitoringTest, AUserSeesOnlyTheirOwnConnections) {
  const std::string body = get("/ws/connections", token("alice")).body;
  EXPECT_TRUE(contains(body, R"("total":2)")) << body;
  EXPECT_FALSE(contains(body, "bob")) << body;
  EXPECT_EQ(get("/ws/stats", token("alice")).body,
            R"({"total_connections":2,"active_users":1,"users_by_tier":{"STARTER":1}})");
  EXPECT_TRUE(contains(get("/ws/connections?user=bob", token("carol")).body, R"("total":0)"));
}

TEST_F(MonitoringTest, AnAdministratorSeesAll) {
  EXPECT_TRUE(contains(get("/ws/connections", "subd_admin").body, R"("total":3)"));
  EXPECT_EQ(get("/ws/stats", "subd_admin").body,
            R"({"total_connections":3,"active_users":2,"users_by_tier":{"STARTER":2}})");
}

TEST_F(MonitoringTest, NobodyElseSeesAnything) {
  EXPECT_EQ(get("/ws/stats", "x.y.z").status, 401u);
  EXPECT_EQ(get("/ws/connections", "subd_publisher").status, 403u);
  request.method = "POST";
  EXPECT_EQ(get("/ws/stats", token("alice")).status, 405u);
}

TEST_F(MonitoringTest, TheLimitIsANumberOfConnections) {
  EXPECT_TRUE(contains(get("/ws/connections?limit=1", "subd_admin").body, R"("total":3,"connections":[{"id":"ws_3")"));
  for (const char* limit : {"0", "-1", "10001", "x", "", "1.5"}) {
    EXPECT_EQ(get(std::string{"/ws/connections?limit="} + limit, "subd_admin").status, 400u) << limit;
  }
}

}  // namespace
}  // namespace subd::server
