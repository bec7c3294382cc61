#include "server/http_routes.hpp"

#include <gtest/gtest.h>

#include <array>
#include <string>

#include "channel/catalogue.hpp"
#include "server/running_server.hpp"

namespace subd::server {
namespace {

class HttpRoutes : public testing::Test {
 protected:
  HttpRoutes() {
    request.method = "GET";
    request.local = true;
  }
  Answer answer(const std::string& target) {
    request.target = target;
    return route(request, {.backend = backend,
                           .verifier = verifier,
                           .api_keys = api_keys,
                           .requests = requests,
                           .channel_token = channel_token,
                           .revoked = &revoked,
                           .now = clock.utc_now(),
                           .mono_now = clock.mono_now(),
                           .metrics_public = metrics_public,
                           .draining = draining,
                           .refusal = refusal});
  }
  /// What is answered later, once the backend has what it takes.
  HttpResponse deferred(const std::string& target, std::string body = {}) {
    HttpResponse out;
    std::get<Deferred>(answer(target)).begin(std::move(body), [&](HttpResponse response) {
      out = std::move(response);
    });
    return out;
  }
  /// REQUIRES: the answer is a response.
  HttpResponse response(const std::string& target) { return std::get<HttpResponse>(answer(target)); }
  static std::string field(const HttpResponse& response, std::string_view name) {
    for (const auto& [key, value] : response.fields) {
      if (key == name) return value;
    }
    return {};
  }
  std::string token(const std::string& user = "alice") { return subd::test::test_token(user, clock.utc_now()); }
  void ask_for_upgrade() {
    request.connection = "Upgrade";
    request.upgrade = "websocket";
    request.websocket_version = "13";
    request.websocket_key = "dGhlIHNhbXBsZSBub25jZQ==";
  }

  test::FakeBackend backend;
  subd::test::FakeClock clock;
  auth::JwtVerifier verifier = subd::test::test_verifier();
  auth::ApiKeySet api_keys{{{auth::api_key_digest("subd_client"), "alice", auth::Role::Client},
                            {auth::api_key_digest("subd_publisher"), "feeder", auth::Role::Publisher},
                            {auth::api_key_digest("subd_signals"), "oracle", auth::Role::Signals}}};
  session::RequestLimits requests{{.user_rate = 1, .user_burst = 5, .token_rate = 0, .token_burst = 1}};
  auth::SharedToken channel_token{"s3cret of the channels"};
  auth::RevocationSet revoked;
  HttpRequest request;
  bool metrics_public = false;
  bool draining = false;
  std::optional<Refusal> refusal;
};

TEST_F(HttpRoutes, ReadinessNamesEveryReason) {
  EXPECT_EQ(response("/readyz").status, 200u);
  backend.reasons = {"the feed is \"down\"", "the disk is full"};
  const HttpResponse refused = response("/readyz");
  EXPECT_EQ(refused.status, 503u);
  EXPECT_EQ(refused.body, R"({"ready":false,"reasons":["the feed is \"down\"","the disk is full"]})");
}

TEST_F(HttpRoutes, AServerThatDrainsIsHealthyButNotReady) {
  draining = true;
  EXPECT_EQ(response("/healthz").status, 200u);
  EXPECT_EQ(response("/readyz").status, 503u);
}

TEST_F(HttpRoutes, MetricsAreForThisHostUnlessPublic) {
  EXPECT_EQ(deferred("/metrics").body, "subd_up 1\n");
  request.local = false;
  EXPECT_EQ(response("/metrics").status, 403u);
  metrics_public = true;
  EXPECT_EQ(deferred("/metrics").body, "subd_up 1\n");
}

TEST_F(HttpRoutes, TheCatalogueNeedsAToken) {
  const HttpResponse refused = response("/indicators/catalog");
  EXPECT_EQ(refused.status, 401u);
  EXPECT_EQ(field(refused, "WWW-Authenticate"), R"(Bearer realm="subd")");
  EXPECT_EQ(response("/indicators/catalog?token=" + token()).body, backend.catalogue);
  request.authorization = "Bearer " + token();
  EXPECT_EQ(response("/indicators/catalog").body, backend.catalogue);
}

TEST_F(HttpRoutes, AnApiKeyStandsForAToken) {
  request.api_key = "subd_client";
  EXPECT_EQ(response("/indicators/catalog").body, backend.catalogue);
  ask_for_upgrade();
  request.api_key.clear();
  request.authorization = "Bearer subd_client";
  const auto accepted = std::get<UpgradeAccepted>(answer("/ws/indicators"));
  ASSERT_TRUE(accepted.principal);
  EXPECT_EQ(accepted.principal->user_id, "alice");
}

