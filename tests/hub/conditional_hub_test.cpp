// Conditional subscriptions in the hub: who gets which update, and who holds which condition.
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "hub/hub.hpp"
#include "support/fake_clock.hpp"
#include "support/recording_subscriber.hpp"

namespace subd::hub {
namespace {

using std::chrono::milliseconds;
using test::RecordingSubscriber;
using test::ScriptedMarket;
using wire::ConditionAction;
using wire::Trigger;
using State = wire::ConditionState;
using Lines = std::vector<std::string>;

constexpr wire::StreamId kNifty{1};

ConditionChange when(const std::string& text, Trigger trigger = Trigger::Level) {
  return {ConditionAction::Replace, text, {}, trigger};
}
ConditionChange cleared() {
  return {ConditionAction::Clear, {}, {}, {}};
}
std::string line(int seq) {
  return "{\"seq\":" + std::to_string(seq) + ",\"indicators\":{}}";
}

class ConditionalHubTest : public testing::Test {
 protected:
  Subscription& subscribe(RecordingSubscriber& who, Subscription* existing, ConditionChange condition,
                          milliseconds throttle = milliseconds{0}) {
    return hub.subscribe(who, existing, kNifty, "NIFTY50", "1min", {}, 0, "1", throttle, std::move(condition));
  }
  /// Subscribes and answers at once.
  Subscription& attach(RecordingSubscriber& who, Subscription* existing, ConditionChange condition,
                       milliseconds throttle = milliseconds{0}) {
    Subscription& subscription = subscribe(who, existing, std::move(condition), throttle);
    hub.attached(market.answer());
    who.take();
    return subscription;
  }
  /// One update, with the state of the condition `a`.
  void publish(State a, bool closed = false) {
    market.states["a"] = a;
    const std::vector<wire::UpdatePtr> burst{market.update(kNifty, closed)};
    hub.publish(burst);
  }
  Lines released() const {
    Lines out;
    for (const Release& release : market.releases) {
      out.insert(out.end(), release.conditions.begin(), release.conditions.end());
    }
    return out;
  }

