#include "probe/oracle.hpp"

#include <gtest/gtest.h>

#include "probe/transcript.hpp"

namespace subd::probe {
namespace {

using test::Transcript;

/// The rules that were broken, each once.
std::vector<std::string> broken(const Findings& findings) {
  std::vector<std::string> names;
  for (const Rule& rule : kRules) {
    if (findings.count(rule.name) > 0) names.emplace_back(rule.name);
  }
  return names;
}

std::vector<std::string> only(std::string_view rule) {
  return {std::string{rule}};
}

struct OracleTest : testing::Test {
  Transcript script;
  TabId alice1 = script.connect("alice-1");
  TabId alice2 = script.connect("alice-2");
  TabId bob = script.connect("bob-1", "bob@example.com");

  void subscribe_all() {
    script.subscribe(alice1, {"RSI_14_100", "MACD_12_26_9"});
    script.subscribe(alice2, {"SMA_20"});
    script.subscribe(bob, {"RSI_14_100"});
  }
};

TEST_F(OracleTest, HonestTranscriptPassesWithEverythingExamined) {
  subscribe_all();
  for (int i = 0; i < 8; ++i) script.second();
  const auto heartbeat = script.ask(bob, RequestKind::Heartbeat);
  script.receive(
      bob, fmt::format(R"({{"type":"heartbeat_ack","id":{},"timestamp":"2025-11-04T10:35:00.000Z"}})", heartbeat));
  script.oracle.leaving(alice2, "closed", script.now);
  script.views.erase(alice2);
  script.oracle.ended(alice2, "closed with 1000", script.now);
  for (int i = 0; i < 8; ++i) script.second();
  const Findings& findings = script.finish();
  EXPECT_EQ(broken(findings), std::vector<std::string>{});
  EXPECT_EQ(findings.checks(rule::kGap), 3U * 8 + 2U * 8);
  EXPECT_EQ(findings.checks(rule::kMissing), 3U * 8 * 4 + 3U * 8 * 3);
  EXPECT_GT(findings.checks(rule::kValue), 100U);
  EXPECT_EQ(script.oracle.progress(bob, "NIFTY50", "1s").closed_bars, 16U);
}

TEST_F(OracleTest, UnderAConditionUpdatesMayBeLeftOut) {
  script.subscribe(alice1, {"SMA_20"});
  script.subscribe(bob, {"RSI_14_100"}, "RSI_14_100 > 70");
  for (int i = 0; i < 3; ++i) script.second({bob});
  for (int i = 0; i < 8; ++i) {
    for (const bool closed : {false, true}) script.publish(closed, {bob});
    script.pass(std::chrono::seconds{1});
  }
  script.second();
  EXPECT_EQ(broken(script.finish()), std::vector<std::string>{});
}

TEST_F(OracleTest, AClosedBarIsOwedAgainWhenTheConditionIsCleared) {
  script.subscribe(alice1, {"SMA_20"});
  script.subscribe(bob, {"RSI_14_100"}, "RSI_14_100 > 70");
  script.second({bob});
  script.subscribe(bob, {"RSI_14_100"}, "");
  script.second();
  script.pass(std::chrono::seconds{2});
  EXPECT_EQ(broken(script.oracle.findings()), std::vector<std::string>{});
  script.second({bob});
  script.second();
  EXPECT_EQ(broken(script.finish()), only(rule::kGap));
}

TEST_F(OracleTest, ARefusedConditionExcusesNothing) {
  script.subscribe(alice1, {"SMA_20"});
  script.subscribe(bob, {"RSI_14_100"});
  script.oracle.sent(bob,
                     {.kind = RequestKind::Subscribe,
                      .id = 99,
                      .symbol = "NIFTY50",
                      .timeframe = "1s",
                      .when = "RSI >",
                      .refusal = "bad_request"},
                     script.now);
  script.receive(bob, R"({"type":"error","id":99,"code":"bad_request","message":"no","detail":{}})");
  script.second({bob});
  script.second();
  EXPECT_EQ(broken(script.finish()), only(rule::kGap));
}

TEST_F(OracleTest, UnderAConditionALeakIsStillALeak) {
  script.subscribe(bob, {"RSI_14_100"}, "RSI_14_100 > 70");
  ++script.seq;
  script.receive(bob, script.update(false, {"RSI_14_100", "SMA_20"}));
  EXPECT_EQ(broken(script.oracle.findings()), only(rule::kIndicator));
}

TEST_F(OracleTest, ForeignIndicatorIsALeak) {
  subscribe_all();
  ++script.seq;
  script.receive(bob, script.update(false, {"RSI_14_100", "SMA_20"}));
  const Findings& findings = script.oracle.findings();
  EXPECT_EQ(broken(findings), only(rule::kIndicator));
  EXPECT_EQ(findings.kept().front().tab, "bob-1");
  EXPECT_NE(findings.kept().front().message.find("SMA_20"), std::string::npos);
  EXPECT_NE(findings.kept().front().frame.find("market_update"), std::string::npos);
}

TEST_F(OracleTest, StreamNobodyAskedForIsALeak) {
  script.subscribe(alice1, {"RSI_14_100"});
  script.second();
  ++script.seq;
  script.receive(bob, script.update(false, {}));
  EXPECT_EQ(broken(script.oracle.findings()), only(rule::kStream));
}

TEST_F(OracleTest, IndicatorLeftOutOfOneUpdateIsMissing) {
  subscribe_all();
  ++script.seq;
  script.receive(alice1, script.update(false, {"RSI_14_100"}));
  EXPECT_EQ(broken(script.oracle.findings()), only(rule::kMissing));
}

TEST_F(OracleTest, UpdateBeforeItsSnapshotIsTooEarly) {
  const auto id = script.ask_subscribe(bob, {"RSI_14_100"});
  script.receive(bob, Transcript::reply("subscribed", bob, id, {"RSI_14_100"}));
  ++script.seq;
  script.receive(bob, script.update(false, {"RSI_14_100"}));
  EXPECT_GT(script.oracle.findings().count(rule::kSnapshotFirst), 0U);
}

TEST_F(OracleTest, SnapshotThatNeverComesIsMissing) {
  const auto id = script.ask_subscribe(bob, {"RSI_14_100"});
  script.receive(bob, Transcript::reply("subscribed", bob, id, {"RSI_14_100"}));
  for (int i = 0; i < 8; ++i) script.pass(std::chrono::seconds{1});
  EXPECT_EQ(broken(script.oracle.findings()), only(rule::kMissing));
}

TEST_F(OracleTest, SmallerSeqIsOutOfOrder) {
  subscribe_all();
  script.second();
  script.publish(false);
  script.seq -= 2;
  script.receive(bob, script.update(false, {"RSI_14_100"}));
  EXPECT_GT(script.oracle.findings().count(rule::kOrder), 0U);
}

TEST_F(OracleTest, ConflationIsNoViolation) {
  subscribe_all();
  script.publish(false, {bob});
  script.publish(false, {bob, alice1});
  script.publish(true);
  script.publish(false, {bob});
  script.publish(true);
  EXPECT_EQ(broken(script.finish()), std::vector<std::string>{});
}

TEST_F(OracleTest, ClosedBarThatOthersGotIsAGap) {
  subscribe_all();
  script.publish(true);
  script.publish(true, {bob});
  script.publish(true);
  const Findings& findings = script.finish();
  EXPECT_EQ(broken(findings), only(rule::kGap));
  EXPECT_EQ(findings.count(rule::kGap), 1U);
  EXPECT_NE(findings.kept().front().message.find("reached tab alice-1"), std::string::npos);
}

TEST_F(OracleTest, FormingBarThatNobodySeesClosedIsAGap) {
  script.subscribe(bob, {"RSI_14_100"});
  script.publish(false);
  script.bar_start += std::chrono::seconds{1};
  script.publish(false);
  EXPECT_EQ(broken(script.oracle.findings()), only(rule::kGap));
}

TEST_F(OracleTest, MissingStepIsAGapOnlyOfAContinuousStream) {
  for (const bool continuous : {false, true}) {
    OracleOptions options;
    options.continuous = continuous;
    Transcript other{options};
    const TabId tab = other.connect("tab");
    other.subscribe(tab, {});
    other.publish(true);
    other.bar_start += std::chrono::seconds{1};
    other.publish(true);
    EXPECT_EQ(other.finish().count(rule::kGap), continuous ? 1U : 0U);
  }
}

TEST_F(OracleTest, ClosedBarTwiceIsADuplicate) {
  subscribe_all();
  ++script.seq;
  script.receive(bob, script.update(true, {"RSI_14_100"}));
  script.receive(bob, script.update(true, {"RSI_14_100"}));
  EXPECT_EQ(broken(script.oracle.findings()), only(rule::kDuplicate));
}

TEST_F(OracleTest, OtherValuesForTheSameSeqAreInconsistent) {
  subscribe_all();
  ++script.seq;
  script.receive(alice1, script.update(false, {"RSI_14_100", "MACD_12_26_9"}));
  script.shift = 0.25;
  script.receive(bob, script.update(false, {"RSI_14_100"}));
  const Findings& findings = script.oracle.findings();
  EXPECT_EQ(broken(findings), only(rule::kValue));
  EXPECT_NE(findings.kept().front().message.find("alice-1"), std::string::npos);
}

TEST_F(OracleTest, NewEpochMayCountFromTheStart) {
  subscribe_all();
  script.second();
  std::string text = script.update(false, {"RSI_14_100"});
  text.replace(text.find("\"e1\""), 4, "\"e2\"");
  text.replace(text.find("\"seq\":"), 8, "\"seq\":1");
  script.receive(bob, text);
  EXPECT_EQ(script.oracle.findings().count(rule::kOrder), 0U);
}

TEST_F(OracleTest, SharedConnectionIdIsAnIdentityViolation) {
  const TabId other = script.oracle.add_tab({"alice-3", "alice@example.com", ""});
  script.receive(other, script.connected(alice1, "alice@example.com"));
  EXPECT_EQ(broken(script.oracle.findings()), only(rule::kIdentity));
}

TEST_F(OracleTest, ConnectionOfAnotherUserIsAnIdentityViolation) {
  const TabId other = script.oracle.add_tab({"alice-3", "alice@example.com", ""});
  script.receive(other, script.connected(other, "bob@example.com"));
  EXPECT_EQ(broken(script.oracle.findings()), only(rule::kIdentity));
}

TEST_F(OracleTest, ReplyThatLeavesOutASubscriptionIsAWrongSet) {
  script.subscribe(bob, {"RSI_14_100"});
  const auto id = script.ask_subscribe(bob, {"SMA_20"});
  script.receive(bob, Transcript::reply("subscribed", bob, id, {"SMA_20"}));
  EXPECT_EQ(broken(script.oracle.findings()), only(rule::kSet));
}

TEST_F(OracleTest, ReplyToSomebodyElsesRequestIsAMessageViolation) {
  script.receive(bob, R"({"type":"heartbeat_ack","id":77,"timestamp":"2025-11-04T10:35:00.000Z"})");
  EXPECT_EQ(broken(script.oracle.findings()), only(rule::kMessage));
}

TEST_F(OracleTest, UnansweredHeartbeatIsFound) {
  script.ask(bob, RequestKind::Heartbeat);
  for (int i = 0; i < 4; ++i) script.pass(std::chrono::seconds{1});
  EXPECT_EQ(script.oracle.findings().total(), 0U);
  for (int i = 0; i < 3; ++i) script.pass(std::chrono::seconds{1});
  EXPECT_EQ(broken(script.oracle.findings()), only(rule::kHeartbeat));
}

TEST_F(OracleTest, UnansweredSubscribeIsFoundAtTheEnd) {
  script.ask_subscribe(bob, {"SMA_20"});
  EXPECT_EQ(broken(script.finish()), only(rule::kReply));
}

TEST_F(OracleTest, MessagesInFlightAfterUnsubscribeAreAllowedUntilTheReply) {
  subscribe_all();
  script.second();
  const auto id = script.ask_unsubscribe(bob);
  script.publish(false);
  EXPECT_EQ(script.oracle.findings().total(), 0U);
  script.receive(bob, Transcript::reply("unsubscribed", bob, id, {}, false));
  EXPECT_EQ(script.oracle.findings().total(), 0U);
  script.publish(false);
  EXPECT_EQ(script.oracle.findings().count(rule::kStream), 1U);
}

TEST_F(OracleTest, IndicatorGivenUpMayComeUntilTheReplyAndNotAfter) {
  script.subscribe(alice1, {"RSI_14_100", "MACD_12_26_9"});
  const auto id = script.ask_unsubscribe(alice1, std::vector<std::string>{"RSI"});
  script.publish(false);
  script.views[alice1] = {"MACD_12_26_9"};
  script.publish(false);
  script.receive(alice1, Transcript::reply("unsubscribed", alice1, id, {"MACD_12_26_9"}));
  script.publish(false);
  EXPECT_EQ(script.oracle.findings().total(), 0U);
  script.views[alice1] = {"RSI_14_100", "MACD_12_26_9"};
  script.publish(false);
  EXPECT_EQ(broken(script.oracle.findings()), only(rule::kIndicator));
}

TEST_F(OracleTest, LateUnsubscribeMustNotTakeTheNewerSubscription) {
  subscribe_all();
  const auto first = script.ask_unsubscribe(bob);
  const auto second = script.ask_subscribe(bob, {"RSI_14_100"});
  script.receive(bob, Transcript::reply("unsubscribed", bob, first, {}, false));
  script.receive(bob, Transcript::reply("subscribed", bob, second, {"RSI_14_100"}));
  script.receive(bob, script.snapshot({"RSI_14_100"}));
  for (int i = 0; i < 3; ++i) script.second();
  EXPECT_EQ(script.oracle.findings().total(), 0U);
  script.views.erase(bob);
  for (int i = 0; i < 4; ++i) script.second();
  EXPECT_GT(script.finish().total(), 0U);
}

TEST_F(OracleTest, ShortIdMeansTheFullOne) {
  const auto id = script.ask_subscribe(bob, {"RSI_14"});
  script.receive(bob, Transcript::reply("subscribed", bob, id, {"RSI_14_100"}));
  script.receive(bob, script.snapshot({"RSI_14_100"}));
  script.views[bob] = {"RSI_14_100"};
  script.second();
  EXPECT_EQ(script.oracle.findings().total(), 0U);
  script.views[bob] = {"RSI_14_50"};
  script.publish(false);
  EXPECT_GT(script.oracle.findings().count(rule::kIndicator), 0U);
}

TEST_F(OracleTest, SilenceAfterAnotherTabClosedIsBlamedOnThat) {
  subscribe_all();
  script.second();
  script.oracle.leaving(alice2, "closed", script.now);
  script.views.erase(alice2);
  script.views.erase(bob);  // the server forgets bob, too
  for (int i = 0; i < 4; ++i) script.second();
  const Findings& findings = script.finish();
  EXPECT_EQ(broken(findings), only(rule::kIndependence));
  EXPECT_EQ(findings.kept().front().tab, "bob-1");
  EXPECT_NE(findings.kept().front().message.find("alice-2 (closed)"), std::string::npos);
}

TEST_F(OracleTest, SilenceOutOfNothingIsMissingDelivery) {
  subscribe_all();
  script.second();
  script.views.clear();
  for (int i = 0; i < 8; ++i) script.pass(std::chrono::seconds{1});
  const Findings& findings = script.finish();
  EXPECT_EQ(broken(findings), only(rule::kMissing));
  EXPECT_EQ(findings.count(rule::kMissing), 3U);
}

TEST_F(OracleTest, ConnectionLostOutOfNothingIsAViolation) {
  script.oracle.ended(bob, "connection reset by peer", script.now);
  EXPECT_EQ(broken(script.oracle.findings()), only(rule::kMissing));
}

TEST_F(OracleTest, ClosedBarsAreOwedOnlyDuringTheSubscription) {
  script.subscribe(alice1, {"RSI_14_100"});
  for (int i = 0; i < 3; ++i) script.second();
  script.subscribe(bob, {"RSI_14_100"});
  for (int i = 0; i < 3; ++i) script.second();
  const auto id = script.ask_unsubscribe(bob);
  script.views.erase(bob);
  script.receive(bob, Transcript::reply("unsubscribed", bob, id, {}, false));
  for (int i = 0; i < 3; ++i) script.second();
  EXPECT_EQ(broken(script.finish()), std::vector<std::string>{});
}

TEST_F(OracleTest, PauseOfTheProbeItselfIsNotBlamedOnTheServer) {
  subscribe_all();
  script.second();
  script.now += std::chrono::seconds{60};  // the machine slept
  script.oracle.settle(script.now);
  script.second();
  EXPECT_EQ(script.finish().total(), 0U);
}

TEST_F(OracleTest, RefusalThatWasExpectedIsNoViolation) {
  Request request;
  request.kind = RequestKind::Subscribe;
  request.id = 900;
  request.symbol = "NIFTY50";
  request.timeframe = "1s";
  request.indicators = std::vector<std::string>{"RSII"};
  request.refusal = "unknown_indicator";
  script.oracle.sent(bob, request, script.now);
  script.receive(bob,
                 R"({"type":"error","id":900,"code":"unknown_indicator","message":"no indicator RSII","detail":{}})");
  EXPECT_EQ(script.finish().total(), 0U);
}

TEST_F(OracleTest, RefusalOfARightRequestIsAViolation) {
  const auto id = script.ask_subscribe(bob, {"RSI_14_100"});
  script.receive(bob,
                 fmt::format(R"({{"type":"error","id":{},"code":"internal","message":"oops","detail":{{}}}})", id));
  EXPECT_EQ(broken(script.oracle.findings()), only(rule::kRefused));
}

TEST_F(OracleTest, DamagedMessageIsAProtocolViolation) {
  script.receive(bob, R"({"type":"market_update","symbol":"NIFTY50")");
  script.receive(bob, R"({"type":"surprise"})");
  EXPECT_EQ(script.oracle.findings().count(rule::kMessage), 2U);
}

TEST_F(OracleTest, HistoryLongerThanAskedForIsWrong) {
  const auto id = script.ask_subscribe(bob, {}, 1);
  script.receive(bob, Transcript::reply("subscribed", bob, id, {}));
  std::string text = script.snapshot({});
  text.replace(
      text.find("\"bars\":[]"), 9,
      R"("bars":[{"time":"2025-11-04T10:34:58.000Z","indicators":{}},{"time":"2025-11-04T10:34:57.000Z","indicators":{}}])");
  script.receive(bob, text);
  EXPECT_EQ(script.oracle.findings().count(rule::kSnapshotHistory), 2U) << "too many, and in the wrong order";
}

}  // namespace
}  // namespace subd::probe