TEST_F(HttpRoutes, AnUnknownApiKeyIsRefusedWithoutItsText) {
  request.api_key = "subd_wrong";
  const HttpResponse refused = response("/indicators/catalog");
  EXPECT_EQ(refused.status, 401u);
  EXPECT_FALSE(test::contains(refused.body, "wrong")) << refused.body;
}

TEST_F(HttpRoutes, AnApiKeyOfAnotherRoleIsForbidden) {
  request.api_key = "subd_publisher";
  const HttpResponse refused = response("/indicators/catalog");
  EXPECT_EQ(refused.status, 403u);
  EXPECT_TRUE(test::contains(refused.body, "role client is needed here, this one has role publisher"));
}

TEST_F(HttpRoutes, ABadTokenIsExplainedWithoutItsText) {
  request.authorization = "Bearer aaaa.bbbb.cccc";
  const HttpResponse refused = response("/indicators/catalog");
  EXPECT_EQ(refused.status, 401u);
  EXPECT_TRUE(test::contains(field(refused, "WWW-Authenticate"), R"(error="invalid_token")"));
  EXPECT_FALSE(test::contains(refused.body, "cccc")) << refused.body;
}

TEST_F(HttpRoutes, OtherMethodsAreToldWhatIsAllowed) {
  request.method = "POST";
  const HttpResponse refused = response("/healthz");
  EXPECT_EQ(refused.status, 405u);
  EXPECT_EQ(field(refused, "Allow"), "GET, HEAD");
  request.method = "HEAD";
  EXPECT_EQ(response("/healthz").status, 200u);
  EXPECT_EQ(field(response("/ws/indicators"), "Allow"), "GET");
}

TEST_F(HttpRoutes, APathMustMatchWhole) {
  for (const char* path : {"/nothing", "/healthz/", "/ws", "", "//", "/ws/indicators/x"}) {
    EXPECT_EQ(response(path).status, 404u) << path;
  }
}

TEST_F(HttpRoutes, TheLandingPageForbidsEverythingFromOutside) {
  const HttpResponse page = response("/");
  EXPECT_TRUE(test::contains(field(page, "Content-Security-Policy"), "default-src 'none'"));
  EXPECT_TRUE(test::contains(page.body, "sim:&lt;b&gt;")) << page.body;
}

TEST_F(HttpRoutes, AnUpgradeWithoutATokenIsAcceptedWithoutAPrincipal) {
  ask_for_upgrade();
  const auto accepted = std::get<UpgradeAccepted>(answer("/ws/indicators"));
  EXPECT_FALSE(accepted.principal.has_value());
  EXPECT_FALSE(accepted.select_subprotocol);
}

TEST_F(HttpRoutes, ThePathOfAnUpgradeChoosesWhatTheClientSpeaks) {
  ask_for_upgrade();
  EXPECT_EQ(std::get<UpgradeAccepted>(answer("/ws/indicators")).kind, session::ClientKind::Indicators);
  EXPECT_EQ(std::get<UpgradeAccepted>(answer("/ws/ticks")).kind, session::ClientKind::Ticks);
  for (const std::string path : {"/kite/", "/kite"}) {
    const std::string login = "?api_key=any&access_token=" + token();
    EXPECT_EQ(std::get<UpgradeAccepted>(answer(path + login)).kind, session::ClientKind::Kite);
  }
}

TEST_F(HttpRoutes, AnUpgradeTakesTheTokenFromEachOfItsThreePlaces) {
  ask_for_upgrade();
  EXPECT_EQ(std::get<UpgradeAccepted>(answer("/ws/indicators?token=" + token("bob"))).principal->user_id, "bob");
  request.websocket_protocols = "subd.v1, bearer." + token("carol");
  const auto accepted = std::get<UpgradeAccepted>(answer("/ws/indicators"));
  EXPECT_EQ(accepted.principal->user_id, "carol");
  EXPECT_TRUE(accepted.select_subprotocol);
  request.authorization = "Bearer " + token("alice");
  EXPECT_EQ(std::get<UpgradeAccepted>(answer("/ws/indicators")).principal->user_id, "alice");
}

TEST_F(HttpRoutes, AnUpgradeWithABadTokenIsRefusedBeforeTheHandshake) {
  ask_for_upgrade();
  request.authorization = "Bearer " + token();
  clock.advance(std::chrono::hours{2});
  const HttpResponse refused = response("/ws/indicators");
  EXPECT_EQ(refused.status, 401u);
  EXPECT_TRUE(test::contains(refused.body, "expired")) << refused.body;
}

TEST_F(HttpRoutes, NobodyUpgradesWhileTheServerDrains) {
  ask_for_upgrade();
  draining = true;
  const HttpResponse refused = response("/ws/indicators");
  EXPECT_EQ(refused.status, 503u);
  EXPECT_EQ(field(refused, "Retry-After"), "2");
}

