#include "session/parking.hpp"

#include <gtest/gtest.h>

#include <memory>
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

class ParkingTest : public testing::Test {
 protected:
  ParkingTest() {
    limits.max_parked = 4;
    limits.max_parked_per_user = 2;
  }

  /// Parks a session that takes a stream; its resume token.
  std::string park(const std::string& id, const std::string& user, seconds ttl = seconds{3600}) {
    auto session = std::make_unique<Session>(context, transport, id);
    session->open({user, "", "", false, clock.utc_now() + ttl});
    session->on_text(R"({"type":"subscribe","symbol":"NIFTY50","timeframe":"1min"})");
    while (!market.requests.empty()) hub.attached(market.answer());
    std::string token{session->resume_token()};
    session->park(parking.nowhere());
    parking.park(std::move(session));
    return token;
  }
  std::uint32_t subscribers() {
    const auto counts = hub.counts();
    return counts.empty() ? 0 : counts[0].subscribers;
  }

  test::FakeClock clock;
  test::ScriptedMarket market;
  hub::Hub hub{market, clock};
  test::FakeDirectory directory;
  auth::JwtVerifier verifier = test::test_verifier();
  Limits limits;
  ClientContext clients{verifier, clock, limits, {}};
  SessionContext context{clients, hub, directory};
  test::CountingTransport transport;
  Parking parking{clients};
};

TEST_F(ParkingTest, GivesBackWhoIsAskedForByItsToken) {
  const std::string one = park("ws_1", "alice");
  const std::string two = park("ws_2", "bob");
  EXPECT_EQ(parking.find_token("no token"), nullptr);
  ASSERT_NE(parking.find_token(two), nullptr);
  EXPECT_EQ(parking.take(two)->id(), "ws_2");
  EXPECT_EQ(parking.find_token(two), nullptr);
  EXPECT_NE(parking.find_token(one), nullptr);
  EXPECT_EQ(parking.size(), 1u);
  EXPECT_EQ(subscribers(), 1u) << "who is taken and dropped gives its streams up";
}

TEST_F(ParkingTest, EndsWhoseWindowIsOver) {
  park("ws_1", "alice");
  clock.advance(seconds{10});
  const std::string two = park("ws_2", "alice");
  clock.advance(limits.resume_window - seconds{10});
  parking.on_timer();
  EXPECT_EQ(parking.size(), 1u);
  EXPECT_NE(parking.find_token(two), nullptr);
  EXPECT_EQ(subscribers(), 1u);
  clock.advance(seconds{10});
  parking.on_timer();
  EXPECT_EQ(parking.size(), 0u);
  EXPECT_EQ(hub.stream_count(), 0u);
  EXPECT_EQ(parking.counters().parked, 2u);
  EXPECT_EQ(parking.counters().ended.at("window"), 2u);
}

TEST_F(ParkingTest, TheOldestOfAUserGoesForTheNewest) {
  const std::string first = park("ws_1", "alice");
  park("ws_2", "bob");
  park("ws_3", "alice");
  park("ws_4", "alice");
  EXPECT_EQ(parking.find_token(first), nullptr);
  EXPECT_EQ(parking.size(), 3u);
  EXPECT_EQ(parking.counters().ended.at("limit"), 1u);
  EXPECT_EQ(subscribers(), 3u);
}

TEST_F(ParkingTest, TheOldestOfAllGoesForTheNewest) {
  const std::string first = park("ws_1", "alice");
  for (const char* user : {"bob", "carol", "dave", "erin"}) park(std::string{"ws_"} + user, user);
  EXPECT_EQ(parking.find_token(first), nullptr);
  EXPECT_EQ(parking.size(), 4u);
}

TEST_F(ParkingTest, EndsWhoseTokenExpires) {
  limits.resume_window = seconds{3600};
  park("ws_1", "alice", seconds{5});
  clock.advance(seconds{5} + limits.expiry_leeway - milliseconds{1});
  parking.on_timer();
  EXPECT_EQ(parking.size(), 1u);
  clock.advance(milliseconds{1});
  parking.on_timer();
  EXPECT_EQ(parking.size(), 0u);
}

TEST_F(ParkingTest, EndsWhoIsNoLongerLetIn) {
  park("ws_1", "alice");
  const std::string bobs = park("ws_2", "bob");
  parking.close_if([](const auth::Principal& principal) { return principal.user_id == "alice"; });
  EXPECT_EQ(parking.size(), 1u);
  EXPECT_NE(parking.find_token(bobs), nullptr);
  EXPECT_EQ(parking.counters().ended.at("unauthorized"), 1u);
}

TEST_F(ParkingTest, WhatAnOperatorClosesIsGone) {
  const std::string token = park("ws_1", "alice");
  ASSERT_NE(parking.find("ws_1"), nullptr);
  parking.find("ws_1")->close(wire::close_reason::kClosedByOperator);
  EXPECT_EQ(parking.find_token(token), nullptr);
  EXPECT_EQ(parking.find("ws_1"), nullptr);
  EXPECT_TRUE(parking.reports().empty());
  EXPECT_EQ(hub.stream_count(), 0u);
  parking.on_timer();
  EXPECT_EQ(parking.size(), 0u);
  EXPECT_EQ(parking.counters().ended.at("closed by operator"), 1u);
}

TEST_F(ParkingTest, ReportsHowLongEachStillWaits) {
  park("ws_1", "alice");
  clock.advance(seconds{12});
  const auto reports = parking.reports();
  ASSERT_EQ(reports.size(), 1u);
  EXPECT_EQ(reports[0].client.id, "ws_1");
  EXPECT_EQ(reports[0].client.streams.size(), 1u);
  EXPECT_EQ(reports[0].left, seconds{18});
}

}  // namespace
}  // namespace subd::session
