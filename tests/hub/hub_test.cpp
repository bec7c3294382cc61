#include "hub/hub.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "support/fake_clock.hpp"
#include "support/recording_subscriber.hpp"

namespace subd::hub {
namespace {

using std::chrono::milliseconds;
using test::RecordingSubscriber;
using test::ScriptedMarket;
using Lines = std::vector<std::string>;

constexpr wire::StreamId kNifty{1};
constexpr wire::StreamId kTcs{2};

class HubTest : public testing::Test {
 protected:
  Subscription& subscribe(RecordingSubscriber& who, Subscription* existing, std::vector<std::string> ids,
                          wire::StreamId stream = kNifty, milliseconds throttle = milliseconds{0}) {
    return hub.subscribe(who, existing, stream, stream == kNifty ? "NIFTY50" : "TCS", "1min", ids, 0, "1", throttle);
  }
  /// Subscribes and answers at once.
  Subscription& attach(RecordingSubscriber& who, std::vector<std::string> ids, wire::StreamId stream = kNifty,
                       milliseconds throttle = milliseconds{0}) {
    Subscription& subscription = subscribe(who, nullptr, std::move(ids), stream, throttle);
    hub.attached(market.answer());
    who.take();
    return subscription;
  }
  void publish(wire::StreamId stream = kNifty, bool closed = false) {
    const std::vector<wire::UpdatePtr> burst{market.update(stream, closed)};
    hub.publish(burst);
  }