TEST_F(HttpRoutes, OverTheLimitOnlyTheOperationsEndpointsAnswer) {
  refusal = Refusal{Refusal::Limit::Connections, 1};
  ask_for_upgrade();
  const HttpResponse refused = response("/ws/indicators");
  EXPECT_EQ(refused.status, 429u);
  EXPECT_EQ(field(refused, "Retry-After"), "5");
  EXPECT_EQ(response("/").status, 429u);
  EXPECT_EQ(response("/nothing").status, 429u);
  EXPECT_EQ(response("/healthz").status, 200u);
  EXPECT_EQ(response("/readyz").status, 200u);
}

TEST_F(HttpRoutes, ARefusalSaysWhichLimitIsReached) {
  refusal = Refusal{Refusal::Limit::AddressOfKind, 5};
  const HttpResponse refused = response("/ws/ticks");
  EXPECT_EQ(refused.problem_code, "limit_exceeded");
  EXPECT_EQ(refused.refusal_reason, "endpoint_address_limit");
  EXPECT_TRUE(test::contains(refused.body, "at most 5 connections from one address to this endpoint"));
}

TEST_F(HttpRoutes, AnEndpointIsNamedWithoutWhatTheClientWrote) {
  request.target = "/ws/ticks?token=secret";
  EXPECT_EQ(endpoint_name(request), "/ws/ticks");
  request.target = "/ws/ticks/secret";
  EXPECT_EQ(endpoint_name(request), "other");
}

TEST_F(HttpRoutes, ABatchIsTakenOfAPublisherOnly) {
  request.method = "POST";
  EXPECT_EQ(response("/ingest/ticks").status, 401u);
  request.api_key = "subd_client";
  EXPECT_EQ(response("/ingest/ticks").status, 403u);
  request.authorization = "Bearer " + token();
  request.api_key.clear();
  EXPECT_EQ(response("/ingest/ticks").status, 401u) << "a token has no role to publish";
  request.api_key = "subd_publisher";
  EXPECT_EQ(deferred("/ingest/ticks?seq=1", "rows").body, "feeder|seq=1|rows");
  request.method = "GET";
  EXPECT_EQ(field(response("/ingest/ticks"), "Allow"), "POST");
}

TEST_F(HttpRoutes, APublishersWebSocketNeedsItsKeyBeforeTheHandshake) {
  ask_for_upgrade();
  EXPECT_EQ(response("/ws/ingest").status, 401u);
  request.api_key = "subd_publisher";
  const auto accepted = std::get<UpgradeAccepted>(answer("/ws/ingest"));
  EXPECT_EQ(accepted.kind, session::ClientKind::Publisher);
  EXPECT_EQ(accepted.principal->user_id, "feeder");
}

TEST_F(HttpRoutes, NothingIsPublishedWhereNoFeedTakesIt) {
  backend.is_push = false;
  request.method = "POST";
  request.api_key = "subd_publisher";
  EXPECT_EQ(response("/ingest/ticks").status, 404u);
}

TEST_F(HttpRoutes, AnAnswerToABatchIsJsonOrAProblem) {
  request.method = "POST";
  request.api_key = "subd_publisher";
  EXPECT_EQ(deferred("/ingest/ticks", "rows").content_type, "application/json");
  EXPECT_EQ(deferred("/ingest/ticks", "bad").problem_code, "bad_request");
  EXPECT_EQ(field(deferred("/ingest/ticks", "much"), "Retry-After"), "1");
}

TEST_F(HttpRoutes, SignalsAreTakenOfTheirPublisherOnly) {
  const std::string path = "/api/v1/external-signals/sync/signal";
  request.method = "POST";
  EXPECT_EQ(response(path).status, 401u);
  request.api_key = "subd_publisher";
  EXPECT_EQ(response(path).status, 403u);
  request.api_key = "subd_signals";
  EXPECT_EQ(deferred(path, "{}").body, "stored:{}");
  draining = true;
  EXPECT_EQ(response(path).status, 503u);
}

TEST_F(HttpRoutes, APollOfSignalsSaysWhoAsksAndFromWhereOn) {
  EXPECT_EQ(response("/api/v1/signals").status, 401u);
  request.authorization = "Bearer " + token();
  request.if_none_match = "\"abc\"";
  EXPECT_EQ(deferred("/api/v1/signals?since=sig_7&limit=5").body, "alice||sig_7|5|\"abc\"");
  EXPECT_EQ(deferred("/api/v1/signals").body, "alice|||100|\"abc\"");
}

TEST_F(HttpRoutes, APollOfSignalsRefusesWhatIsNoIdAndNoLimit) {
  request.authorization = "Bearer " + token();
  EXPECT_EQ(response("/api/v1/signals?since=a%20b").status, 400u);
  EXPECT_EQ(response("/api/v1/signals?limit=0").status, 400u);
  EXPECT_EQ(response("/api/v1/signals?limit=1001").status, 400u);
  ask_for_upgrade();
  EXPECT_EQ(response("/ws/signals?since=a%20b").status, 400u);
}

