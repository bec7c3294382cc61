#include "server/rest_routes.hpp"

#include <gtest/gtest.h>

#include <string>

#include "server/http_routes.hpp"
#include "server/running_server.hpp"

namespace subd::server {
namespace {

using test::contains;

class RestRoutes : public testing::Test {
 protected:
  RestRoutes() {
    request.method = "POST";
    request.authorization = "Bearer " + token("alice");
    request.session_id = "tab1";
  }
  std::string token(const std::string& user, const std::string& session = {}) {
    auth::Claims claims;
    claims.user_id = user;
    claims.session_claim = session;
    return auth::JwtIssuer{subd::test::kSecret}.issue(claims, clock.utc_now(), std::chrono::hours{1});
  }
  HttpResponse ask(const std::string& target, const std::string& body = {}) {
    request.target = target;
    Answer answer = route(request, {.backend = backend,
                                    .verifier = verifier,
                                    .api_keys = api_keys,
                                    .requests = requests,
                                    .channel_token = channel_token,
                                    .now = clock.utc_now(),
                                    .mono_now = clock.mono_now(),
                                    .session_cookie = "sid",
                                    .draining = draining});
    if (const auto* response = std::get_if<HttpResponse>(&answer)) return *response;
    HttpResponse later;
    std::get<Deferred>(answer).begin(body, [&](HttpResponse response) { later = std::move(response); });
    return later;
  }
  HttpResponse read(const std::string& target) {
    request.method = "GET";
    return ask(target);
  }

