#include "session/tick_client.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "support/client_outbox.hpp"
#include "support/fake_clock.hpp"
#include "support/fake_directory.hpp"
#include "support/recording_ticks.hpp"
#include "support/test_tokens.hpp"

namespace subd::session {
namespace {

using market::InstrumentId;
using std::chrono::milliseconds;
using test::contains;
using Lines = std::vector<std::string>;

struct Tab {
  Tab(TickContext& context, std::string id) : client{context, transport, std::move(id)} {}
  Lines take() { return test::take_messages(client.outbox()); }
  test::CountingTransport transport;
  TickClient client;
};

class TickClientTest : public testing::Test {
 protected:
  TickClientTest() { limits.max_tokens = 2; }

  std::unique_ptr<Tab> open(const std::string& id) {
    auto tab = std::make_unique<Tab>(context, id);
    tab->client.open({"alice", "claim", "", false, clock.utc_now() + std::chrono::hours{1}});
    tab->take();
    return tab;
  }
  Lines ask(Tab& tab, const std::string& text) {
    tab.client.on_text(text);
    while (!market.requests.empty()) hub.attached(market.answer());
    return tab.take();
  }
  void publish(std::uint32_t token, double price) {
    const std::vector<wire::TickPtr> burst{market.tick(InstrumentId{token}, price)};
    hub.publish(burst);
  }