  test::FakeClock clock;
  ScriptedMarket market;
  Hub hub{market, clock};
  RecordingSubscriber alice1;
  RecordingSubscriber alice2;
  RecordingSubscriber bob;
};

TEST_F(HubTest, GivesEachSubscriberItsOwnIndicatorsOnly) {
  attach(alice1, {"RSI", "MACD"});
  attach(alice2, {"SMA"});
  attach(bob, {});
  publish();
  EXPECT_EQ(alice1.take(), Lines{R"({"seq":1,"indicators":{"RSI":1,"MACD":1}})"});
  EXPECT_EQ(alice2.take(), Lines{R"({"seq":1,"indicators":{"SMA":1}})"});
  EXPECT_EQ(bob.take(), Lines{R"({"seq":1,"indicators":{}})"});
}

TEST_F(HubTest, GivesNothingOfAnotherStream) {
  attach(alice1, {"RSI"}, kNifty);
  attach(bob, {"RSI"}, kTcs);
  publish(kTcs);
  EXPECT_EQ(alice1.take(), Lines{});
  EXPECT_EQ(bob.take().size(), 1u);
}

TEST_F(HubTest, DeliversNothingBeforeTheSnapshot) {
  subscribe(alice1, nullptr, {"RSI"});
  publish();
  EXPECT_EQ(alice1.take(), Lines{});
  hub.attached(market.answer());
  publish();
  EXPECT_EQ(alice1.take(), (Lines{"attached 1: RSI @1", R"({"seq":2,"indicators":{"RSI":2}})"}));
}

TEST_F(HubTest, ReleasesATopicWithItsLastHolderOnly) {
  Subscription& one = attach(alice1, {"RSI", "SMA"});
  Subscription& two = attach(bob, {"RSI"});
  const std::vector<std::string> rsi{"RSI"};
  hub.remove_topics(one, rsi);
  EXPECT_TRUE(market.releases.empty());
  hub.remove_topics(two, rsi);
  ASSERT_EQ(market.releases.size(), 1u);
  EXPECT_EQ(market.releases[0].topics, rsi);
  EXPECT_FALSE(market.releases[0].whole_stream);
}

TEST_F(HubTest, ReleasesTheStreamWithItsLastSubscription) {
  Subscription& one = attach(alice1, {"RSI"});
  Subscription& two = attach(bob, {"RSI"});
  hub.close(one);
  EXPECT_TRUE(market.releases.empty());
  hub.close(two);
  ASSERT_EQ(market.releases.size(), 1u);
  EXPECT_TRUE(market.releases[0].whole_stream);
  EXPECT_EQ(market.releases[0].topics, Lines{"RSI"});
  EXPECT_EQ(hub.stream_count(), 0u);
}

TEST_F(HubTest, ClosingOneSubscriptionLeavesTheOthersDelivering) {
  Subscription& one = attach(alice1, {"RSI"});
  attach(alice2, {"SMA"});
  attach(bob, {"RSI"});
  hub.close(one);
  publish();
  EXPECT_EQ(alice1.take(), Lines{});
  EXPECT_EQ(alice2.take(), Lines{R"({"seq":1,"indicators":{"SMA":1}})"});
  EXPECT_EQ(bob.take(), Lines{R"({"seq":1,"indicators":{"RSI":1}})"});
}

TEST_F(HubTest, ARemovedIndicatorIsGoneFromTheNextUpdate) {
  Subscription& one = attach(alice1, {"RSI", "SMA"});
  hub.remove_topics(one, std::vector<std::string>{"RSI"});
  publish();
  EXPECT_EQ(alice1.take(), Lines{R"({"seq":1,"indicators":{"SMA":1}})"});
}

TEST_F(HubTest, ASlotGivenToAnotherIndicatorDoesNotReachTheOldView) {
  Subscription& one = attach(alice1, {"RSI", "SMA"});
  hub.remove_topics(one, std::vector<std::string>{"RSI"});
  attach(bob, {"EMA"});  // takes the slot that RSI had
  ASSERT_EQ(market.slot_of("EMA"), 0);
  publish();
  EXPECT_EQ(alice1.take(), Lines{R"({"seq":1,"indicators":{"SMA":1}})"});
  EXPECT_EQ(bob.take(), Lines{R"({"seq":1,"indicators":{"EMA":1}})"});
}

TEST_F(HubTest, ALateReplyDoesNotNameTheSlotOfATopicTakenAgain) {
  Subscription& one = attach(alice1, {"SMA"});
  subscribe(alice1, &one, {"RSI"});
  const AttachReply late = market.answer();                 // RSI in slot 1
  hub.remove_topics(one, std::vector<std::string>{"RSI"});  // released, slot 1 is free
  attach(bob, {"EMA"});                                     // EMA in slot 1
  Subscription& two = subscribe(alice2, nullptr, {"RSI"});
  hub.attached(late);
  hub.remove_topics(one, {});
  publish();
  EXPECT_EQ(alice1.take().back(), R"({"seq":1,"indicators":{"SMA":1}})");
  hub.attached(market.answer());
  alice2.take();
  publish();
  EXPECT_EQ(alice2.take(), Lines{R"({"seq":2,"indicators":{"RSI":2}})"});
  EXPECT_EQ(Hub::topic_ids(two), std::vector<std::string_view>{"RSI"});
}

TEST_F(HubTest, AnIndicatorUnderWayIsNotDeliveredBeforeItsReply) {
  attach(bob, {"RSI"});
  Subscription& one = attach(alice1, {"SMA", "EMA"});
  subscribe(alice1, &one, {"RSI"});  // its slot is known through Bob
  hub.remove_topics(one, std::vector<std::string>{"EMA"});
  publish();
  EXPECT_EQ(alice1.take(), Lines{R"({"seq":1,"indicators":{"SMA":1}})"});
}

TEST_F(HubTest, AReplyForASubscriptionThatLeftIsDropped) {
  Subscription& one = subscribe(alice1, nullptr, {"RSI"});
  const AttachReply reply = market.answer();
  hub.close(one);
  hub.attached(reply);
  EXPECT_EQ(alice1.take(), Lines{});
}

TEST_F(HubTest, ARefusedSubscriptionIsDestroyedAndLeavesOthersAlone) {
  attach(bob, {"RSI"});
  subscribe(alice1, nullptr, {"RSI", "SMA"});
  hub.attached(market.refuse("full"));
  EXPECT_EQ(alice1.take(), Lines{"refused 1: full (gone)"});
  publish();
  EXPECT_EQ(bob.take().size(), 1u);
  EXPECT_EQ(hub.counts().size(), 2u);  // the stream and RSI, both Bob's
}

TEST_F(HubTest, ARefusedAdditionLeavesTheSubscriptionAsItWas) {
  Subscription& one = attach(alice1, {"RSI"});
  subscribe(alice1, &one, {"SMA"});
  hub.attached(market.refuse("full"));
  EXPECT_EQ(alice1.take(), Lines{"refused 1: full"});
  publish();
  EXPECT_EQ(alice1.take(), Lines{R"({"seq":1,"indicators":{"RSI":1}})"});
}

TEST_F(HubTest, OneOfTwoRefusedRequestsDestroysOnlyWhenNoneIsLeft) {
  Subscription& one = subscribe(alice1, nullptr, {"RSI"});
  subscribe(alice1, &one, {"SMA"});
  hub.attached(market.refuse("full"));
  hub.attached(market.refuse("full"));
  EXPECT_EQ(alice1.take(), (Lines{"refused 1: full", "refused 1: full (gone)"}));
  EXPECT_EQ(hub.stream_count(), 0u);
}

TEST_F(HubTest, SubscribingTwiceIsIdempotent) {
  Subscription& one = attach(alice1, {"RSI"});
  subscribe(alice1, &one, {"RSI"});
  hub.attached(market.answer());
  EXPECT_EQ(alice1.take(), Lines{"attached 1: RSI @0"});
  const std::vector<std::string> rsi{"RSI"};
  hub.remove_topics(one, rsi);
  EXPECT_EQ(market.releases.size(), 1u);
}

TEST_F(HubTest, SessionsWithTheSameIndicatorsShareOneView) {
  Subscription& one = attach(alice1, {"RSI", "SMA"});
  Subscription& two = attach(bob, {"SMA", "RSI"});
  EXPECT_EQ(one.view, two.view);
}

TEST_F(HubTest, ThrottleKeepsTheNewestForItsTrailingEdge) {
  attach(alice1, {}, kNifty, milliseconds{250});
  publish();
  publish();
  publish();
  EXPECT_EQ(alice1.take(), Lines{R"({"seq":1,"indicators":{}})"});
  clock.advance(milliseconds{249});
  ASSERT_TRUE(hub.release_held().has_value());
  EXPECT_EQ(alice1.take(), Lines{});
  clock.advance(milliseconds{1});
  EXPECT_FALSE(hub.release_held().has_value());
  EXPECT_EQ(alice1.take(), Lines{R"({"seq":3,"indicators":{}})"});
}

TEST_F(HubTest, ThrottleNeverHoldsAClosedBarAndDropsTheFormingOneBeforeIt) {
  attach(alice1, {}, kNifty, milliseconds{250});
  publish();
  publish();
  publish(kNifty, true);
  EXPECT_EQ(alice1.take(), (Lines{R"({"seq":1,"indicators":{}})", R"({"seq":3,"indicators":{}})"}));
  clock.advance(milliseconds{500});
  EXPECT_FALSE(hub.release_held().has_value());
  EXPECT_EQ(alice1.take(), Lines{});
}

TEST_F(HubTest, AHeldUpdateIsNotOvertakenWhenTheThrottleIsTakenAway) {
  Subscription& one = attach(alice1, {}, kNifty, milliseconds{250});
  publish();
  publish();
  subscribe(alice1, &one, {});
  hub.attached(market.answer());
  alice1.take();
  publish();
  EXPECT_EQ(alice1.take(), Lines{});
  clock.advance(milliseconds{250});
  EXPECT_FALSE(hub.release_held().has_value());
  EXPECT_EQ(alice1.take(), Lines{R"({"seq":3,"indicators":{}})"});
  publish();
  publish();
  EXPECT_EQ(alice1.take(), (Lines{R"({"seq":4,"indicators":{}})", R"({"seq":5,"indicators":{}})"}));
}

TEST_F(HubTest, AHeldUpdateDoesNotOutliveItsSubscription) {
  Subscription& one = attach(alice1, {}, kNifty, milliseconds{250});
  publish();
  publish();
  alice1.take();
  hub.close(one);
  clock.advance(milliseconds{500});
  EXPECT_FALSE(hub.release_held().has_value());
  EXPECT_EQ(alice1.take(), Lines{});
}

TEST_F(HubTest, TellsEverySubscriptionThatTheUpstreamChanged) {
  attach(alice1, {});
  attach(bob, {}, kTcs);
  hub.upstream_changed({"stale", {}});
  EXPECT_EQ(alice1.take(), Lines{"upstream stale"});
  EXPECT_EQ(bob.take(), Lines{"upstream stale"});
}

}  // namespace
}  // namespace subd::hub