  test::FakeClock clock;
  ScriptedMarket market;
  Hub hub{market, clock};
  RecordingSubscriber alice;
  RecordingSubscriber bob;
};

TEST_F(ConditionalHubTest, DeliversOnlyWhatTheTriggerLetsThrough) {
  RecordingSubscriber carol;
  attach(alice, nullptr, when("a"));
  attach(bob, nullptr, when("a", Trigger::Edge));
  attach(carol, nullptr, {});
  for (const State state : {State::False, State::Rises, State::Holds, State::False, State::Rises}) publish(state);
  EXPECT_EQ(alice.take(), (Lines{line(2), line(3), line(5)}));
  EXPECT_EQ(bob.take(), (Lines{line(2), line(5)}));
  EXPECT_EQ(carol.take().size(), 5u);
}

TEST_F(ConditionalHubTest, AClosedBarIsDeliveredOnlyWhenItsConditionHolds) {
  attach(alice, nullptr, when("a"));
  publish(State::False, true);
  publish(State::Rises, true);
  EXPECT_EQ(alice.take(), Lines{line(2)});
}

TEST_F(ConditionalHubTest, AsksForAConditionWithEachRequestAndReleasesItWithItsLastHolder) {
  Subscription& one = attach(alice, nullptr, when("a"));
  Subscription& two = subscribe(bob, nullptr, when("a", Trigger::Edge));
  EXPECT_EQ(market.requests.at(0).condition, "a");
  hub.attached(market.answer());
  hub.close(one);
  EXPECT_EQ(released(), Lines{});
  hub.close(two);
  EXPECT_EQ(released(), Lines{"a"});
}

TEST_F(ConditionalHubTest, KeepsReplacesAndClears) {
  Subscription& mine = attach(alice, nullptr, when("a"));
  attach(alice, &mine, {});
  publish(State::False);
  EXPECT_EQ(alice.take(), Lines{});
  attach(alice, &mine, when("b"));
  EXPECT_EQ(released(), Lines{"a"});
  market.states["b"] = State::Holds;
  publish(State::False);
  EXPECT_EQ(alice.take(), Lines{line(2)});
  attach(alice, &mine, cleared());
  EXPECT_EQ(released(), (Lines{"a", "b"}));
  market.states["b"] = State::False;
  publish(State::False);
  EXPECT_EQ(alice.take(), Lines{line(3)});
}

TEST_F(ConditionalHubTest, AKeepingRequestMayChangeTheTriggerAlone) {
  Subscription& mine = attach(alice, nullptr, when("a"));
  attach(alice, &mine, {ConditionAction::Keep, {}, {}, Trigger::Edge});
  publish(State::Holds);
  EXPECT_EQ(alice.take(), Lines{});
}

TEST_F(ConditionalHubTest, TheOldConditionIsInForceUntilTheNewOneIsAnswered) {
  Subscription& mine = attach(alice, nullptr, when("a"));
  subscribe(alice, &mine, when("b"));
  EXPECT_EQ(hub.wanted_condition(mine)->text, "b");
  publish(State::Holds);
  EXPECT_EQ(alice.take(), Lines{line(1)});
  hub.attached(market.answer());
  alice.take();
  publish(State::Holds);
  EXPECT_EQ(alice.take(), Lines{});
}

TEST_F(ConditionalHubTest, ARefusedConditionLeavesTheOldOneAndIsReleased) {
  Subscription& mine = attach(alice, nullptr, when("a"));
  subscribe(alice, &mine, when("b"));
  hub.attached(market.refuse("full"));
  EXPECT_EQ(released(), Lines{"b"});
  EXPECT_EQ(hub.wanted_condition(mine)->text, "a");
  publish(State::False);
  EXPECT_EQ(alice.take(), Lines{"refused 1: full"});
}

TEST_F(ConditionalHubTest, RequestsUnderWayHoldTheirConditionsEachByItself) {
  Subscription& mine = attach(alice, nullptr, when("a"));
  subscribe(alice, &mine, when("b"));
  subscribe(alice, &mine, cleared());
  subscribe(alice, &mine, when("b"));
  hub.attached(market.refuse("full"));  // the first b
  EXPECT_EQ(released(), Lines{});       // the second still wants it
  EXPECT_EQ(hub.wanted_condition(mine)->text, "b");
  hub.attached(market.answer());
  EXPECT_EQ(released(), Lines{"a"});
  hub.attached(market.answer());
  hub.close(mine);
  EXPECT_EQ(released(), (Lines{"a", "b"}));
}

TEST_F(ConditionalHubTest, LeavingWithRequestsUnderWayReleasesTheirConditions) {
  Subscription& mine = attach(alice, nullptr, when("a"));
  subscribe(alice, &mine, when("b"));
  hub.close(mine);
  EXPECT_EQ(released(), (Lines{"a", "b"}));
  hub.attached(market.answer());
  EXPECT_EQ(alice.take(), Lines{});
}

TEST_F(ConditionalHubTest, AThrottleHoldsTheNewestUpdateThatHeldTheConditionNotANewerOne) {
  attach(alice, nullptr, when("a"), milliseconds{100});
  publish(State::Rises);
  publish(State::Holds);
  publish(State::False);
  EXPECT_EQ(alice.take(), Lines{line(1)});
  clock.advance(milliseconds{100});
  hub.release_held();
  EXPECT_EQ(alice.take(), Lines{line(2)});
}

TEST_F(ConditionalHubTest, AThrottleDelaysAndLosesNoEdge) {
  attach(alice, nullptr, when("a", Trigger::Edge), milliseconds{100});
  for (const State state : {State::Rises, State::False, State::Rises, State::Holds}) publish(state);
  EXPECT_EQ(alice.take(), (Lines{line(1), line(3)}));
  EXPECT_EQ(hub.release_held(), std::nullopt);
}

TEST_F(ConditionalHubTest, WhatWasHeldBackUnderTheOldTermsDoesNotFollowTheNewSnapshot) {
  Subscription& mine = attach(alice, nullptr, {}, milliseconds{100});
  publish(State::False);
  publish(State::False);
  attach(alice, &mine, when("a"), milliseconds{100});
  clock.advance(milliseconds{100});
  EXPECT_EQ(hub.release_held(), std::nullopt);
  EXPECT_EQ(alice.take(), Lines{});
}

TEST_F(ConditionalHubTest, AHeldUpdateThatIsDueDoesNotFollowANewerOne) {
  attach(alice, nullptr, {}, milliseconds{100});
  publish(State::False);
  publish(State::False);
  clock.advance(milliseconds{100});
  publish(State::False);  // comes before the turn that would have released the second
  hub.release_held();
  EXPECT_EQ(alice.take(), (Lines{line(1), line(3)}));
}

}  // namespace
}  // namespace subd::hub
