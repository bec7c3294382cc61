#include "control/router.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "control/fake_backend.hpp"

namespace subd::control {
namespace {

using Json = nlohmann::json;

class Router : public ::testing::Test {
 protected:
  Response ask(std::string_view method, std::string_view target, std::string_view body = {}) {
    return answer(backend_, {method, target, body});
  }

  Json read(std::string_view target) {
    const Response response = ask("GET", target);
    EXPECT_EQ(response.status, 200) << response.body;
    return Json::parse(response.body);
  }

  // The code of an error, with everything else of the document checked.
  std::string refused(int status, std::string_view method, std::string_view target, std::string_view body = {}) {
    const Response response = ask(method, target, body);
    EXPECT_EQ(response.status, status) << response.body;
    EXPECT_EQ(response.content_type, "application/problem+json");
    const Json document = Json::parse(response.body);
    EXPECT_EQ(document.at("type"), "about:blank");
    EXPECT_EQ(document.at("status"), status);
    EXPECT_FALSE(document.at("title").get<std::string>().empty());
    detail_ = document.at("detail").get<std::string>();
    return document.at("code").get<std::string>();
  }

  test::FakeBackend backend_;
  std::string detail_;
};

TEST_F(Router, StatusCarriesEveryField) {
  const Json status = read("/v1/status");
  EXPECT_EQ(status, Json::parse(R"({
    "version":"0.1.0","pid":4711,"started_at":"2025-11-04T10:35:00.000Z","uptime_ms":93784000,
    "listen":["127.0.0.1:8081"],
    "tls":{"listen":"0.0.0.0:8443","subject":"CN=example.com","certificate_ends_at":"2025-11-04T10:35:00.000Z"},
    "feed":{"kind":"sim","specification":"sim:seed=1","state":"live","since":"2025-11-04T10:35:00.000Z",
            "finished":false,"instruments":19,
            "interest":{"ltp":1,"quote":2,"full":3,"subscribed":9,"unsubscribed":4,"mode_changes":5},
            "ticks":123456,"bars":0,"bad_rows":0},
    "io_threads":2,"market_threads":1,"sessions":2,"users":2,"streams":2,"topics":2,
    "delivery":{"sent":1200,"sent_bytes":480000,"conflated":7,"dropped":0,"evicted":1},
    "connections":{"accepted":3,"refused":{"unauthorized":2}},
    "store":{"state":"working","bars_written":640,"bars_queued":2,"bars_dropped":0,"gaps":1},
    "state_dir":"/var/lib/subd","control_socket":"/run/subd/control.sock","log_level":"info","draining":false})"));
}

TEST_F(Router, SessionCarriesItsStreamsAndQueue) {
  EXPECT_EQ(read("/v1/sessions/ws_aaaaaaaaaaaa"), Json::parse(R"({
    "id":"ws_aaaaaaaaaaaa","kind":"indicators","user":"alice@example.com","session":"tab1","address":"127.0.0.1:53124",
    "since":"2025-11-04T10:35:00.000Z","state":"open","parked_left_ms":null,"user_agent":"Firefox","io_thread":0,
    "streams":[{"symbol":"NIFTY50","timeframe":"5min","indicators":["RSI_14_100","MACD_12_26_9"]}],"ticks":[],
    "queue_messages":2,"queue_bytes":1500,"sent":1200,"sent_bytes":480000,"conflated":7,"dropped":0,
    "last_heartbeat":"2025-11-04T10:35:40.000Z"})"));
}

TEST_F(Router, ASessionListsTheTicksThatItTakes) {
  EXPECT_EQ(read("/v1/sessions/ws_bbbbbbbbbbbb").at("ticks"),
            Json::parse(R"([{"token":738561,"symbol":"RELIANCE","mode":"full","throttle_ms":250}])"));
}

TEST_F(Router, UnknownPartsOfASessionAreNull) {
  const Json session = read("/v1/sessions").at("sessions").at(1);
  EXPECT_TRUE(session.at("session").is_null());
  EXPECT_TRUE(session.at("user_agent").is_null());
  EXPECT_TRUE(session.at("last_heartbeat").is_null());
}

TEST_F(Router, TopicValueHasTheShapeOfTheWire) {
  const Json topics = read("/v1/topics").at("topics");
  EXPECT_EQ(topics.at(0).at("last_value"), Json::parse(R"({"MACD":12.5,"MACDh":null})"));
  EXPECT_EQ(topics.at(1).at("last_value"), Json(67.3));
  EXPECT_EQ(topics.at(1).at("computations"), 1);
}

TEST_F(Router, StreamsTellTheirUpstream) {
  const Json streams = read("/v1/streams").at("streams");
  EXPECT_EQ(streams.at(0).at("seq"), 812);
  EXPECT_EQ(streams.at(1).at("upstream"), "stale");
  EXPECT_TRUE(streams.at(1).at("last_update").is_null());
}

TEST_F(Router, UpstreamHasEveryConnection) {
  const Json upstream = read("/v1/upstream");
  EXPECT_EQ(upstream.at("state"), "stale");
  EXPECT_EQ(upstream.at("waiting_tokens"), 100);
  EXPECT_EQ(upstream.at("texts"), Json::parse(R"({"order":1,"error":0,"message":0,"other":0})"));
  EXPECT_EQ(upstream.at("history"), Json::parse(R"({"requests":5,"failures":0,"late":0})"));
  EXPECT_EQ(upstream.at("links").at(0).at("modes"), Json::parse(R"({"ltp":0,"quote":1000,"full":2000})"));
  EXPECT_EQ(upstream.at("links").at(1).at("why"), "HTTP 403");
  EXPECT_TRUE(upstream.at("links").at(1).at("last_message").is_null());
}

TEST_F(Router, ChannelsTellTheirClientsAndTheirLastBuild) {
  const Json channels = read("/v1/channels").at("channels");
  EXPECT_EQ(channels.at(0), Json::parse(R"({"name":"market","clients":3,"builds":120,
      "last_build":"2025-11-04T10:35:00.000Z","message_bytes":2048,"offered":360,"dropped":7})"));
  EXPECT_TRUE(channels.at(1).at("last_build").is_null());
}

TEST_F(Router, MetricsAndConfigurationAreTheirOwnTexts) {
  const Response metrics = ask("GET", "/v1/metrics");
  EXPECT_EQ(metrics.content_type, "text/plain; version=0.0.4; charset=utf-8");
  EXPECT_NE(metrics.body.find("subd_sessions 2"), std::string::npos);
  const Response config = ask("GET", "/v1/config");
  EXPECT_EQ(config.content_type, "application/toml");
  EXPECT_EQ(config.body.substr(0, 8), "[server]");
}

TEST_F(Router, CatalogueIsPassedThrough) {
  EXPECT_EQ(read("/v1/indicators").size(), 2U);
}

TEST_F(Router, QueryIsIgnored) {
  EXPECT_EQ(read("/v1/loglevel?pretty=1"), Json::parse(R"({"level":"info"})"));
}

TEST_F(Router, ClosedSessionMovesToTheClosedOnes) {
  const Response response = ask("POST", "/v1/sessions/ws_aaaaaaaaaaaa/close", R"({"reason":"maintenance"})");
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(read("/v1/sessions").at("sessions").size(), 1U);
  const Json closed = read("/v1/closed").at("closed").at(0);
  EXPECT_EQ(closed.at("id"), "ws_aaaaaaaaaaaa");
  EXPECT_EQ(closed.at("code"), 4006);
  EXPECT_EQ(closed.at("reason"), "maintenance");
}

TEST_F(Router, CloseNeedsNoBody) {
  EXPECT_EQ(ask("POST", "/v1/sessions/ws_bbbbbbbbbbbb/close").status, 200);
}

TEST_F(Router, CloseRefusesAReasonThatNoCloseFrameCarries) {
  const std::string body = R"({"reason":")" + std::string(124, 'x') + R"("})";
  EXPECT_EQ(refused(400, "POST", "/v1/sessions/ws_aaaaaaaaaaaa/close", body), "bad_request");
  EXPECT_EQ(detail_, "field reason: has 124 bytes, at most 123 are allowed");
}

TEST_F(Router, SubscriptionIsAddedAndRemoved) {
  const std::string target = "/v1/sessions/ws_aaaaaaaaaaaa/subscriptions";
  const Response added =
      ask("POST", target, R"({"symbol":"TCS","timeframe":"1min","indicators":["EMA_20"],"history":10})");
  ASSERT_EQ(added.status, 200) << added.body;
  EXPECT_EQ(Json::parse(added.body).at("streams").at(1),
            Json::parse(R"({"symbol":"TCS","timeframe":"1min","indicators":["EMA_20"]})"));
  EXPECT_EQ(backend_.last_history, 10U);
  const Response removed = ask("DELETE", target, R"({"symbol":"TCS","timeframe":"1min"})");
  ASSERT_EQ(removed.status, 200) << removed.body;
  EXPECT_EQ(Json::parse(removed.body).at("streams").size(), 1U);
  EXPECT_EQ(refused(400, "DELETE", target, R"({"symbol":"TCS","timeframe":"1min"})"), "not_subscribed");
}

TEST_F(Router, BackendErrorKeepsItsCode) {
  EXPECT_EQ(
      refused(400, "POST", "/v1/sessions/ws_aaaaaaaaaaaa/subscriptions", R"({"symbol":"NOPE","timeframe":"1min"})"),
      "unknown_symbol");
  EXPECT_EQ(detail_, "no symbol NOPE");
}

TEST_F(Router, TokenRequestReachesTheBackendWhole) {
  const Response response =
      ask("POST", "/v1/tokens", R"({"user":"alice","session":"tab1","ttl_s":60,"tier":"STARTER","role":"admin"})");
  ASSERT_EQ(response.status, 200) << response.body;
  EXPECT_EQ(backend_.last_token_request.user, "alice");
  EXPECT_EQ(backend_.last_token_request.session, "tab1");
  EXPECT_EQ(backend_.last_token_request.ttl, std::chrono::seconds{60});
  EXPECT_EQ(backend_.last_token_request.tier, "STARTER");
  EXPECT_TRUE(backend_.last_token_request.admin);
  EXPECT_EQ(Json::parse(response.body).at("expires_at"), "2025-11-04T10:36:00.000Z");
}

TEST_F(Router, TokenRequestErrorsNameFieldValueAndRule) {
  EXPECT_EQ(refused(400, "POST", "/v1/tokens", "{}"), "bad_request");
  EXPECT_EQ(detail_, "field user: is required, a text that is not empty");
  EXPECT_EQ(refused(400, "POST", "/v1/tokens", R"({"user":7})"), "bad_request");
  EXPECT_EQ(detail_, "field user: 7 is not a text");
  EXPECT_EQ(refused(400, "POST", "/v1/tokens", R"({"user":"a","ttl_s":0})"), "bad_request");
  EXPECT_EQ(detail_, "field ttl_s: 0 is not an integer from 1 to 31622400");
  EXPECT_EQ(refused(400, "POST", "/v1/tokens", R"({"user":"a","ttl_s":18446744073709551615})"), "bad_request");
  EXPECT_EQ(refused(400, "POST", "/v1/tokens", R"({"user":"a","role":"root"})"), "bad_request");
  EXPECT_EQ(detail_, "field role: must be \"admin\" or absent");
}

TEST_F(Router, VerdictOnABadTokenIsAnAnswer) {
  const Response response = ask("POST", "/v1/tokens/verify", R"({"token":"old.token.here"})");
  ASSERT_EQ(response.status, 200);
  const Json verdict = Json::parse(response.body);
  EXPECT_EQ(verdict.at("valid"), false);
  EXPECT_EQ(verdict.at("code"), "expired");
  EXPECT_TRUE(verdict.at("issuer").is_null());
}

TEST_F(Router, LogLevelIsSet) {
  EXPECT_EQ(Json::parse(ask("PUT", "/v1/loglevel", R"({"level":"debug"})").body).at("level"), "debug");
  EXPECT_EQ(read("/v1/loglevel").at("level"), "debug");
  EXPECT_EQ(refused(400, "PUT", "/v1/loglevel", R"({"level":"loud"})"), "bad_request");
}

TEST_F(Router, ReloadTellsWhatChangedAndWhatWaits) {
  EXPECT_EQ(Json::parse(ask("POST", "/v1/reload").body), Json::parse(R"({
    "applied":["log.level","tls.certificate"],"needs_restart":["server.listen"],
    "tls":{"listen":"0.0.0.0:8443","subject":"CN=example.com","certificate_ends_at":"2025-11-04T10:35:00.000Z"}})"));
  backend_.failure = ControlError{422, "bad_configuration", "subd.toml:1:1: wrong"};
  EXPECT_EQ(refused(422, "POST", "/v1/reload"), "bad_configuration");
}

TEST_F(Router, DrainTakesATimeToSpreadTheGoodbyesOver) {
  EXPECT_EQ(Json::parse(ask("POST", "/v1/drain", R"({"over_ms":1500})").body),
            Json::parse(R"({"sessions":2,"over_ms":1500})"));
  EXPECT_EQ(Json::parse(ask("POST", "/v1/drain").body).at("over_ms"), 30'000);
  EXPECT_EQ(refused(400, "POST", "/v1/drain", R"({"over_ms":-1})"), "bad_request");
  EXPECT_EQ(refused(400, "POST", "/v1/drain", R"({"over_ms":3600001})"), "bad_request");
}

TEST_F(Router, UnknownSessionIsNotFound) {
  EXPECT_EQ(refused(404, "GET", "/v1/sessions/ws_nobody"), "no_such_session");
  EXPECT_EQ(refused(404, "POST", "/v1/sessions/ws_nobody/close"), "no_such_session");
}

TEST_F(Router, IdIsDecodedBeforeItIsLookedUp) {
  EXPECT_EQ(read("/v1/sessions/ws%5Faaaaaaaaaaaa").at("user"), "alice@example.com");
  EXPECT_EQ(refused(400, "GET", "/v1/sessions/ws%5"), "bad_request");
  EXPECT_EQ(refused(400, "GET", "/v1/sessions/%zz"), "bad_request");
}

TEST_F(Router, UnknownPathIsNotFound) {
  for (const char* path : {"", "/", "/v1", "/v1/", "/v2/status", "/v1/status/", "/v1/sessions/", "/v1/sessions/a/b"}) {
    EXPECT_EQ(refused(404, "GET", path), "no_such_path") << path;
  }
}

TEST_F(Router, WrongMethodNamesTheAllowedOnes) {
  const Response response = ask("DELETE", "/v1/loglevel");
  EXPECT_EQ(response.status, 405);
  EXPECT_EQ(response.allow, "GET, PUT");
  EXPECT_EQ(ask("GET", "/v1/tokens").allow, "POST");
  EXPECT_EQ(ask("PATCH", "/v1/sessions/x/subscriptions").allow, "POST, DELETE");
}

TEST_F(Router, BodyMustBeAnObject) {
  EXPECT_EQ(refused(400, "POST", "/v1/tokens", "{\"user\":"), "bad_json");
  EXPECT_EQ(refused(400, "POST", "/v1/tokens", "[]"), "bad_request");
  EXPECT_EQ(detail_, "the body must be a JSON object");
  EXPECT_EQ(refused(400, "POST", "/v1/tokens", std::string(60'000, '[')), "bad_json");
}

TEST_F(Router, IndicatorListIsChecked) {
  const std::string target = "/v1/sessions/ws_aaaaaaaaaaaa/subscriptions";
  EXPECT_EQ(refused(400, "POST", target, R"({"symbol":"TCS","timeframe":"1min","indicators":"RSI"})"), "bad_request");
  EXPECT_EQ(detail_, "field indicators: \"RSI\" is not a list of texts");
  EXPECT_EQ(refused(400, "POST", target, R"({"symbol":"TCS","timeframe":"1min","indicators":[1]})"), "bad_request");
  EXPECT_EQ(refused(400, "POST", target, R"({"symbol":"TCS","timeframe":"1min","indicators":[""]})"), "bad_request");
}

TEST_F(Router, OwnerThatDoesNotAnswerIsATimeout) {
  backend_.failure = owner_timeout();
  for (const char* path :
       {"/v1/status", "/v1/sessions", "/v1/sessions/x", "/v1/closed", "/v1/topics", "/v1/streams", "/v1/upstream",
        "/v1/channels", "/v1/metrics", "/v1/config", "/v1/indicators", "/v1/loglevel"}) {
    EXPECT_EQ(refused(504, "GET", path), "timeout") << path;
  }
}

TEST_F(Router, TextThatIsNotUtf8DoesNotSpoilTheAnswer) {
  backend_.failure = ControlError{404, "no_such_session", "no session \xff"};
  EXPECT_EQ(refused(404, "GET", "/v1/sessions/%ff"), "no_such_session");
}

TEST_F(Router, InstrumentSearchTakesItsFieldsFromTheQuery) {
  const Json list = read("/v1/instruments?text=RELI&limit=5&exchange=NSE&type=equity");
  EXPECT_EQ(list, Json::parse(R"({"instruments":[
    {"symbol":"RELIANCE","name":"RELIANCE INDUSTRIES","exchange":"NSE","segment":"NSE","type":"equity","token":738561,
     "underlying":null,"strike":null,"expiry":null,"lot_size":1.0,"tick_size":0.1,"aliases":[],"served":true}],
    "known":2,"imported":1,"imported_at":"2025-11-04T10:35:00.000Z"})"));
  EXPECT_EQ(backend_.last_search.limit, 5U);
  EXPECT_EQ(backend_.last_search.exchange, "NSE");
  EXPECT_EQ(backend_.last_search.type, "equity");
  read("/v1/instruments?text=M%26M%20X");
  EXPECT_EQ(backend_.last_search.text, "M&M X");
  EXPECT_EQ(backend_.last_search.limit, 20U);
}

TEST_F(Router, QueryIsCheckedFieldByField) {
  EXPECT_EQ(refused(400, "GET", "/v1/instruments?limit=0"), "bad_request");
  EXPECT_EQ(detail_, "field limit: \"0\" is not an integer from 1 to 1000");
  EXPECT_EQ(refused(400, "GET", "/v1/instruments?text=%4"), "bad_request");
  EXPECT_EQ(detail_, "the query must be NAME=VALUE pairs, percent-encoded");
  EXPECT_EQ(refused(400, "GET", "/v1/bars/export?timeframe=1min"), "bad_request");
  EXPECT_EQ(detail_, "field symbol: is required, a text that is not empty");
  EXPECT_EQ(refused(400, "GET", "/v1/bars/export?symbol=A&timeframe=1min&from=yesterday"), "bad_request");
  EXPECT_EQ(detail_, "field from: \"yesterday\" is not a time like 2025-11-04T10:35:00Z or 2025-11-04");
  EXPECT_EQ(refused(400, "GET", "/v1/bars/export?symbol=A&timeframe=1min&from=2025-01-02&to=2025-01-02"),
            "bad_request");
  EXPECT_EQ(detail_, "field to: must be after from");
}

TEST_F(Router, InstrumentIsFoundByItsNameInThePath) {
  EXPECT_EQ(read("/v1/instruments/NSE%3ARELIANCE").at("token"), 738561);
  const Json option = read("/v1/instruments/NIFTY25NOV24500CE");
  EXPECT_EQ(option.at("expiry"), "2025-11-27");
  EXPECT_EQ(option.at("strike"), 24500);
  EXPECT_TRUE(option.at("name").is_null());
  EXPECT_EQ(refused(404, "GET", "/v1/instruments/RELAINCE"), "unknown_symbol");
}

TEST_F(Router, FilesReachTheBackendAsTheyAre) {
  const Response instruments = ask("POST", "/v1/instruments/import", "a,b\n\"x\",1\n");
  ASSERT_EQ(instruments.status, 200) << instruments.body;
  EXPECT_EQ(backend_.last_file, "a,b\n\"x\",1\n");
  EXPECT_EQ(Json::parse(instruments.body), Json::parse(R"({"instruments":2,"bad_rows":1,
    "problems":[{"line":3,"message":"strike must be a number, got 'x'"}],"imported_at":"2025-11-04T10:35:00.000Z"})"));
  const Response bars = ask("POST", "/v1/bars/import?symbol=RELIANCE&timeframe=1min", "timestamp,open\n");
  ASSERT_EQ(bars.status, 200) << bars.body;
  EXPECT_EQ(Json::parse(bars.body).at("bars"), 3);
  EXPECT_EQ(refused(400, "POST", "/v1/bars/import?symbol=RELIANCE&timeframe=1min"), "bad_file");
  EXPECT_EQ(refused(400, "POST", "/v1/bars/import?symbol=RELIANCE", "x"), "bad_request");
  EXPECT_EQ(refused(405, "GET", "/v1/bars/import"), "method_not_allowed");
}

TEST_F(Router, OnlyImportsTakeFiles) {
  EXPECT_TRUE(takes_file("POST", "/v1/instruments/import"));
  EXPECT_TRUE(takes_file("POST", "/v1/bars/import?symbol=A"));
  EXPECT_FALSE(takes_file("GET", "/v1/instruments/import"));
  EXPECT_FALSE(takes_file("POST", "/v1/bars/backfill"));
  EXPECT_FALSE(takes_file("POST", "/v1/tokens"));
}

TEST_F(Router, StoredBarsAreListedAndExported) {
  EXPECT_EQ(read("/v1/bars").at("streams").at(0), Json::parse(R"({"source":"sim:seed=1","symbol":"RELIANCE",
    "timeframe":"1min","first":"2025-11-04T10:35:00.000Z","last":"2025-11-04T16:35:00.000Z","bars":375,"gaps":2})"));
  const Response csv =
      ask("GET", "/v1/bars/export?symbol=RELIANCE&timeframe=1min&from=2025-11-04T10:36:00Z&to=2025-11-05&limit=2");
  ASSERT_EQ(csv.status, 200);
  EXPECT_EQ(csv.content_type, "text/csv; charset=utf-8");
  EXPECT_EQ(csv.body,
            "timestamp,open,high,low,close,volume,oi\n2025-11-04T10:36:00.000Z,1,2,0.5,1.5,100,\n"
            "2025-11-04T10:37:00.000Z,1,2,0.5,1.5,100,\n");
  EXPECT_EQ(refused(404, "GET", "/v1/bars/export?symbol=TCS&timeframe=1min"), "no_bars");
}

TEST_F(Router, BackfillAnswersWhatWasStoredOrThatThereIsNone) {
  const Response done =
      ask("POST", "/v1/bars/backfill", R"({"symbol":"RELIANCE","timeframe":"1min","from":"2025-11-04"})");
  ASSERT_EQ(done.status, 200) << done.body;
  EXPECT_EQ(Json::parse(done.body).at("first"), "2025-11-04T00:00:00.000Z");
  EXPECT_EQ(refused(404, "POST", "/v1/bars/backfill", R"({"symbol":"TCS","timeframe":"1min"})"), "no_history");
}

TEST_F(Router, ApiKeysAreAddedListedAndRemoved) {
  const Response added = ask("POST", "/v1/apikeys", R"({"user":"feeder@example.com","role":"publisher"})");
  ASSERT_EQ(added.status, 200) << added.body;
  EXPECT_EQ(Json::parse(added.body), Json::parse(R"({"key":"subd_secret","id":"0a1b2c3d4e5f",
    "user":"feeder@example.com","role":"publisher","name":null,"created_at":"2025-11-04T10:35:00.000Z"})"));
  EXPECT_EQ(backend_.last_api_key_request.role, "publisher");
  const Json listed = read("/v1/apikeys").at("keys").at(0);
  EXPECT_EQ(listed.at("id"), "0a1b2c3d4e5f");
  EXPECT_FALSE(listed.contains("key"));
  EXPECT_EQ(ask("DELETE", "/v1/apikeys/0a1b2c3d4e5f").status, 200);
  EXPECT_EQ(refused(404, "DELETE", "/v1/apikeys/000000000000"), "no_such_key");
  EXPECT_EQ(refused(400, "POST", "/v1/apikeys", R"({"user":"feeder@example.com"})"), "bad_request");
}

TEST_F(Router, AnalyticsAreToldByWhatIsAsked) {
  EXPECT_EQ(read("/v1/analytics/top"), Json::parse(R"({"by":"symbol","since":"2025-11-04T10:35:00.000Z",
    "top":[{"name":"NIFTY50","subscribes":12,"peak":3}]})"));
  EXPECT_EQ(backend_.last_usage_query.since, std::chrono::hours{24});
  EXPECT_EQ(read("/v1/analytics/trend?by=indicator&since_s=3600").at("hours").at(0),
            Json::parse(R"({"hour":"2025-11-04T10:35:00.000Z","subscribes":12,"peak":3,"favourite":"NIFTY50"})"));
  EXPECT_EQ(backend_.last_usage_query.by, "indicator");
  EXPECT_EQ(backend_.last_usage_query.since, std::chrono::hours{1});
  EXPECT_EQ(refused(400, "GET", "/v1/analytics/top?since_s=0"), "bad_request");
}

TEST_F(Router, ATierIsSetByUser) {
  EXPECT_EQ(ask("PUT", "/v1/users/alice%40example.com/tier", R"({"tier":"PROFESSIONAL"})").status, 200);
  EXPECT_EQ(read("/v1/users").at("users").at(0), Json::parse(R"({"user":"alice@example.com","tier":"PROFESSIONAL",
    "changed_at":"2025-11-04T10:35:00.000Z"})"));
  EXPECT_EQ(refused(400, "PUT", "/v1/users/alice/tier", R"({"tier":"gold"})"), "bad_request");
  EXPECT_EQ(refused(400, "PUT", "/v1/users/alice/tier", "{}"), "bad_request");
}

TEST_F(Router, SignalsAreListedAsClientsGetThem) {
  EXPECT_EQ(read("/v1/signals?since=sig_0&limit=5").at("signals").at(0).at("id"), "sig_1");
  EXPECT_EQ(backend_.last_signal_search.since, "sig_0");
  EXPECT_EQ(backend_.last_signal_search.limit, 5U);
  EXPECT_EQ(refused(400, "GET", "/v1/signals?limit=0"), "bad_request");
}

TEST_F(Router, TokensAreRevokedByOneThing) {
  EXPECT_EQ(ask("POST", "/v1/tokens/revoke", R"({"session":"tab1"})").status, 200);
  const Json one = read("/v1/tokens/revoked").at("revoked").at(0);
  EXPECT_EQ(one.at("by"), "session");
  EXPECT_EQ(one.at("value"), "tab1");
  EXPECT_EQ(refused(400, "POST", "/v1/tokens/revoke", "{}"), "bad_request");
  EXPECT_EQ(refused(400, "POST", "/v1/tokens/revoke", R"({"user":"a","jti":"b"})"), "bad_request");
}

}  // namespace
}  // namespace subd::control
