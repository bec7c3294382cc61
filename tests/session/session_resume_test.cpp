// A session that loses its client and gets it back.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "session/session.hpp"
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

constexpr wire::StreamId kNifty{1};
constexpr wire::StreamId kTcs{2};

class SessionResumeTest : public testing::Test {
 protected:
  SessionResumeTest() {
    session.open(principal());
    take();
  }

  auth::Principal principal() { return {"alice", "claim", "", false, clock.utc_now() + seconds{3600}}; }
  void answer_all() {
    while (!market.requests.empty()) hub.attached(market.answer());
  }
  void subscribe(const std::string& symbol, const std::string& indicators) {
    session.on_text(R"({"type":"subscribe","id":1,"symbol":")" + symbol + R"(","timeframe":"1min","indicators":)" +
                    indicators + "}");
  }
  void publish(bool closed, wire::StreamId stream = kNifty) {
    const std::vector<wire::UpdatePtr> burst{market.update(stream, closed)};
    hub.publish(burst);
  }
  void cut() {
    take();
    session.park(nowhere);
  }
  /// The client is back and has said nothing yet; what it is told.
  Lines come_back() {
    session.resume(transport, principal());
    return take();
  }
  void say_received(const std::string& positions) {
    session.on_text(R"({"type":"resume","id":9,"received":[)" + positions + "]}");
  }
  static std::string position(const std::string& symbol, int seq, const std::string& epoch = "e1") {
    return R"({"symbol":")" + symbol + R"(","timeframe":"1min","epoch":")" + epoch + R"(","seq":)" +
           std::to_string(seq) + "}";
  }
  Lines take() { return test::take_messages(session.outbox()); }

  test::FakeClock clock;
  test::ScriptedMarket market{"e1"};
  hub::Hub hub{market, clock, {8, seconds{100}}};
  test::FakeDirectory directory;
  auth::JwtVerifier verifier = test::test_verifier();
  Limits limits;
  ClientContext clients{verifier, clock, limits, {}};
  SessionContext context{clients, hub, directory, 3};
  test::CountingTransport transport;
  test::CountingTransport nowhere;
  Session session{context, transport, "ws_1"};
};

TEST_F(SessionResumeTest, IsIntroducedWithAToken) {
  Session other{context, transport, "ws_2"};
  other.open(principal());
  const Lines lines = test::take_messages(other.outbox());
  ASSERT_EQ(lines.size(), 1u);
  const std::string token{other.resume_token()};
  EXPECT_TRUE(token.ends_with("03")) << token;
  EXPECT_NE(token, session.resume_token());
  EXPECT_TRUE(contains(lines[0], R"("resume_token":")" + token + R"(","resume_window_ms":30000,"resumed":false})"))
      << lines[0];
}

TEST_F(SessionResumeTest, WithoutAWindowThereIsNoToken) {
  limits.resume_window = milliseconds{0};
  Session other{context, transport, "ws_2"};
  other.open(principal());
  EXPECT_FALSE(contains(test::take_messages(other.outbox()).at(0), "resume"));
  EXPECT_FALSE(other.may_park());
}

TEST_F(SessionResumeTest, GoesOnBehindWhatTheClientHas) {
  subscribe("NIFTY50", R"(["RSI"])");
  answer_all();
  publish(true);
  cut();
  publish(true);
  publish(false);
  publish(true);
  publish(false);
  const Lines hello = come_back();
  ASSERT_EQ(hello.size(), 1u);
  EXPECT_TRUE(contains(hello[0], R"("ws_conn_id":"ws_1")")) << hello[0];
  EXPECT_TRUE(contains(hello[0], R"("resumed":true)")) << hello[0];
  publish(true);
  EXPECT_EQ(take(), Lines{}) << "nothing before the client has said what it has";
  say_received(position("NIFTY50", 1));
  EXPECT_EQ(take(),
            (Lines{R"({"type":"resumed","id":9,"ws_conn_id":"ws_1","streams":[{"symbol":"NIFTY50","timeframe":"1min",)"
                   R"("indicators":["RSI"]}]})",
                   R"({"seq":2,"indicators":{"RSI":2}})", R"({"seq":4,"indicators":{"RSI":4}})",
                   R"({"seq":6,"indicators":{"RSI":6}})"}));
  publish(false);
  EXPECT_EQ(take(), Lines{R"({"seq":7,"indicators":{"RSI":7}})"});
}

