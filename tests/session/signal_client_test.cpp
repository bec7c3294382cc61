#include "session/signal_client.hpp"

#include <gtest/gtest.h>

#include <array>

#include "support/client_outbox.hpp"
#include "support/fake_clock.hpp"
#include "support/scripted_signals.hpp"
#include "support/test_tokens.hpp"

namespace subd::session {
namespace {

using test::contains;
using test::kProfessional;
using test::kStarter;
using test::signal;
using Lines = std::vector<std::string>;

class SignalClientTest : public testing::Test {
 protected:
  auth::Principal alice() {
    auth::Principal out;
    out.user_id = "alice";
    out.expires_at = clock.utc_now() + std::chrono::hours{1};
    return out;
  }
  void open(const hub::SignalStanding& standing) {
    client.open(alice());
    hub.answered(link.answers(standing));
    take();
  }
  Lines take() { return test::take_messages(client.outbox()); }
  void publish(std::vector<wire::SignalPtr> burst) { hub.publish(burst); }

  test::FakeClock clock;
  test::ScriptedSignals link;
  hub::SignalHub hub{link, clock, std::chrono::seconds{60}};
  auth::JwtVerifier verifier = test::test_verifier();
  Limits limits;
  ClientContext clients{verifier, clock, limits, {}};
  SignalContext context{clients, hub};
  test::CountingTransport transport;
  SignalClient client{context, transport, "ws_1", "sig_1"};
};

TEST_F(SignalClientTest, IntroducesItselfThenReplaysThenGoesLive) {
  client.open(alice());
  EXPECT_TRUE(take().empty());
  EXPECT_EQ(link.asks.at(0).since, "sig_1");
  auto replies = link.answers(kProfessional, {signal(2)});
  replies[0].last_id = "sig_2";
  hub.answered(replies);
  publish({signal(3)});
  EXPECT_EQ(take(),
            (Lines{R"({"type":"connected","protocol":1,"ws_conn_id":"ws_1","user_id":"alice","session_id":null,)"
                   R"("heartbeat_interval_ms":20000,"tier":"PROFESSIONAL","premium":true,"last_id":"sig_2",)"
                   R"("replayed":1,"limits":{"message_bytes":65536}})",
                   R"({"type":"signal","id":"sig_2"})", R"({"type":"signal","id":"sig_3"})"}));
}

TEST_F(SignalClientTest, SaysWhyThereIsNoReplay) {
  client.open(alice());
  auto replies = link.answers(kStarter);
  replies[0].error = wire::Error{wire::ErrorCode::BadParams, "since: no signal sig_1", {}};
  hub.answered(replies);
  const Lines lines = take();
  ASSERT_EQ(lines.size(), 2u);
  EXPECT_TRUE(contains(lines[1], R"("code":"bad_params","message":"since: no signal sig_1")")) << lines[1];
}

TEST_F(SignalClientTest, TellsOfAnotherTier) {
  open(kStarter);
  hub.recheck("alice");
  hub.answered(link.answers(kProfessional));
  EXPECT_EQ(take(), Lines{R"({"type":"tier","tier":"PROFESSIONAL","premium":true})"});
}

TEST_F(SignalClientTest, AnswersHeartbeatsAndRefusesEverythingElse) {
  open(kStarter);
  client.on_text(R"({"type":"heartbeat","id":1})");
  client.on_text(R"({"type":"subscribe","id":2})");
  const Lines lines = take();
  ASSERT_EQ(lines.size(), 2u);
  EXPECT_TRUE(contains(lines[0], R"("type":"heartbeat_ack","id":1)"));
  EXPECT_TRUE(contains(lines[1], R"(type must be one of heartbeat, auth, got )")) << lines[1];
}

TEST_F(SignalClientTest, ATokenWithAnotherTierIsAskedAbout) {
  open(kStarter);
  auth::Claims claims;
  claims.user_id = "alice";
  claims.tier = "pro";
  const std::string token = auth::JwtIssuer{test::kSecret}.issue(claims, clock.utc_now(), std::chrono::hours{1});
  client.on_text(R"({"type":"auth","token":")" + token + "\"}");
  ASSERT_EQ(link.asks.size(), 1u);
  EXPECT_EQ(link.asks[0].tier_claim, "pro");
}

TEST_F(SignalClientTest, ARevokedTokenRenewsNothing) {
  open(kStarter);
  const std::array revocations{auth::Revocation{auth::RevokedBy::User, "alice", clock.utc_now()}};
  clients.revoked = std::make_shared<const auth::RevocationSet>(revocations);
  client.on_text(R"({"type":"auth","token":")" + test::test_token("alice", clock.utc_now()) + "\"}");
  const Lines lines = take();
  ASSERT_EQ(lines.size(), 1u);
  EXPECT_TRUE(contains(lines[0], R"("code":"unauthorized","message":"the token was revoked)")) << lines[0];
}

TEST_F(SignalClientTest, AClosedOneTakesNothingMore) {
  open(kStarter);
  client.close(wire::close_reason::kUnauthorized);
  EXPECT_EQ(hub.size(), 0u);
  publish({signal(2)});
  EXPECT_EQ(take(), Lines{"close 4001"});
}

TEST_F(SignalClientTest, OneWhoDoesNotReadIsNoQueueWithoutEnd) {
  open(kStarter);
  limits.outbox_hard_bytes = 1;
  SignalClient small{context, transport, "ws_2", ""};
  small.open(alice());
  hub.answered(link.answers(kStarter));
  ASSERT_TRUE(small.closing_reason());
  EXPECT_EQ(small.closing_reason()->code, wire::close_reason::kSlowConsumer.code);
}

TEST_F(SignalClientTest, TwoOfThemShareTheBytesOfASignal) {
  open(kStarter);
  SignalClient other{context, transport, "ws_2", ""};
  other.open(alice());
  hub.answered(link.answers(kStarter));
  test::take_messages(other.outbox());
  const wire::SignalPtr shared = signal(2);
  publish({shared});
  EXPECT_EQ(shared.use_count(), 3);
}

}  // namespace
}  // namespace subd::session