  test::FakeBackend backend;
  subd::test::FakeClock clock;
  auth::JwtVerifier verifier = subd::test::test_verifier();
  auth::ApiKeySet api_keys;
  session::RequestLimits requests;
  auth::SharedToken channel_token{{}};
  HttpRequest request;
  bool draining = false;
};

TEST_F(RestRoutes, PassesTheBodyToTheSendersSession) {
  const HttpResponse response = ask("/indicators/subscribe", R"({"symbol":"TCS"})");
  EXPECT_EQ(response.status, 200u);
  EXPECT_EQ(response.content_type, "application/json");
  EXPECT_EQ(response.body, R"(0 alice/tab1 {"symbol":"TCS"}   0)");
  EXPECT_EQ(ask("/indicators/unsubscribe", "{}").body, "1 alice/tab1 {}   0");
}

TEST_F(RestRoutes, TheSymbolIsThePathsAndDecoded) {
  EXPECT_EQ(read("/indicators/data/TCS?timeframe=5min").body, "2 alice/tab1  TCS 5min 0");
  EXPECT_EQ(read("/indicators/data/M%26M?timeframe=1d&history=20").body, "2 alice/tab1  M&M 1d 20");
  EXPECT_EQ(read("/indicators/data/NFO%3AX%2FY?timeframe=1d").body, "2 alice/tab1  NFO:X/Y 1d 0");
  EXPECT_EQ(endpoint_name(request), "/indicators/data/{symbol}");
}

TEST_F(RestRoutes, WhatCannotBeASymbolOrTimeframeIsRefused) {
  for (const std::string& target :
       {std::string{"/indicators/data/?timeframe=5min"}, std::string{"/indicators/data/TCS"},
        std::string{"/indicators/data/TCS?timeframe="}, std::string{"/indicators/data/%FF?timeframe=5min"},
        std::string{"/indicators/data/TCS?timeframe=%C0%80"},
        "/indicators/data/" + std::string(129, 'A') + "?timeframe=5min",
        std::string{"/indicators/data/TCS?timeframe=5min&history=-1"},
        std::string{"/indicators/data/TCS?timeframe=5min&history=x"}}) {
    const HttpResponse refused = read(target);
    EXPECT_EQ(refused.status, 400u) << target;
    EXPECT_EQ(refused.problem_code, "bad_request") << target;
  }
  EXPECT_EQ(read("/indicators/data/A/B?timeframe=5min").status, 404u);
}

TEST_F(RestRoutes, TheHeaderGoesBeforeTheClaimAndTheClaimBeforeTheCookie) {
  request.authorization = "Bearer " + token("alice", "claimed");
  request.cookies = "a=b; sid=baked; sid=second";
  EXPECT_TRUE(contains(ask("/indicators/subscribe").body, "alice/tab1"));
  request.session_id.clear();
  EXPECT_TRUE(contains(ask("/indicators/subscribe").body, "alice/claimed"));
  request.authorization = "Bearer " + token("alice");
  EXPECT_TRUE(contains(ask("/indicators/subscribe").body, "alice/baked"));
  request.cookies = "notsid=x; SID=y; sid";
  const HttpResponse refused = ask("/indicators/subscribe");
  EXPECT_EQ(refused.status, 400u);
  EXPECT_TRUE(contains(refused.body, "X-Session-ID"));
}

TEST_F(RestRoutes, AnIdThatCouldBreakALineIsRefused) {
  for (const std::string& id : {std::string(129, 'a'), std::string{"a b"}, std::string{"a,b"}, std::string{"a;b"},
                                std::string{"\xff"}, std::string{"a\"b"}}) {
    request.session_id = id;
    EXPECT_EQ(ask("/indicators/subscribe").status, 400u) << id;
  }
  request.session_id.clear();
  request.cookies = "sid=a b";
  EXPECT_EQ(ask("/indicators/subscribe").status, 400u);
}

TEST_F(RestRoutes, WithoutATokenNothingIsAsked) {
  request.authorization.clear();
  EXPECT_EQ(ask("/indicators/subscribe").status, 401u);
  EXPECT_EQ(ask("/indicators/unsubscribe").status, 401u);
  EXPECT_EQ(read("/indicators/data/TCS?timeframe=5min").status, 401u);
}

TEST_F(RestRoutes, AnIdSaysNothingOfTheUser) {
  request.authorization = "Bearer " + token("bob");
  request.session_id = "rest_alice_tab1";
  EXPECT_TRUE(contains(ask("/indicators/subscribe").body, "0 bob/rest_alice_tab1"));
}

TEST_F(RestRoutes, ARefusalIsAProblemWithTheProtocolsCode) {
  backend.rest_error = session::no_subscription();
  const HttpResponse missing = read("/indicators/data/TCS?timeframe=5min");
  EXPECT_EQ(missing.status, 404u);
  EXPECT_EQ(missing.problem_code, "no_subscription");
  EXPECT_EQ(missing.body, R"({"type":"about:blank","title":"Not Found","status":404,"code":"no_subscription",)"
                          R"("detail":"No active subscription for this session"})");
  backend.rest_error = session::rest_error(
      {wire::ErrorCode::UnknownTimeframe, "no timeframe", R"({"field":"timeframe","allowed":["1min"]})"});
  const HttpResponse unknown = read("/indicators/data/TCS?timeframe=5min");
  EXPECT_EQ(unknown.status, 422u);
  EXPECT_TRUE(unknown.body.ends_with(R"("detail":"no timeframe","context":{"field":"timeframe","allowed":["1min"]}})"))
      << unknown.body;
  backend.rest_error = session::rest_error({wire::ErrorCode::RateLimited, "too fast", {}});
  const HttpResponse limited = read("/indicators/data/TCS?timeframe=5min");
  EXPECT_EQ(limited.status, 429u);
  ASSERT_EQ(limited.fields.size(), 1u);
  EXPECT_EQ(limited.fields[0].first, "Retry-After");
}

TEST_F(RestRoutes, NothingBeginsWhileTheServerDrains) {
  draining = true;
  EXPECT_EQ(ask("/indicators/subscribe").status, 503u);
  EXPECT_EQ(read("/indicators/data/TCS?timeframe=5min").status, 503u);
}

TEST_F(RestRoutes, EachPathHasItsMethod) {
  request.method = "GET";
  EXPECT_EQ(ask("/indicators/subscribe").status, 405u);
  request.method = "POST";
  EXPECT_EQ(ask("/indicators/data/TCS?timeframe=5min").status, 405u);
}

}  // namespace
}  // namespace subd::server