TEST_F(SessionResumeTest, QueuesNothingWhileItWaits) {
  subscribe("NIFTY50", R"(["RSI"])");
  answer_all();
  session.park(nowhere);
  EXPECT_TRUE(session.outbox().empty()) << "what was not sent is gone: the client will say what it has";
  publish(true);
  hub.upstream_changed({"stale", clock.utc_now()});
  EXPECT_TRUE(session.outbox().empty());
  EXPECT_EQ(hub.counts().size(), 2u) << "the stream and its indicator stay subscribed";
}

TEST_F(SessionResumeTest, AStreamThatCannotGoOnStartsOverWithTheBarsThatMayBeMissing) {
  subscribe("NIFTY50", R"(["RSI"])");
  answer_all();
  cut();
  for (int i = 0; i < 12; ++i) publish(true);
  come_back();
  say_received(position("NIFTY50", 2));
  EXPECT_EQ(take().size(), 1u) << "resumed";
  ASSERT_EQ(market.requests.size(), 1u);
  EXPECT_EQ(market.requests[0].history, limits.max_history);
  publish(true);  // closes between the request and its answer
  EXPECT_EQ(take(), Lines{});
  auto answer = market.answer();
  for (int i = 0; i < 40; ++i) answer.snapshot.bars.push_back({base::UtcTime{seconds{i}}, 1, 1, 1, 1, 1});
  static constexpr std::string_view kOutputs[] = {"RSI"};
  answer.snapshot.columns[0].outputs = kOutputs;
  for (int i = 0; i < 40; ++i) answer.snapshot.columns[0].history.push_back(i);
  answer.snapshot.columns[0].current.push_back(40);
  hub.attached(std::move(answer));
  const Lines lines = take();
  ASSERT_EQ(lines.size(), 1u);
  EXPECT_TRUE(contains(lines[0], R"("type":"snapshot")")) << lines[0];
  EXPECT_TRUE(contains(lines[0], R"("bars":[{"time":"1970-01-01T00:00:29.000Z")")) << "13 - 2 of 40: " << lines[0];
  EXPECT_TRUE(contains(lines[0], R"("indicators":{"RSI":29}},)")) << lines[0];
  EXPECT_TRUE(contains(lines[0], R"("indicators":{"RSI":39}}]})")) << lines[0];
}

TEST_F(SessionResumeTest, OfAnotherEpochAnyBarMayBeMissing) {
  subscribe("NIFTY50", "[]");
  answer_all();
  cut();
  publish(true);
  come_back();
  say_received(position("NIFTY50", 0, "e0"));
  take();
  ASSERT_EQ(market.requests.size(), 1u);
  EXPECT_EQ(market.requests[0].history, limits.max_history);
  auto answer = market.answer();
  for (int i = 0; i < 3; ++i) answer.snapshot.bars.push_back({base::UtcTime{seconds{i}}, 1, 1, 1, 1, 1});
  hub.attached(std::move(answer));
  EXPECT_TRUE(contains(take().at(0), R"("bars":[{"time":"1970-01-01T00:00:00.000Z")"));
}

TEST_F(SessionResumeTest, CutAgainBeforeItsSnapshotAStreamStillLacksNothing) {
  subscribe("NIFTY50", "[]");
  answer_all();
  cut();
  come_back();
  say_received("");
  cut();
  come_back();
  say_received(position("NIFTY50", 0));  // nothing was missed yet, and there is no view
  take();
  publish(true);
  while (market.requests.size() > 1) hub.attached(market.answer());
  ASSERT_EQ(market.requests.size(), 1u);
  EXPECT_EQ(market.requests[0].history, limits.max_history);
}

TEST_F(SessionResumeTest, AStreamThatTheClientHasNothingOfStartsOver) {
  subscribe("NIFTY50", "[]");
  subscribe("TCS", "[]");
  answer_all();
  publish(true);
  cut();
  come_back();
  say_received(position("NIFTY50", 1) + "," + position("INFY", 1) + "," + position("NOSUCH", 1));
  EXPECT_EQ(take().size(), 1u);
  ASSERT_EQ(market.requests.size(), 1u);
  EXPECT_EQ(market.requests[0].stream, kTcs);
  EXPECT_EQ(market.requests[0].history, 0u);
}

TEST_F(SessionResumeTest, AnotherMessageFirstStartsEverythingOver) {
  subscribe("NIFTY50", R"(["RSI"])");
  answer_all();
  cut();
  publish(true);
  come_back();
  session.on_text(R"({"type":"list","id":4})");
  answer_all();
  const Lines lines = take();
  ASSERT_EQ(lines.size(), 2u);
  EXPECT_TRUE(contains(lines[0], R"("type":"subscriptions","id":4)")) << lines[0];
  EXPECT_TRUE(contains(lines[1], R"("type":"snapshot")")) << lines[1];
  say_received(position("NIFTY50", 0));
  EXPECT_TRUE(contains(take().at(0), "resume must be the first message"));
}

