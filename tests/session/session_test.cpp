#include "session/session.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "support/client_outbox.hpp"
#include "support/fake_clock.hpp"
#include "support/fake_directory.hpp"
#include "support/recording_subscriber.hpp"
#include "support/test_tokens.hpp"

namespace subd::session {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using Lines = std::vector<std::string>;
using test::contains;

/// A session on its own transport, and what its client would read.
struct Tab {
  Tab(SessionContext& context, std::string id) : session{context, transport, std::move(id)} {}

  Lines take() { return test::take_messages(session.outbox()); }

  test::CountingTransport transport;
  Session session;
};

class SessionTest : public testing::Test {
 protected:
  SessionTest() {
    limits.max_streams = 2;
    limits.max_indicators = 3;
    limits.max_errors = 3;
  }

  auth::Principal principal(const std::string& user, seconds ttl = seconds{3600}) {
    return {user, "claim", "", false, clock.utc_now() + ttl};
  }
  std::unique_ptr<Tab> open(const std::string& id, const std::string& user = "alice") {
    auto tab = std::make_unique<Tab>(context, id);
    tab->session.open(principal(user));
    tab->take();
    return tab;
  }
  void answer_all() {
    while (!market.requests.empty()) hub.attached(market.answer());
  }
  /// Subscribes, is answered, and forgets the replies.
  void subscribe(Tab& tab, const std::string& symbol, const std::string& indicators) {
    tab.session.on_text(R"({"type":"subscribe","symbol":")" + symbol + R"(","timeframe":"1min","indicators":)" +
                        indicators + "}");
    answer_all();
    tab.take();
  }
  void publish(wire::StreamId stream, bool closed = false) {
    const std::vector<wire::UpdatePtr> burst{market.update(stream, closed)};
    hub.publish(burst);
  }

