#include "hub/signal_hub.hpp"

#include <gtest/gtest.h>

#include "support/fake_clock.hpp"
#include "support/scripted_signals.hpp"

namespace subd::hub {
namespace {

using test::kProfessional;
using test::kStarter;
using test::signal;
using Lines = std::vector<std::string>;

class RecordingSubscriber final : public SignalSubscriber {
 public:
  void attached(const SignalReply& reply) override {
    lines.push_back("attached " + reply.standing.tier);
    for (const wire::SignalPtr& one : reply.replay) lines.push_back(one->id);
  }
  void standing_changed(const SignalStanding& standing) override { lines.push_back("now " + standing.tier); }
  void offer(const wire::SignalPtr& one) noexcept override { lines.push_back(one->id); }
  Lines take() { return std::exchange(lines, {}); }
  Lines lines;
};

class SignalHubTest : public testing::Test {
 protected:
  SignalSubscription& join(RecordingSubscriber& subscriber, const std::string& user, const SignalStanding& standing) {
    SignalSubscription& subscription = hub.join(subscriber, user, "", "");
    hub.answered(link.answers(standing));
    subscriber.take();
    return subscription;
  }
  void publish(std::vector<wire::SignalPtr> burst) { hub.publish(burst); }

  test::FakeClock clock;
  test::ScriptedSignals link;
  SignalHub hub{link, clock, std::chrono::seconds{60}};
  RecordingSubscriber alice;
  RecordingSubscriber bob;
};

TEST_F(SignalHubTest, NothingComesBeforeTheReply) {
  static_cast<void>(hub.join(alice, "alice", "pro", "sig_1"));
  ASSERT_EQ(link.asks.size(), 1u);
  EXPECT_EQ(link.asks[0].tier_claim, "pro");
  EXPECT_EQ(link.asks[0].since, "sig_1");
  EXPECT_TRUE(link.asks[0].joins);
  publish({signal(2)});
  EXPECT_TRUE(alice.take().empty());
  hub.answered(link.answers(kProfessional, {signal(2), signal(3)}));
  publish({signal(4)});
  EXPECT_EQ(alice.take(), (Lines{"attached PROFESSIONAL", "sig_2", "sig_3", "sig_4"}));
}

TEST_F(SignalHubTest, PremiumSignalsAreForThoseWhoMaySeeThem) {
  join(alice, "alice", kStarter);
  join(bob, "bob", kProfessional);
  publish({signal(1), signal(2, true), signal(3)});
  EXPECT_EQ(alice.take(), (Lines{"sig_1", "sig_3"}));
  EXPECT_EQ(bob.take(), (Lines{"sig_1", "sig_2", "sig_3"}));
}

TEST_F(SignalHubTest, AChangedTierHoldsFromTheAnswerOn) {
  join(alice, "alice", kStarter);
  join(bob, "bob", kStarter);
  hub.recheck("alice");
  ASSERT_EQ(link.asks.size(), 1u);
  EXPECT_EQ(link.asks[0].user, "alice");
  EXPECT_FALSE(link.asks[0].joins);
  hub.answered(link.answers(kProfessional));
  publish({signal(1, true)});
  EXPECT_EQ(alice.take(), (Lines{"now PROFESSIONAL", "sig_1"}));
  EXPECT_TRUE(bob.take().empty());
}

TEST_F(SignalHubTest, ATierThatIsTheSameIsNoNews) {
  join(alice, "alice", kStarter);
  hub.recheck("alice");
  hub.answered(link.answers(kStarter));
  EXPECT_TRUE(alice.take().empty());
}

TEST_F(SignalHubTest, AllTiersAreAskedForTogetherWhenItIsTime) {
  join(alice, "alice", kStarter);
  join(bob, "bob", kStarter);
  hub.on_timer();
  hub.answered(link.answers(kStarter));
  link.calls = 0;
  hub.on_timer();
  EXPECT_EQ(link.calls, 0);
  clock.advance(std::chrono::seconds{60});
  hub.on_timer();
  EXPECT_EQ(link.calls, 1);
  EXPECT_EQ(link.asks.size(), 2u);
}

TEST_F(SignalHubTest, AStoreThatCannotBeAskedTakesNoTierAwayAndIsAskedAgainSoon) {
  join(alice, "alice", kProfessional);
  hub.on_timer();
  hub.answered(link.answers({"STARTER", false, false}));
  EXPECT_TRUE(alice.take().empty());
  clock.advance(SignalHub::kRetryInterval);
  hub.on_timer();
  EXPECT_EQ(link.asks.size(), 1u);
}

TEST_F(SignalHubTest, AReplyToOneWhoLeftGoesNowhere) {
  SignalSubscription& subscription = hub.join(alice, "alice", "", "");
  hub.leave(subscription);
  hub.answered(link.answers(kStarter));
  publish({signal(1)});
  EXPECT_TRUE(alice.take().empty());
  EXPECT_EQ(hub.size(), 0u);
}

TEST_F(SignalHubTest, WhoLeavesTakesNobodyAlong) {
  SignalSubscription& first = join(alice, "alice", kStarter);
  join(bob, "bob", kStarter);
  hub.leave(first);
  publish({signal(1)});
  EXPECT_TRUE(alice.take().empty());
  EXPECT_EQ(bob.take(), Lines{"sig_1"});
}

TEST_F(SignalHubTest, AnotherClaimIsAskedAboutAtOnce) {
  SignalSubscription& subscription = join(alice, "alice", kStarter);
  hub.claim_changed(subscription, "");
  EXPECT_TRUE(link.asks.empty());
  hub.claim_changed(subscription, "pro");
  ASSERT_EQ(link.asks.size(), 1u);
  EXPECT_EQ(link.asks[0].tier_claim, "pro");
}

TEST_F(SignalHubTest, OnlyTheAnswerToTheNewestQuestionCounts) {
  join(alice, "alice", kStarter);
  hub.recheck("alice");
  const auto older = link.answers(kProfessional);
  hub.recheck("alice");
  hub.answered(older);
  EXPECT_TRUE(alice.take().empty());
}

}  // namespace
}  // namespace subd::hub
