#include "feed/kite_link.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>

#include "support/fake_clock.hpp"

namespace subd::feed {
namespace {

using namespace std::chrono_literals;
using Action = KiteLink::Action;

class KiteLinkTest : public testing::Test {
 protected:
  /// The first action that is due within `limit`; the clock stands where it came.
  Action next_action(std::chrono::milliseconds limit) {
    for (auto waited = 0ms; waited < limit; waited += 10ms) {
      if (const Action action = link.step(); action != Action::None) return action;
      clock.advance(10ms);
    }
    return Action::None;
  }
  void go_live() {
    ASSERT_EQ(next_action(70s), Action::Connect);
    link.opened();
    link.heard();
    ASSERT_EQ(link.state(), LinkState::Live);
  }
  /// How long after now it connects.
  std::chrono::milliseconds wait_for_connect() {
    const base::UtcTime before = clock.utc_now();
    EXPECT_EQ(next_action(120s), Action::Connect);
    return clock.utc_now() - before;
  }

  test::FakeClock clock;
  KiteLink link{clock, 1};
};

TEST_F(KiteLinkTest, AnIdleLinkDoesNothingUntilItIsNeeded) {
  EXPECT_EQ(link.state(), LinkState::Idle);
  EXPECT_EQ(next_action(100s), Action::None);
  link.enable();
  EXPECT_EQ(link.step(), Action::Connect);
  EXPECT_EQ(link.state(), LinkState::Connecting);
  EXPECT_FALSE(link.is_lost());
}

TEST_F(KiteLinkTest, IsLiveFromTheFirstMessageOn) {
  link.enable();
  ASSERT_EQ(link.step(), Action::Connect);
  link.opened();
  EXPECT_TRUE(link.is_open());
  EXPECT_EQ(link.state(), LinkState::Connecting);
  clock.advance(1s);
  link.heard();
  EXPECT_EQ(link.state(), LinkState::Live);
  EXPECT_EQ(link.since(), clock.utc_now());
  EXPECT_EQ(link.last_message(), clock.utc_now());
}

TEST_F(KiteLinkTest, MessagesEveryFewSecondsKeepItLive) {
  link.enable();
  go_live();
  for (int i = 0; i < 20; ++i) {
    EXPECT_EQ(next_action(4900ms), Action::None);
    EXPECT_EQ(link.state(), LinkState::Live);
    link.heard();
  }
}

TEST_F(KiteLinkTest, IsMuteAfterFiveSecondsOfSilenceAndLiveAgainWithAMessage) {
  link.enable();
  go_live();
  EXPECT_EQ(next_action(5010ms), Action::None);
  EXPECT_EQ(link.state(), LinkState::Mute);
  EXPECT_TRUE(link.is_open());
  EXPECT_FALSE(link.is_lost());
  link.heard();
  EXPECT_EQ(link.state(), LinkState::Live);
}

TEST_F(KiteLinkTest, IsCutAfterTenSecondsOfSilence) {
  link.enable();
  go_live();
  EXPECT_EQ(next_action(20s), Action::Cut);
  EXPECT_EQ(link.state(), LinkState::Backoff);
  EXPECT_TRUE(link.is_lost());
  EXPECT_EQ(link.why(), "connected, but silent for 10 s");
  EXPECT_EQ(clock.utc_now() - *link.last_message(), 10s);
}

TEST_F(KiteLinkTest, AConnectionThatNeverSaysAnythingIsMuteToo) {
  link.enable();
  ASSERT_EQ(link.step(), Action::Connect);
  link.opened();
  EXPECT_EQ(next_action(5010ms), Action::None);
  EXPECT_EQ(link.state(), LinkState::Mute);
  EXPECT_EQ(next_action(10s), Action::Cut);
}

TEST_F(KiteLinkTest, AConnectThatTakesTooLongIsCut) {
  link.enable();
  ASSERT_EQ(link.step(), Action::Connect);
  EXPECT_EQ(next_action(11s), Action::Cut);
  EXPECT_EQ(link.state(), LinkState::Backoff);
  EXPECT_EQ(link.why(), "not connected within 10 s");
}

TEST_F(KiteLinkTest, RefusalIsToldApartAndTriedAgainAfterAMinute) {
  for (const int status : {400, 401, 403}) {
    KiteLink other{clock, 1};
    other.enable();
    ASSERT_EQ(other.step(), Action::Connect);
    other.ended(status, "HTTP " + std::to_string(status));
    EXPECT_EQ(other.state(), LinkState::Refused);
    EXPECT_TRUE(other.is_lost());
    clock.advance(59'990ms);
    EXPECT_EQ(other.step(), Action::None);
    clock.advance(10ms);
    EXPECT_EQ(other.step(), Action::Connect);
  }
}

TEST_F(KiteLinkTest, NewCredentialsAreTriedAtOnce) {
  link.enable();
  ASSERT_EQ(link.step(), Action::Connect);
  link.ended(403, "HTTP 403");
  link.retry_refused();
  EXPECT_EQ(link.step(), Action::Connect);
}

TEST_F(KiteLinkTest, AnOverloadedServerIsNoRefusal) {
  link.enable();
  ASSERT_EQ(link.step(), Action::Connect);
  link.ended(503, "HTTP 503");
  EXPECT_EQ(link.state(), LinkState::Backoff);
}

TEST_F(KiteLinkTest, WaitsDoubleFromTwoSecondsToAMinute) {
  link.enable();
  ASSERT_EQ(link.step(), Action::Connect);
  auto least = 2000ms;
  for (int i = 0; i < 12; ++i) {
    link.ended(0, "connection refused");
    const auto waited = wait_for_connect();
    EXPECT_GE(waited, least);
    EXPECT_LE(waited, std::min<std::chrono::milliseconds>(least * 3 / 2 + 10ms, 60s));
    least = std::min<std::chrono::milliseconds>(least * 2, 60s);
  }
}

TEST_F(KiteLinkTest, LinksOfDifferentSeedsDoNotComeBackTogether) {
  std::set<std::chrono::milliseconds> waits;
  for (std::uint32_t seed = 1; seed <= 20; ++seed) {
    KiteLink other{clock, seed};
    other.enable();
    ASSERT_EQ(other.step(), Action::Connect);
    other.ended(0, "reset");
    waits.insert(std::chrono::duration_cast<std::chrono::milliseconds>(*other.due() - clock.mono_now()));
  }
  EXPECT_GT(waits.size(), 10U);
}

TEST_F(KiteLinkTest, OnlyAStableConnectionEndsTheDoubling) {
  link.enable();
  for (int i = 0; i < 4; ++i) {
    go_live();
    link.ended(0, "reset");  // a flap
  }
  EXPECT_GE(wait_for_connect(), 16s);
  link.opened();
  link.heard();
  for (int i = 0; i < 31; ++i) {
    clock.advance(1s);
    link.heard();
  }
  link.ended(0, "reset");
  EXPECT_LE(wait_for_connect(), 3100ms);
  EXPECT_EQ(link.reconnects(), 4U);
}

TEST_F(KiteLinkTest, ReportsOfAConnectionThatIsGoneChangeNothing) {
  link.enable();
  go_live();
  link.ended(0, "reset");
  link.opened();
  link.heard();
  link.ended(403, "HTTP 403");
  EXPECT_EQ(link.state(), LinkState::Backoff);
  EXPECT_EQ(link.why(), "reset");
}

}  // namespace
}  // namespace subd::feed