TEST_F(HttpRoutes, AnUpgradeForSignalsSaysWhatTheClientHas) {
  ask_for_upgrade();
  const auto accepted = std::get<UpgradeAccepted>(answer("/ws/signals?since=sig_7"));
  EXPECT_EQ(accepted.kind, session::ClientKind::Signals);
  EXPECT_EQ(accepted.since, "sig_7");
}

TEST_F(HttpRoutes, AClientsKeyIsExchangedForAToken) {
  request.method = "POST";
  EXPECT_EQ(response("/api/auth/token").status, 401u);
  request.authorization = "Bearer " + token();
  EXPECT_EQ(response("/api/auth/token").status, 401u) << "a token makes no tokens";
  request.authorization.clear();
  request.api_key = "subd_signals";
  EXPECT_EQ(response("/api/auth/token").status, 403u);
  request.api_key = "subd_client";
  EXPECT_EQ(deferred("/api/auth/token", "{}").body, "token:alice|{}");
}

TEST_F(HttpRoutes, ARevokedTokenOpensNothing) {
  const std::string bearer = token();
  const std::array revocations{auth::Revocation{auth::RevokedBy::User, "alice", clock.utc_now()}};
  revoked = auth::RevocationSet{revocations};
  EXPECT_EQ(response("/indicators/catalog?token=" + bearer).status, 401u);
  ask_for_upgrade();
  EXPECT_TRUE(test::contains(response("/ws/indicators?token=" + bearer).body, "revoked"));
  EXPECT_EQ(response("/kite/?api_key=any&access_token=" + bearer).status, 401u);
  EXPECT_TRUE(std::holds_alternative<UpgradeAccepted>(answer("/ws/indicators?token=" + token("bob"))));
}

TEST_F(HttpRoutes, AUserWhoAsksTooOftenIsToldWhenToComeBack) {
  request.authorization = "Bearer " + token();
  for (int i = 0; i < 5; ++i) EXPECT_EQ(response("/indicators/catalog").status, 200u);
  const HttpResponse refused = response("/indicators/catalog");
  EXPECT_EQ(refused.status, 429u);
  EXPECT_EQ(refused.problem_code, "rate_limited");
  EXPECT_EQ(field(refused, "Retry-After"), "1");
  request.authorization = "Bearer " + token("bob");
  EXPECT_EQ(response("/indicators/catalog").status, 200u);
  ask_for_upgrade();
  EXPECT_EQ(response("/kite/?api_key=any&access_token=" + token()).status, 429u);
}

TEST_F(HttpRoutes, ChannelsTakeTheirSharedTokenInTheQueryOrTheHeader) {
  ask_for_upgrade();
  const auto by_query = std::get<UpgradeAccepted>(answer("/ws/index?token=s3cret%20of%20the%20channels"));
  EXPECT_EQ(by_query.kind, session::ClientKind::Channel);
  EXPECT_EQ(channel::channel_name(by_query.channel), "index");
  ASSERT_TRUE(by_query.principal);
  request.authorization = "Bearer s3cret of the channels";
  EXPECT_EQ(channel::channel_name(std::get<UpgradeAccepted>(answer("/ws/foreign")).channel), "foreign");
}

TEST_F(HttpRoutes, ChannelsRefuseEveryOtherTokenWithoutRepeatingIt) {
  for (const bool upgrade : {false, true}) {
    if (upgrade) ask_for_upgrade();
    for (const std::string target : {"/ws/market", "/ws/market?token=", "/ws/market?token=wrong-token"}) {
      const HttpResponse refused = response(target);
      EXPECT_EQ(refused.status, 403u) << target;
      EXPECT_EQ(refused.problem_code, "forbidden");
      EXPECT_EQ(refused.body.find("wrong-token"), std::string::npos);
    }
  }
  EXPECT_EQ(response("/ws/market?token=" + token()).status, 403u) << "a JWT is another thing";
}

TEST_F(HttpRoutes, ChannelsAreOpenWhereNoTokenIsConfigured) {
  channel_token = auth::SharedToken{""};
  ask_for_upgrade();
  EXPECT_TRUE(std::holds_alternative<UpgradeAccepted>(answer("/ws/market")));
  EXPECT_TRUE(std::holds_alternative<UpgradeAccepted>(answer("/ws/market?token=whatever")));
}

TEST_F(HttpRoutes, ChannelsAreWebsocketsOfGetAlone) {
  channel_token = auth::SharedToken{""};
  EXPECT_EQ(response("/ws/market").status, 426u);
  request.method = "POST";
  EXPECT_EQ(response("/ws/market").status, 405u);
  EXPECT_EQ(response("/ws/markets").status, 404u);
}

}  // namespace
}  // namespace subd::server
