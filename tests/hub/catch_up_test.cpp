// What a subscriber gets that was away: its subscriptions stay in the hub, and it says where it stands when it is back.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "hub/hub.hpp"
#include "support/fake_clock.hpp"
#include "support/recording_subscriber.hpp"

namespace subd::hub {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using Lines = std::vector<std::string>;

constexpr wire::StreamId kNifty{1};
constexpr Retention kRetention{4, seconds{100}};

class CatchUpTest : public testing::Test {
 protected:
  Subscription& subscribe(test::RecordingSubscriber& who, Subscription* existing, std::vector<std::string> ids,
                          milliseconds throttle = milliseconds{0}, ConditionChange condition = {}) {
    return hub.subscribe(who, existing, kNifty, "NIFTY50", "1min", ids, 0, "1", throttle, std::move(condition));
  }
  Subscription& attach(test::RecordingSubscriber& who, std::vector<std::string> ids,
                       milliseconds throttle = milliseconds{0}, ConditionChange condition = {}) {
    Subscription& subscription = subscribe(who, nullptr, std::move(ids), throttle, std::move(condition));
    hub.attached(market.answer());
    who.take();
    return subscription;
  }
  void publish(bool closed) {
    const std::vector<wire::UpdatePtr> burst{market.update(kNifty, closed)};
    hub.publish(burst);
  }
  /// What `who` is offered by catching up; nothing of what it was offered before.
  Lines caught_up(test::RecordingSubscriber& who, Subscription& subscription, std::uint64_t seq) {
    who.take();
    EXPECT_TRUE(hub.catch_up(subscription, {"", seq}));
    return who.take();
  }