  test::FakeClock clock;
  test::ScriptedMarket market;
  hub::Hub hub{market, clock};
  test::FakeDirectory directory;
  auth::JwtVerifier verifier = test::test_verifier();
  Limits limits;
  ClientContext clients{verifier, clock, limits, {}};
  SessionContext context{clients, hub, directory};
};

TEST_F(SessionTest, IntroducesItselfWithItsIdAndLimits) {
  Tab tab{context, "ws_000000000001"};
  tab.session.open(principal("alice"));
  const Lines lines = tab.take();
  ASSERT_EQ(lines.size(), 1u);
  EXPECT_TRUE(contains(lines[0], R"("type":"connected")")) << lines[0];
  EXPECT_TRUE(contains(lines[0], R"("ws_conn_id":"ws_000000000001")")) << lines[0];
  EXPECT_TRUE(contains(lines[0], R"("streams":2)")) << lines[0];
}

TEST_F(SessionTest, AnswersASubscribeWithTheFullSetAndThenTheSnapshot) {
  auto tab = open("ws_1");
  tab->session.on_text(R"({"type":"subscribe","id":7,"symbol":"NIFTY50","timeframe":"1m","indicators":["RSI"]})");
  EXPECT_EQ(tab->take(), Lines{});
  answer_all();
  const Lines lines = tab->take();
  ASSERT_EQ(lines.size(), 2u);
  EXPECT_TRUE(contains(lines[0], R"("type":"subscribed","id":7)")) << lines[0];
  EXPECT_TRUE(contains(lines[0], R"("indicators":["RSI"])")) << lines[0];
  EXPECT_TRUE(contains(lines[1], R"("type":"snapshot")")) << lines[1];
}

TEST_F(SessionTest, EchoesTheConditionInForceAndLetsItChange) {
  auto tab = open("ws_1");
  tab->session.on_text(
      R"({"type":"subscribe","symbol":"NIFTY50","timeframe":"1m","indicators":["RSI"],"when":"RSI > 70","trigger":"edge"})");
  answer_all();
  Lines lines = tab->take();
  ASSERT_EQ(lines.size(), 2u);
  EXPECT_TRUE(contains(lines[0], R"("indicators":["RSI"],"when":"RSI>70","trigger":"edge","streams":)")) << lines[0];
  EXPECT_TRUE(contains(lines[1], R"("type":"snapshot")")) << lines[1];

  subscribe(*tab, "NIFTY50", R"(["SMA"])");  // without `when`: kept
  tab->session.on_text(R"({"type":"list"})");
  lines = tab->take();
  ASSERT_EQ(lines.size(), 1u);
  EXPECT_TRUE(contains(lines[0], R"("indicators":["RSI","SMA"],"when":"RSI>70","trigger":"edge"})")) << lines[0];

  tab->session.on_text(R"({"type":"subscribe","symbol":"NIFTY50","timeframe":"1m","when":"close > SMA"})");
  answer_all();
  EXPECT_TRUE(contains(tab->take().at(0), R"("when":"close>SMA","trigger":"level")"));

  tab->session.on_text(R"({"type":"subscribe","symbol":"NIFTY50","timeframe":"1m","when":null})");
  answer_all();
  EXPECT_FALSE(contains(tab->take().at(0), "when"));
}

TEST_F(SessionTest, GetsTheUpdatesThatItsConditionLetsThrough) {
  auto conditional = open("ws_1");
  auto other = open("ws_2");
  conditional->session.on_text(
      R"({"type":"subscribe","symbol":"NIFTY50","timeframe":"1m","when":"close > 1","trigger":"edge"})");
  subscribe(*other, "NIFTY50", "[]");
  answer_all();
  conditional->take();
  using State = wire::ConditionState;
  // Rises twice while nothing is read: an edge is not conflated away, other forming updates are.
  for (const State state : {State::Rises, State::Holds, State::False, State::Rises}) {
    market.states["close>1"] = state;
    publish(wire::StreamId{1});
  }
  EXPECT_EQ(conditional->take(), (Lines{R"({"seq":1,"indicators":{}})", R"({"seq":4,"indicators":{}})"}));
  EXPECT_EQ(other->take(), Lines{R"({"seq":4,"indicators":{}})"});
}

TEST_F(SessionTest, RefusesABadConditionAndKeepsWhatIsInForce) {
  auto tab = open("ws_1");
  subscribe(*tab, "NIFTY50", R"(["RSI"])");
  tab->session.on_text(R"({"type":"subscribe","id":1,"symbol":"NIFTY50","timeframe":"1m","when":"SMA > 1"})");
  tab->session.on_text(R"({"type":"subscribe","id":2,"symbol":"NIFTY50","timeframe":"1m","trigger":"edge"})");
  EXPECT_TRUE(market.requests.empty());
  const Lines lines = tab->take();
  ASSERT_EQ(lines.size(), 2u);
  EXPECT_TRUE(contains(lines[0], R"("id":1,"code":"bad_request","message":"SMA is not subscribed")")) << lines[0];
  EXPECT_TRUE(contains(lines[1], R"("id":2,"code":"bad_request","message":"trigger goes with when)")) << lines[1];
  publish(wire::StreamId{1});
  EXPECT_EQ(tab->take().size(), 1u);
}

TEST_F(SessionTest, KeepsAnIndicatorThatItsConditionReads) {
  auto tab = open("ws_1");
  subscribe(*tab, "NIFTY50", R"(["RSI","SMA"])");
  tab->session.on_text(R"({"type":"subscribe","symbol":"NIFTY50","timeframe":"1m","when":"RSI > 70"})");
  const std::string leave = R"({"type":"unsubscribe","symbol":"NIFTY50","timeframe":"1m","indicators":)";
  tab->session.on_text(leave + R"(["SMA","RSI"]})");  // the condition is not even answered yet
  Lines lines = tab->take();
  ASSERT_EQ(lines.size(), 1u);
  EXPECT_TRUE(contains(lines[0], R"(RSI is needed by the condition RSI>70)")) << lines[0];
  EXPECT_TRUE(contains(lines[0], R"("detail":{"field":"indicators","indicator":"RSI","when":"RSI>70"})")) << lines[0];
  answer_all();
  tab->session.on_text(leave + R"(["SMA"]})");
  tab->session.on_text(R"({"type":"subscribe","symbol":"NIFTY50","timeframe":"1m","when":null})");
  tab->session.on_text(leave + R"(["RSI"]})");
  answer_all();
  for (const std::string& line : tab->take()) EXPECT_FALSE(contains(line, R"("type":"error")")) << line;
}

TEST_F(SessionTest, TwoTabsOfOneUserGetOnlyTheirOwnIndicators) {
  auto one = open("ws_1");
  auto two = open("ws_2");
  subscribe(*one, "NIFTY50", R"(["RSI","MACD"])");
  subscribe(*two, "NIFTY50", R"(["SMA"])");
  publish(wire::StreamId{1});
  EXPECT_EQ(one->take(), Lines{R"({"seq":1,"indicators":{"RSI":1,"MACD":1}})"});
  EXPECT_EQ(two->take(), Lines{R"({"seq":1,"indicators":{"SMA":1}})"});
}

TEST_F(SessionTest, UnsubscribingInOneTabLeavesTheOther) {
  auto one = open("ws_1");
  auto two = open("ws_2");
  subscribe(*one, "NIFTY50", R"(["RSI"])");
  subscribe(*two, "NIFTY50", R"(["RSI"])");
  one->session.on_text(R"({"type":"unsubscribe","id":1})");
  EXPECT_TRUE(contains(one->take().at(0), R"("streams":[])"));
  publish(wire::StreamId{1});
  EXPECT_EQ(one->take(), Lines{});
  EXPECT_EQ(two->take().size(), 1u);
}

TEST_F(SessionTest, EndingOneSessionLeavesTheOther) {
  auto one = open("ws_1");
  auto two = open("ws_2", "bob");
  subscribe(*one, "NIFTY50", R"(["RSI"])");
  subscribe(*two, "NIFTY50", R"(["RSI"])");
  one.reset();
  EXPECT_TRUE(market.releases.empty());
  publish(wire::StreamId{1});
  EXPECT_EQ(two->take().size(), 1u);
  two.reset();
  ASSERT_EQ(market.releases.size(), 1u);
  EXPECT_TRUE(market.releases[0].whole_stream);
}

TEST_F(SessionTest, UnsubscribeListsWhatIsLeft) {
  auto tab = open("ws_1");
  subscribe(*tab, "NIFTY50", R"(["RSI","SMA"])");
  tab->session.on_text(R"({"type":"unsubscribe","id":2,"symbol":"NIFTY50","timeframe":"1min","indicators":["RSI"]})");
  const Lines lines = tab->take();
  EXPECT_TRUE(contains(lines.at(0), R"("type":"unsubscribed","id":2)")) << lines[0];
  EXPECT_TRUE(contains(lines.at(0), R"("indicators":["SMA"])")) << lines[0];
}

TEST_F(SessionTest, UnsubscribingWhatIsNotSubscribedIsAnErrorAndChangesNothing) {
  auto tab = open("ws_1");
  subscribe(*tab, "NIFTY50", R"(["RSI"])");
  tab->session.on_text(R"({"type":"unsubscribe","symbol":"NIFTY50","timeframe":"1min","indicators":["RSI","SMA"]})");
  EXPECT_TRUE(contains(tab->take().at(0), "not_subscribed"));
  tab->session.on_text(R"({"type":"unsubscribe","symbol":"TCS","timeframe":"1min"})");
  EXPECT_TRUE(contains(tab->take().at(0), "not_subscribed"));
  publish(wire::StreamId{1});
  EXPECT_EQ(tab->take(), Lines{R"({"seq":1,"indicators":{"RSI":1}})"});
}

TEST_F(SessionTest, AnUpdateAfterAnUnsubscribeStaysBehindItsReply) {
  auto tab = open("ws_1");
  subscribe(*tab, "NIFTY50", R"(["RSI","SMA"])");
  publish(wire::StreamId{1});
  tab->session.on_text(R"({"type":"unsubscribe","symbol":"NIFTY50","timeframe":"1min","indicators":["RSI"]})");
  publish(wire::StreamId{1});
  const Lines lines = tab->take();
  ASSERT_EQ(lines.size(), 3u);
  EXPECT_EQ(lines[0], R"({"seq":1,"indicators":{"RSI":1,"SMA":1}})");
  EXPECT_TRUE(contains(lines[1], "unsubscribed"));
  EXPECT_EQ(lines[2], R"({"seq":2,"indicators":{"SMA":2}})");
}

TEST_F(SessionTest, RefusesMoreStreamsAndIndicatorsThanItsLimits) {
  auto tab = open("ws_1");
  limits.max_streams = 1;
  subscribe(*tab, "NIFTY50", R"(["A","B"])");
  tab->session.on_text(R"({"type":"subscribe","symbol":"TCS","timeframe":"1min"})");
  EXPECT_TRUE(contains(tab->take().at(0), "limit_exceeded"));
  tab->session.on_text(R"({"type":"subscribe","symbol":"NIFTY50","timeframe":"1min","indicators":["C","D"]})");
  EXPECT_TRUE(contains(tab->take().at(0), "limit_exceeded"));
  subscribe(*tab, "NIFTY50", R"(["A","C"])");
  EXPECT_EQ(tab->session.subscriptions().at(0)->topics.size(), 3u);
}

TEST_F(SessionTest, RefusesMoreHistoryThanItsLimit) {
  auto tab = open("ws_1");
  limits.max_history = 10;
  tab->session.on_text(R"({"type":"subscribe","symbol":"TCS","timeframe":"1min","history":11})");
  EXPECT_TRUE(contains(tab->take().at(0), "history must be at most 10, got 11"));
}

TEST_F(SessionTest, AnErrorNamesTheRequestAndLeavesSubscriptionsAlone) {
  auto tab = open("ws_1");
  subscribe(*tab, "NIFTY50", R"(["RSI"])");
  tab->session.on_text(R"({"type":"subscribe","id":"x","symbol":"WIPRO","timeframe":"1min"})");
  const std::string error = tab->take().at(0);
  EXPECT_TRUE(contains(error, R"("id":"x")")) << error;
  EXPECT_TRUE(contains(error, "unknown_symbol")) << error;
  publish(wire::StreamId{1});
  EXPECT_EQ(tab->take().size(), 1u);
}

TEST_F(SessionTest, TooManyErrorsCloseWithTheirCode) {
  auto tab = open("ws_1");
  for (int i = 0; i < 4; ++i) tab->session.on_text("nonsense");
  EXPECT_EQ(tab->take().back(), "close 4009");
  EXPECT_EQ(tab->session.state(), ClientState::Closing);
}

TEST_F(SessionTest, ErrorsSpreadOverTimeDoNotClose) {
  auto tab = open("ws_1");
  for (int i = 0; i < 20; ++i) {
    tab->session.on_text("nonsense");
    clock.advance(seconds{6});
  }
  EXPECT_EQ(tab->session.state(), ClientState::Open);
}

TEST_F(SessionTest, SubscribesBeyondTheRateAreRefusedWithTheTimeToWait) {
  limits.subscribe_rate = 1;
  limits.subscribe_burst = 2;
  auto tab = open("ws_1");
  subscribe(*tab, "NIFTY50", "[]");
  subscribe(*tab, "NIFTY50", "[]");
  tab->session.on_text(R"({"type":"subscribe","symbol":"NIFTY50","timeframe":"1min"})");
  const std::string error = tab->take().at(0);
  EXPECT_TRUE(contains(error, "rate_limited")) << error;
  EXPECT_TRUE(contains(error, "retry_after_ms")) << error;
}

TEST_F(SessionTest, AHeartbeatIsAnsweredAndRemembered) {
  auto tab = open("ws_1");
  tab->session.on_text(R"({"type":"heartbeat","id":4})");
  EXPECT_TRUE(contains(tab->take().at(0), R"("type":"heartbeat_ack","id":4)"));
  EXPECT_EQ(tab->session.report().last_heartbeat, clock.utc_now());
}

TEST_F(SessionTest, ASilentClientIsPingedAndThenCut) {
  auto tab = open("ws_1");
  clock.advance(limits.heartbeat_interval);
  tab->session.on_timer();
  EXPECT_EQ(tab->take(), Lines{"ping"});
  clock.advance(limits.heartbeat_timeout);
  tab->session.on_timer();
  ASSERT_TRUE(tab->session.closing_reason().has_value());
  EXPECT_EQ(tab->session.closing_reason()->code, 4004);
  EXPECT_TRUE(tab->session.closing_reason()->abrupt);
}

TEST_F(SessionTest, APongKeepsTheConnection) {
  auto tab = open("ws_1");
  for (int i = 0; i < 10; ++i) {
    clock.advance(limits.heartbeat_interval);
    tab->session.on_timer();
    tab->take();
    tab->session.on_pong();
  }
  EXPECT_EQ(tab->session.state(), ClientState::Open);
}

TEST_F(SessionTest, AnswersAPingWithItsPayload) {
  auto tab = open("ws_1");
  tab->session.on_ping("hello");
  EXPECT_EQ(tab->session.outbox().front().kind, EntryKind::Pong);
  EXPECT_EQ(tab->take(), Lines{"hello"});
}

TEST_F(SessionTest, ALongHistoryOfManyIndicatorsCountsAsManyRequests) {
  limits.subscribe_burst = 20;
  auto tab = open("ws_1");
  const std::string ask = R"({"type":"subscribe","symbol":"NIFTY50","timeframe":"1min","history":5000,"indicators":)";
  tab->session.on_text(ask + R"(["RSI","SMA"]})");  // 16 of 20
  answer_all();
  EXPECT_EQ(tab->take().size(), 2u);
  tab->session.on_text(ask + "[]}");  // the same values again
  EXPECT_TRUE(contains(tab->take().at(0), R"("code":"rate_limited")"));
  tab->session.on_text(R"({"type":"subscribe","symbol":"NIFTY50","timeframe":"1min","history":1})");
  answer_all();
  EXPECT_EQ(tab->take().size(), 2u);
}

TEST_F(SessionTest, NoHistoryThatMayBeIsRefusedForGood) {
  limits.subscribe_burst = 2;
  auto tab = open("ws_1");
  tab->session.on_text(
      R"({"type":"subscribe","symbol":"NIFTY50","timeframe":"1min","history":5000,"indicators":["RSI"]})");
  answer_all();
  EXPECT_EQ(tab->take().size(), 2u);
}

TEST_F(SessionTest, WhateverComesTooOftenEndsTheSession) {
  limits.message_rate = 10;
  limits.message_burst = 100;
  limits.max_message_bytes = 1024;
  const std::vector<std::function<void(Session&)>> floods{
      [](Session& session) { session.on_ping("p"); },
      [](Session& session) { session.on_pong(); },
      [](Session& session) { session.on_text(R"({"type":"heartbeat"})"); },
      [](Session& session) { session.on_bytes(256); },
  };
  for (std::size_t flood = 0; flood < floods.size(); ++flood) {
    auto tab = open("ws_" + std::to_string(flood));
    for (int i = 0; i < 100; ++i) floods[flood](tab->session);
    EXPECT_EQ(tab->session.state(), ClientState::Open) << "flood " << flood;
    clock.advance(milliseconds{100});
    floods[flood](tab->session);
    EXPECT_EQ(tab->session.state(), ClientState::Open) << "flood " << flood;
    floods[flood](tab->session);
    ASSERT_TRUE(tab->session.closing_reason().has_value()) << "flood " << flood;
    EXPECT_EQ(tab->session.closing_reason()->code, 4008) << "flood " << flood;
    EXPECT_EQ(clients.counters.floods, flood + 1);
  }
}

TEST_F(SessionTest, WhoTakesNothingOfWhatWaitsIsCutEvenIfItIsLittle) {
  auto tab = open("ws_1");
  subscribe(*tab, "NIFTY50", "[]");
  publish(wire::StreamId{1});
  tab->session.on_timer();
  clock.advance(limits.stall_time - milliseconds{1});
  publish(wire::StreamId{1});  // takes the place of the one that waits
  tab->session.on_pong();
  tab->session.on_timer();
  EXPECT_FALSE(tab->session.closing_reason().has_value());
  clock.advance(milliseconds{1});
  tab->session.on_timer();
  ASSERT_TRUE(tab->session.closing_reason().has_value());
  EXPECT_EQ(tab->session.closing_reason()->code, 4005);
  EXPECT_EQ(clients.counters.stalled, 1u);
}

TEST_F(SessionTest, WhoTakesNothingAndSaysNothingIsWaitedFor) {
  limits.stall_time = limits.heartbeat_timeout / 2;
  auto tab = open("ws_1");
  subscribe(*tab, "NIFTY50", "[]");
  publish(wire::StreamId{1});
  tab->session.on_timer();
  clock.advance(limits.stall_time);
  tab->session.on_timer();
  EXPECT_FALSE(tab->session.closing_reason().has_value());
  clock.advance(limits.heartbeat_timeout - limits.stall_time);
  tab->session.on_timer();
  ASSERT_TRUE(tab->session.closing_reason().has_value());
  EXPECT_EQ(tab->session.closing_reason()->code, 4004);
}

TEST_F(SessionTest, WhoTakesALittleOfWhatWaitsNowAndThenMayStay) {
  auto tab = open("ws_1");
  subscribe(*tab, "NIFTY50", "[]");
  for (int i = 0; i < 10; ++i) publish(wire::StreamId{1}, true);
  for (int i = 0; i < 5; ++i) {
    tab->session.on_timer();
    clock.advance(limits.stall_time - milliseconds{1});
    tab->session.on_pong();
    tab->session.outbox().pop_front();
  }
  tab->session.on_timer();
  EXPECT_FALSE(tab->session.closing_reason().has_value());
}

TEST_F(SessionTest, AnOutboxOverItsHardLimitEndsTheSessionAtOnce) {
  limits.outbox_hard_bytes = 2000;
  auto tab = open("ws_1");
  subscribe(*tab, "NIFTY50", "[]");
  for (int i = 0; i < 100; ++i) publish(wire::StreamId{1}, true);
  ASSERT_TRUE(tab->session.closing_reason().has_value());
  EXPECT_EQ(tab->session.closing_reason()->code, 4005);
  EXPECT_LE(tab->session.outbox().pending_bytes(), 2000u);
}

TEST_F(SessionTest, AnOutboxOverItsSoftLimitEndsTheSessionOnlyAfterItsTime) {
  limits.outbox_soft_bytes = 500;
  auto tab = open("ws_1");
  subscribe(*tab, "NIFTY50", "[]");
  for (int i = 0; i < 30; ++i) publish(wire::StreamId{1}, true);
  tab->session.on_timer();
  clock.advance(limits.outbox_soft_time - milliseconds{1});
  tab->session.on_pong();
  tab->session.on_timer();
  EXPECT_FALSE(tab->session.closing_reason().has_value());
  clock.advance(milliseconds{1});
  tab->session.on_timer();
  ASSERT_TRUE(tab->session.closing_reason().has_value());
  EXPECT_EQ(tab->session.closing_reason()->code, 4005);
}

TEST_F(SessionTest, AnOutboxThatDrainsInTimeIsForgiven) {
  limits.outbox_soft_bytes = 500;
  auto tab = open("ws_1");
  subscribe(*tab, "NIFTY50", "[]");
  for (int round = 0; round < 5; ++round) {
    for (int i = 0; i < 30; ++i) publish(wire::StreamId{1}, true);
    tab->session.on_timer();
    clock.advance(limits.outbox_soft_time / 2);
    tab->session.on_pong();
    tab->session.on_timer();
    tab->take();
    tab->session.on_timer();
  }
  EXPECT_FALSE(tab->session.closing_reason().has_value());
}

TEST_F(SessionTest, WithoutATokenOnlyAuthIsHeard) {
  Tab tab{context, "ws_1"};
  tab.session.open_unauthenticated();
  tab.session.on_text(R"({"type":"list"})");
  EXPECT_TRUE(contains(tab.take().at(0), "unauthorized"));
  tab.session.on_text(R"({"type":"auth","token":")" + test::test_token("bob", clock.utc_now()) + R"("})");
  EXPECT_TRUE(contains(tab.take().at(0), R"("type":"connected")"));
  EXPECT_EQ(tab.session.principal().user_id, "bob");
}

TEST_F(SessionTest, ABadFirstTokenCloses) {
  Tab tab{context, "ws_1"};
  tab.session.open_unauthenticated();
  tab.session.on_text(R"({"type":"auth","token":"a.b.c"})");
  EXPECT_EQ(tab.take().back(), "close 4001");
}

TEST_F(SessionTest, NoTokenInTimeCloses) {
  Tab tab{context, "ws_1"};
  tab.session.open_unauthenticated();
  clock.advance(limits.auth_timeout - milliseconds{1});
  tab.session.on_timer();
  EXPECT_EQ(tab.session.state(), ClientState::AwaitingAuth);
  clock.advance(milliseconds{1});
  tab.session.on_timer();
  EXPECT_EQ(tab.take().back(), "close 4001");
}

TEST_F(SessionTest, AnExpiringTokenIsAnnouncedOnceAndThenCloses) {
  limits.expiry_leeway = milliseconds{0};
  limits.heartbeat_timeout = std::chrono::hours{2};
  limits.heartbeat_interval = std::chrono::hours{1};
  Tab tab{context, "ws_1"};
  tab.session.open(principal("alice", seconds{120}));
  tab.take();
  clock.advance(seconds{60});
  tab.session.on_timer();
  EXPECT_TRUE(contains(tab.take().at(0), R"({"type":"token_expiring","expires_in_ms":60000})"));
  tab.session.on_timer();
  EXPECT_EQ(tab.take(), Lines{});
  clock.advance(seconds{60});
  tab.session.on_timer();
  EXPECT_EQ(tab.take(), Lines{"close 4002"});
}

TEST_F(SessionTest, ANewTokenOfTheSameUserExtendsTheSession) {
  limits.expiry_leeway = milliseconds{0};
  Tab tab{context, "ws_1"};
  tab.session.open(principal("alice", seconds{10}));
  tab.take();
  tab.session.on_text(R"({"type":"auth","id":1,"token":")" + test::test_token("alice", clock.utc_now()) + R"("})");
  EXPECT_TRUE(contains(tab.take().at(0), R"("type":"authenticated")"));
  clock.advance(seconds{20});
  tab.session.on_timer();
  EXPECT_EQ(tab.session.state(), ClientState::Open);
}

TEST_F(SessionTest, ATokenOfAnotherUserIsRefused) {
  auto tab = open("ws_1");
  tab->session.on_text(R"({"type":"auth","token":")" + test::test_token("bob", clock.utc_now()) + R"("})");
  EXPECT_TRUE(contains(tab->take().at(0), "forbidden"));
  EXPECT_EQ(tab->session.principal().user_id, "alice");
}

TEST_F(SessionTest, AfterItsCloseNothingIsHeardOrDelivered) {
  auto tab = open("ws_1");
  subscribe(*tab, "NIFTY50", "[]");
  tab->session.close(wire::close_reason::kClosedByOperator);
  publish(wire::StreamId{1}, true);
  tab->session.on_text(R"({"type":"list"})");
  EXPECT_EQ(tab->take(), Lines{"close 4006"});
  EXPECT_EQ(hub.stream_count(), 0u);
}

TEST_F(SessionTest, EndingWhileASubscribeIsUnderWayOwesNothing) {
  auto tab = open("ws_1");
  tab->session.on_text(R"({"type":"subscribe","symbol":"NIFTY50","timeframe":"1min","indicators":["RSI"]})");
  tab.reset();
  hub.attached(market.answer());
  EXPECT_EQ(market.releases.size(), 1u);
  EXPECT_EQ(hub.stream_count(), 0u);
}

TEST_F(SessionTest, ARefusalThatIsOneErrorTooManyClosesSafely) {
  limits.max_errors = 0;
  auto tab = open("ws_1");
  tab->session.on_text(R"({"type":"subscribe","symbol":"NIFTY50","timeframe":"1min","indicators":["RSI"]})");
  tab->session.on_text(R"({"type":"subscribe","symbol":"TCS","timeframe":"1min","indicators":["RSI"]})");
  hub.attached(market.refuse("full"));
  EXPECT_EQ(tab->take().back(), "close 4009");
  EXPECT_EQ(hub.stream_count(), 0u);
}

TEST_F(SessionTest, AnOperatorCanAddAndRemoveAStream) {
  auto tab = open("ws_1");
  wire::SubscribeRequest add;
  add.symbol = "TCS";
  add.timeframe = "1min";
  EXPECT_FALSE(tab->session.add_subscription(add).has_value());
  answer_all();
  EXPECT_TRUE(contains(tab->take().at(0), R"("type":"subscribed")"));
  wire::UnsubscribeRequest remove;
  remove.symbol = "TCS";
  remove.timeframe = "1min";
  EXPECT_FALSE(tab->session.remove_subscription(remove).has_value());
  EXPECT_TRUE(contains(tab->take().at(0), R"("type":"unsubscribed")"));
  EXPECT_TRUE(tab->session.remove_subscription(remove).has_value());
}

}  // namespace
}  // namespace subd::session