TEST_F(SessionResumeTest, SilenceStartsEverythingOver) {
  subscribe("NIFTY50", "[]");
  answer_all();
  cut();
  come_back();
  clock.advance(limits.position_timeout - milliseconds{1});
  session.on_timer();
  EXPECT_TRUE(market.requests.empty());
  clock.advance(milliseconds{1});
  session.on_timer();
  EXPECT_EQ(market.requests.size(), 1u);
}

TEST_F(SessionResumeTest, AFaultyResumeIsAnsweredAndMayBeRepeated) {
  subscribe("NIFTY50", "[]");
  answer_all();
  cut();
  publish(true);
  come_back();
  session.on_text(
      R"({"type":"resume","id":1,"received":[{"symbol":"NIFTY50","timeframe":"1min","epoch":"e1","seq":-1}]})");
  EXPECT_TRUE(contains(take().at(0), "received[0].seq must be a whole number"));
  say_received(position("NIFTY50", 0));
  EXPECT_EQ(take().size(), 2u) << "resumed, and the bar";
}

TEST_F(SessionResumeTest, ANewSessionHasNothingToResume) {
  say_received(position("NIFTY50", 1));
  EXPECT_EQ(take(), Lines{R"({"type":"resumed","id":9,"ws_conn_id":"ws_1","streams":[]})"});
}

TEST_F(SessionResumeTest, ARequestOfBeforeTheCutIsNotAnsweredAfterIt) {
  subscribe("NIFTY50", R"(["RSI"])");
  cut();
  come_back();
  say_received("");
  EXPECT_TRUE(contains(take().at(0), R"("streams":[{"symbol":"NIFTY50")"));
  answer_all();
  const Lines lines = take();
  ASSERT_EQ(lines.size(), 1u) << "the snapshot, and no `subscribed`";
  EXPECT_TRUE(contains(lines[0], R"("type":"snapshot")")) << lines[0];
}

TEST_F(SessionResumeTest, ARefusalWhileItWaitsEndsTheSubscriptionOnly) {
  subscribe("NIFTY50", R"(["RSI"])");
  cut();
  hub.attached(market.refuse("full"));
  come_back();
  say_received("");
  EXPECT_EQ(take(), Lines{R"({"type":"resumed","id":9,"ws_conn_id":"ws_1","streams":[]})"});
}

TEST_F(SessionResumeTest, TellsWhatBecameOfTheUpstream) {
  subscribe("NIFTY50", "[]");
  answer_all();
  cut();
  clock.advance(seconds{5});
  hub.upstream_changed({"down", clock.utc_now()});
  come_back();
  say_received(position("NIFTY50", 0));
  const Lines lines = take();
  ASSERT_EQ(lines.size(), 2u);
  EXPECT_TRUE(contains(lines[1], R"("upstream":"down")")) << lines[1];
}

TEST_F(SessionResumeTest, CutDuringTheReplayItIsReplayedAgain) {
  subscribe("NIFTY50", "[]");
  answer_all();
  cut();
  publish(true);
  publish(true);
  come_back();
  say_received(position("NIFTY50", 0));
  EXPECT_EQ(session.outbox().pending_messages(), 3u);
  session.park(nowhere);
  come_back();
  say_received(position("NIFTY50", 1));
  EXPECT_EQ(take().size(), 2u) << "resumed, and the second bar";
}

TEST_F(SessionResumeTest, AHeartbeatTimeoutLeavesTheSubscriptionsToTheConnection) {
  subscribe("NIFTY50", "[]");
  answer_all();
  clock.advance(limits.heartbeat_timeout);
  session.on_timer();
  ASSERT_TRUE(session.closing_reason().has_value());
  EXPECT_EQ(session.closing_reason()->code, 4004);
  EXPECT_TRUE(session.may_park());
  EXPECT_EQ(session.subscriptions().size(), 1u);
}

TEST_F(SessionResumeTest, WhatIsToEndMayNotPark) {
  EXPECT_TRUE(session.may_park());
  session.close(wire::close_reason::kClosedByOperator);
  EXPECT_FALSE(session.may_park());
  Session unknown{context, transport, "ws_2"};
  EXPECT_FALSE(unknown.may_park()) << "it is not known whose it is";
}

TEST_F(SessionResumeTest, AnOperatorCannotSubscribeForAParkedSession) {
  cut();
  wire::SubscribeRequest request;
  request.symbol = "NIFTY50";
  request.timeframe = "1min";
  EXPECT_TRUE(session.add_subscription(request).has_value());
}

}  // namespace
}  // namespace subd::session