  test::FakeClock clock;
  test::ScriptedMarket market;
  Hub hub{market, clock, kRetention};
  test::RecordingSubscriber alice;
  test::RecordingSubscriber bob;
};

TEST_F(CatchUpTest, OffersTheClosedBarsThatWereMissedAndThenTheNewestState) {
  Subscription& one = attach(alice, {"RSI"});
  publish(true);
  hub.leave(one);
  publish(false);
  publish(true);
  publish(false);
  publish(true);
  publish(false);
  publish(false);
  EXPECT_EQ(caught_up(alice, one, 1),
            (Lines{R"({"seq":3,"indicators":{"RSI":3}})", R"({"seq":5,"indicators":{"RSI":5}})",
                   R"({"seq":7,"indicators":{"RSI":7}})"}));
}

TEST_F(CatchUpTest, OffersNothingToWhoHasMissedNothing) {
  Subscription& one = attach(alice, {"RSI"});
  publish(true);
  publish(false);
  EXPECT_EQ(caught_up(alice, one, 2), Lines{});
  EXPECT_EQ(caught_up(alice, one, 1).size(), 1u) << "the forming bar after the closed one";
}

TEST_F(CatchUpTest, CannotReachBackBehindWhatItRemembers) {
  Subscription& one = attach(alice, {"RSI"});
  for (int i = 0; i < 6; ++i) publish(true);
  alice.take();
  EXPECT_FALSE(hub.catch_up(one, {"", 1}));
  EXPECT_EQ(alice.take(), Lines{});
  EXPECT_EQ(caught_up(alice, one, 2).size(), 4u);
}

TEST_F(CatchUpTest, ForgetsWhatIsOld) {
  Subscription& one = attach(alice, {"RSI"});
  publish(true);
  clock.advance(seconds{60});
  publish(true);
  clock.advance(seconds{60});
  publish(true);
  EXPECT_FALSE(hub.catch_up(one, {"", 0}));
  EXPECT_EQ(caught_up(alice, one, 1).size(), 2u);
}

TEST_F(CatchUpTest, KnowsNoPositionOfAnotherEpochOrOfTheFuture) {
  Subscription& one = attach(alice, {"RSI"});
  publish(true);
  EXPECT_FALSE(hub.catch_up(one, {"other", 0}));
  EXPECT_FALSE(hub.catch_up(one, {"", 2}));
}

TEST_F(CatchUpTest, WithoutRetentionEverythingStartsOver) {
  Hub forgetful{market, clock};
  const std::vector<std::string> ids{"RSI"};
  Subscription& one = forgetful.subscribe(alice, nullptr, kNifty, "NIFTY50", "1min", ids, 0, "1", milliseconds{0});
  forgetful.attached(market.answer());
  EXPECT_FALSE(forgetful.catch_up(one, {"", 0}));
}

TEST_F(CatchUpTest, LetsThroughWhatTheConditionLetThrough) {
  Subscription& level = attach(alice, {"RSI"}, milliseconds{0},
                               {wire::ConditionAction::Replace, "RSI>70", {"RSI"}, wire::Trigger::Level});
  Subscription& edge =
      attach(bob, {"RSI"}, milliseconds{0}, {wire::ConditionAction::Replace, "RSI>70", {"RSI"}, wire::Trigger::Edge});
  publish(true);
  market.states["RSI>70"] = wire::ConditionState::Rises;
  publish(false);
  market.states["RSI>70"] = wire::ConditionState::Holds;
  publish(true);
  publish(false);
  EXPECT_EQ(caught_up(alice, level, 0),
            (Lines{R"({"seq":3,"indicators":{"RSI":3}})", R"({"seq":4,"indicators":{"RSI":4}})"}));
  EXPECT_EQ(caught_up(bob, edge, 0), Lines{R"({"seq":2,"indicators":{"RSI":2}})"}) << "the moment at which it turned";
}

TEST_F(CatchUpTest, WhatAThrottleHeldBackIsGoneWithTheNewestState) {
  Subscription& one = attach(alice, {"RSI"}, milliseconds{1000});
  publish(false);
  publish(false);
  hub.leave(one);
  publish(false);
  EXPECT_EQ(caught_up(alice, one, 1), Lines{R"({"seq":3,"indicators":{"RSI":3}})"});
}

TEST_F(CatchUpTest, ARequestUnderWayTakesEffectWithoutAWord) {
  Subscription& one = attach(alice, {"RSI"});
  subscribe(alice, &one, {"SMA"});
  hub.leave(one);
  hub.attached(market.answer());
  EXPECT_EQ(alice.take(), Lines{});
  publish(true);
  EXPECT_EQ(caught_up(alice, one, 0), Lines{R"({"seq":1,"indicators":{"RSI":1,"SMA":1}})"});
}

TEST_F(CatchUpTest, ARefusalOfARequestUnderWayIsToldOnlyWithTheEndOfASubscription) {
  Subscription& one = attach(alice, {"RSI"});
  subscribe(alice, &one, {"SMA"});
  hub.leave(one);
  hub.attached(market.refuse("full"));
  EXPECT_EQ(alice.take(), Lines{});
  EXPECT_EQ(Hub::topic_ids(one), std::vector<std::string_view>{"RSI"});

  Subscription& other = subscribe(bob, nullptr, {"SMA"});
  hub.leave(other);
  hub.attached(market.refuse("full"));
  EXPECT_EQ(bob.take(), Lines{"refused 1: full (gone)"});
}

TEST_F(CatchUpTest, AnUnsubscribeBeforeTheCutStaysInForce) {
  Subscription& one = attach(alice, {"RSI", "SMA"});
  hub.remove_topics(one, std::vector<std::string>{"RSI"});
  hub.leave(one);
  publish(true);
  EXPECT_EQ(caught_up(alice, one, 0), Lines{R"({"seq":1,"indicators":{"SMA":1}})"});
}

TEST_F(CatchUpTest, ASlotThatWasAnotherIndicatorsIsNotReadOutOfOldUpdates) {
  Subscription& one = attach(alice, {"RSI"});
  Subscription& other = attach(bob, {"SMA"});
  publish(true);  // slot 1 is SMA
  hub.remove_topics(other, std::vector<std::string>{"SMA"});
  subscribe(alice, &one, {"MACD"});
  hub.leave(one);
  hub.attached(market.answer());  // slot 1 is MACD
  publish(true);
  alice.take();
  EXPECT_FALSE(hub.catch_up(one, {"", 0}));
  EXPECT_EQ(alice.take(), Lines{});
  EXPECT_EQ(caught_up(alice, one, 1), Lines{R"({"seq":2,"indicators":{"RSI":2,"MACD":2}})"});
}

TEST_F(CatchUpTest, AStreamThatWasGivenUpAndTakenAgainDoesNotReachBehindThat) {
  Subscription& first = attach(alice, {"RSI"});
  publish(true);
  hub.close(first);  // the release is under way, the computation goes on for its grace
  publish(true);
  Subscription& again = subscribe(alice, nullptr, {"RSI"});
  hub.leave(again);
  publish(true);
  hub.attached(market.answer());
  alice.take();
  EXPECT_FALSE(hub.catch_up(again, {"", 1}));
  publish(true);
  EXPECT_EQ(caught_up(alice, again, 3).size(), 1u);
}

TEST_F(CatchUpTest, StartingOverDeliversNothingBeforeTheSnapshot) {
  Subscription& one = attach(alice, {"RSI"});
  subscribe(alice, &one, {"SMA"});
  hub.leave(one);
  hub.start_over(one, 5, "again");
  ASSERT_EQ(market.requests.size(), 2u);
  EXPECT_EQ(market.requests[1].history, 5u);
  EXPECT_EQ(market.requests[1].topics, (Lines{"RSI", "SMA"}));
  publish(true);
  hub.attached(market.answer());  // that of before the cut
  publish(true);
  EXPECT_EQ(alice.take(), Lines{});
  hub.attached(market.answer());
  publish(true);
  EXPECT_EQ(alice.take(), (Lines{"attached again: RSI SMA @2", R"({"seq":3,"indicators":{"RSI":3,"SMA":3}})"}));
}

TEST_F(CatchUpTest, LeavingAgainBeforeTheSnapshotLeavesItUnsaid) {
  Subscription& one = attach(alice, {"RSI"});
  hub.leave(one);
  hub.start_over(one, 5, "again");
  hub.leave(one);
  hub.start_over(one, 6, "and again");
  hub.attached(market.answer());
  publish(true);
  EXPECT_EQ(alice.take(), Lines{});
  hub.attached(market.answer());
  EXPECT_EQ(alice.take(), Lines{"attached and again: RSI @1"});
}

TEST_F(CatchUpTest, CatchingUpTwiceFromOnePositionOffersTheSame) {
  Subscription& one = attach(alice, {"RSI"});
  publish(true);
  publish(true);
  const Lines first = caught_up(alice, one, 0);
  EXPECT_EQ(first.size(), 2u);
  EXPECT_EQ(caught_up(alice, one, 0), first) << "cut during the replay and resumed again";
}

TEST_F(CatchUpTest, DoesNotTouchAnotherSubscription) {
  Subscription& one = attach(alice, {"RSI"});
  attach(bob, {"SMA"});
  hub.leave(one);
  publish(true);
  bob.take();
  caught_up(alice, one, 0);
  hub.start_over(one, 0, "again");
  EXPECT_EQ(bob.take(), Lines{});
  publish(true);
  EXPECT_EQ(bob.take().size(), 1u);
}

}  // namespace
}  // namespace subd::hub