  test::FakeClock clock;
  test::ScriptedTicks market;
  hub::TickHub hub{market, clock};
  test::FakeDirectory directory;
  auth::JwtVerifier verifier = test::test_verifier();
  Limits limits;
  ClientContext clients{verifier, clock, limits, {}};
  TickContext context{clients, hub, directory};
};

TEST_F(TickClientTest, IntroducesItselfWithItsLimits) {
  Tab tab{context, "ws_1"};
  tab.client.open({"alice", "", "", false, clock.utc_now() + std::chrono::hours{1}});
  EXPECT_EQ(tab.take(),
            Lines{R"({"type":"connected","protocol":1,"ws_conn_id":"ws_1","user_id":"alice","session_id":null,)"
                  R"("heartbeat_interval_ms":20000,"limits":{"tokens":2,"message_bytes":65536}})"});
}

TEST_F(TickClientTest, SubscribesByTokenAndSymbolAndGetsThoseTicksOnly) {
  const auto tab = open("ws_1");
  const Lines replies = ask(*tab, R"({"type":"subscribe","id":1,"tokens":[1],"symbols":["TCS"],"mode":"ltp"})");
  EXPECT_EQ(replies, Lines{R"({"type":"subscribed","id":1,"ws_conn_id":"ws_1","instruments":[)"
                           R"({"token":1,"symbol":"NIFTY50","mode":"ltp","throttle_ms":0},)"
                           R"({"token":2,"symbol":"TCS","mode":"ltp","throttle_ms":0}]})"});
  publish(3, 10);
  publish(2, 20);
  const Lines ticks = tab->take();
  ASSERT_EQ(ticks.size(), 1u);
  EXPECT_TRUE(contains(ticks[0], R"({"type":"tick","token":2,)")) << ticks[0];
}

TEST_F(TickClientTest, TheNewestTickFollowsTheReply) {
  publish(1, 100);
  const auto tab = open("ws_1");
  const Lines replies = ask(*tab, R"({"type":"subscribe","tokens":[1]})");
  ASSERT_EQ(replies.size(), 2u);
  EXPECT_TRUE(contains(replies[0], R"("type":"subscribed")"));
  EXPECT_TRUE(contains(replies[1], R"("mode":"quote","seq":1,)")) << replies[1];
}

TEST_F(TickClientTest, ANewFilterTouchesOnlyTheDifference) {
  const auto tab = open("ws_1");
  ask(*tab, R"({"type":"subscribe","tokens":[1,2],"mode":"full"})");
  market.take_calls();
  const Lines replies = ask(*tab, R"({"type":"update_filter","id":2,"tokens":[2,3]})");
  EXPECT_EQ(replies, Lines{R"({"type":"filter_updated","id":2,"ws_conn_id":"ws_1","instruments":[)"
                           R"({"token":2,"symbol":"TCS","mode":"full","throttle_ms":0},)"
                           R"({"token":3,"symbol":"INFY","mode":"quote","throttle_ms":0}]})"});
  EXPECT_EQ(market.take_calls(), (Lines{"1:", "3:jq"}));
  publish(1, 10);
  EXPECT_EQ(tab->take(), Lines{});
}

TEST_F(TickClientTest, TheSameFilterAgainTouchesNothing) {
  const auto tab = open("ws_1");
  ask(*tab, R"({"type":"subscribe","tokens":[1,2],"mode":"ltp"})");
  publish(1, 5);
  tab->take();
  market.take_calls();
  EXPECT_EQ(ask(*tab, R"({"type":"update_filter","tokens":[1,2]})").size(), 1u);
  EXPECT_EQ(market.take_calls(), Lines{});
  EXPECT_EQ(ask(*tab, R"({"type":"update_filter","tokens":[]})").size(), 1u);
  EXPECT_EQ(market.take_calls(), (Lines{"1:", "2:"}));
}

TEST_F(TickClientTest, OneClientsFilterLeavesTheOthersAlone) {
  const auto alice = open("ws_1");
  const auto bob = open("ws_2");
  ask(*alice, R"({"type":"subscribe","tokens":[1,2]})");
  ask(*bob, R"({"type":"subscribe","tokens":[1]})");
  market.take_calls();
  ask(*alice, R"({"type":"update_filter","tokens":[3]})");
  EXPECT_EQ(market.take_calls(), (Lines{"2:", "3:jq"}));
  alice->client.close(wire::close_reason::kNormal);
  EXPECT_EQ(market.take_calls(), Lines{"3:"});
  publish(1, 5);
  EXPECT_EQ(bob->take().size(), 1u);
}

TEST_F(TickClientTest, ARequestWithAnUnknownInstrumentChangesNothing) {
  const auto tab = open("ws_1");
  const Lines replies = ask(*tab, R"({"type":"subscribe","id":1,"tokens":[1,99]})");
  ASSERT_EQ(replies.size(), 1u);
  EXPECT_TRUE(contains(replies[0], R"("code":"unknown_symbol")")) << replies[0];
  EXPECT_TRUE(contains(replies[0], R"("detail":{"field":"tokens[1]"})")) << replies[0];
  EXPECT_EQ(market.take_calls(), Lines{});
}

TEST_F(TickClientTest, MoreTokensThanAllowedAreRefused) {
  const auto tab = open("ws_1");
  ask(*tab, R"({"type":"subscribe","tokens":[1,2]})");
  const Lines replies = ask(*tab, R"({"type":"subscribe","tokens":[2,3]})");
  EXPECT_TRUE(contains(replies.at(0), R"("code":"limit_exceeded")")) << replies[0];
  EXPECT_TRUE(contains(replies.at(0), R"("detail":{"field":"tokens","maximum":2})")) << replies[0];
  EXPECT_TRUE(contains(ask(*tab, R"({"type":"update_filter","tokens":[3]})").at(0), "filter_updated"));
  EXPECT_TRUE(contains(ask(*tab, R"({"type":"update_filter","tokens":[1,2,3]})").at(0), "limit_exceeded"));
}

TEST_F(TickClientTest, UnsubscribesSomeOrEverything) {
  const auto tab = open("ws_1");
  ask(*tab, R"({"type":"subscribe","tokens":[1,2]})");
  EXPECT_TRUE(contains(ask(*tab, R"({"type":"unsubscribe","tokens":[1,3]})").at(0), R"("code":"not_subscribed")"));
  EXPECT_EQ(ask(*tab, R"({"type":"unsubscribe","symbols":["NIFTY50"]})"),
            Lines{R"({"type":"unsubscribed","ws_conn_id":"ws_1","instruments":[)"
                  R"({"token":2,"symbol":"TCS","mode":"quote","throttle_ms":0}]})"});
  EXPECT_EQ(ask(*tab, R"({"type":"unsubscribe","id":9})"),
            Lines{R"({"type":"unsubscribed","id":9,"ws_conn_id":"ws_1","instruments":[]})"});
  EXPECT_EQ(hub.subscription_count(), 0u);
}

TEST_F(TickClientTest, AThrottledClientGetsTheNewestInTheEnd) {
  const auto tab = open("ws_1");
  ask(*tab, R"({"type":"subscribe","tokens":[1],"mode":"ltp","throttle_ms":100})");
  publish(1, 1);
  publish(1, 2);
  publish(1, 3);
  EXPECT_EQ(tab->take().size(), 1u);
  clock.advance(milliseconds{100});
  hub.release_held();
  EXPECT_TRUE(contains(tab->take().at(0), R"("last_price":3)"));
}

TEST_F(TickClientTest, ASlowClientsTicksAreConflated) {
  const auto tab = open("ws_1");
  ask(*tab, R"({"type":"subscribe","tokens":[1,2],"mode":"ltp"})");
  for (int i = 1; i <= 100; ++i) publish(1, i);
  publish(2, 7);
  const Lines ticks = tab->take();
  ASSERT_EQ(ticks.size(), 2u);
  EXPECT_TRUE(contains(ticks[0], R"("last_price":100)"));
  EXPECT_EQ(clients.counters.conflated, 99u);
}

TEST_F(TickClientTest, NothingButATokenIsHeardBeforeAuthentication) {
  Tab tab{context, "ws_1"};
  tab.client.open_unauthenticated();
  EXPECT_TRUE(contains(ask(tab, R"({"type":"subscribe","tokens":[1]})").at(0), "unauthorized"));
  const std::string token = test::test_token("alice", clock.utc_now());
  EXPECT_TRUE(contains(ask(tab, R"({"type":"auth","token":")" + token + "\"}").at(0), R"("type":"connected")"));
  EXPECT_TRUE(contains(ask(tab, R"({"type":"heartbeat","id":1})").at(0), "heartbeat_ack"));
}

TEST_F(TickClientTest, TellsOfAnUpstreamThatIsNotLive) {
  const auto tab = open("ws_1");
  hub.upstream_changed({"stale", clock.utc_now()});
  EXPECT_TRUE(contains(tab->take().at(0), R"({"type":"status","upstream":"stale","since":)"));
  EXPECT_TRUE(contains(ask(*tab, R"({"type":"subscribe","tokens":[1]})").at(1), R"("upstream":"stale")"));
}

TEST_F(TickClientTest, ReportsWhatItTakes) {
  const auto tab = open("ws_1");
  ask(*tab, R"({"type":"subscribe","tokens":[2],"mode":"full","throttle_ms":5})");
  const ClientReport report = tab->client.report();
  EXPECT_EQ(report.kind, ClientKind::Ticks);
  ASSERT_EQ(report.ticks.size(), 1u);
  EXPECT_EQ(report.ticks[0].token, 2u);
  EXPECT_EQ(report.ticks[0].symbol, "TCS");
  EXPECT_EQ(report.ticks[0].throttle, milliseconds{5});
}

TEST_F(TickClientTest, BytesAreRefused) {
  const auto tab = open("ws_1");
  tab->client.on_binary("x");
  EXPECT_EQ(tab->take(), Lines{"close 1003"});
}

}  // namespace
}  // namespace subd::session
