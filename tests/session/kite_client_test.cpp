#include "session/kite_client.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "base/time_text.hpp"
#include "support/client_outbox.hpp"
#include "support/fake_clock.hpp"
#include "support/fake_directory.hpp"
#include "support/recording_ticks.hpp"
#include "support/test_tokens.hpp"

namespace subd::session {
namespace {

using market::InstrumentId;
using std::chrono::milliseconds;
using Lines = std::vector<std::string>;

const std::string kBeat{"\0", 1};

struct Tab {
  Tab(TickContext& context, std::string id) : client{context, transport, std::move(id)} {}
  Lines take() { return test::take_messages(client.outbox()); }
  test::CountingTransport transport;
  KiteClient client;
};

class KiteClientTest : public testing::Test {
 protected:
  KiteClientTest() {
    limits.max_tokens = 2;
    limits.max_errors = 3;
  }

  std::unique_ptr<Tab> open(const std::string& id) {
    auto tab = std::make_unique<Tab>(context, id);
    tab->client.open({"alice", "", "", false, clock.utc_now() + std::chrono::hours{1}});
    EXPECT_EQ(tab->take(), Lines{});
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
  Lines sweep(Tab& tab, milliseconds by) {
    clock.advance(by);
    tab.client.on_timer();
    return tab.take();
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

TEST_F(KiteClientTest, AnInstrumentWithoutAModeIsTakenInModeQuote) {
  const auto tab = open("ws_1");
  EXPECT_EQ(ask(*tab, R"({"a":"subscribe","v":[1,2]})"), Lines{});
  EXPECT_EQ(market.take_calls(), (Lines{"1:pq", "2:pq"}));
  publish(1, 10);
  publish(3, 10);
  EXPECT_EQ(tab->take(), Lines{"quote1"});
}

TEST_F(KiteClientTest, PeopleAreToldWhenTheUpstreamRestsAndWhenItIsBack) {
  const auto tab = open("ws_1");
  ask(*tab, R"({"a":"subscribe","v":[1]})");
  hub.upstream_changed({"stale", clock.utc_now()});
  const std::string since = base::time_text(clock.utc_now());
  EXPECT_EQ(tab->take(), Lines{R"({"type":"message","data":"upstream stale since )" + since + "\"}"});
  EXPECT_EQ(ask(*tab, R"({"a":"subscribe","v":[2]})"),
            Lines{R"({"type":"message","data":"upstream stale since )" + since + "\"}"});
  hub.upstream_changed({"live", clock.utc_now()});
  EXPECT_EQ(tab->take(), Lines{R"({"type":"message","data":"upstream live since )" + since + "\"}"});
}

TEST_F(KiteClientTest, AModeChangesWhatIsTakenAndSubscribesWhatIsNot) {
  const auto tab = open("ws_1");
  ask(*tab, R"({"a":"subscribe","v":[1]})");
  ask(*tab, R"({"a":"mode","v":["full",[1,2]]})");
  publish(1, 10);
  publish(2, 10);
  EXPECT_EQ(tab->take(), (Lines{"full1", "full2"}));
  // Subscribing again keeps the mode; the newest ticks come again.
  EXPECT_EQ(ask(*tab, R"({"a":"subscribe","v":[1,2]})"), (Lines{"full2", "full2"}));
}

TEST_F(KiteClientTest, TheNewestTickComesRightAfterTheRequest) {
  publish(1, 100);
  const auto tab = open("ws_1");
  EXPECT_EQ(ask(*tab, R"({"a":"mode","v":["ltp",[1]]})"), Lines{"ltp1"});
  publish(1, 100);
  EXPECT_EQ(tab->take(), Lines{});
  publish(1, 101);
  EXPECT_EQ(tab->take(), Lines{"ltp3"});
}

TEST_F(KiteClientTest, UnknownTokensAreReportedAndTheOthersTaken) {
  const auto tab = open("ws_1");
  EXPECT_EQ(ask(*tab, R"({"a":"subscribe","v":[1,98,99,98]})"),
            Lines{R"({"type":"error","data":"unknown tokens, ignored: 98, 99"})"});
  EXPECT_EQ(market.take_calls(), Lines{"1:pq"});
}

TEST_F(KiteClientTest, ABadRequestIsAnErrorAndTooManyCloseTheConnection) {
  const auto tab = open("ws_1");
  for (int i = 0; i < 3; ++i) {
    const Lines lines = ask(*tab, R"({"a":"buy","v":[1]})");
    ASSERT_EQ(lines.size(), 1u);
    EXPECT_TRUE(test::contains(lines[0], R"({"type":"error","data":)")) << lines[0];
  }
  EXPECT_EQ(ask(*tab, "not JSON").back(), "close 4009");
}

TEST_F(KiteClientTest, MoreTokensThanAllowedChangeNothing) {
  const auto tab = open("ws_1");
  ask(*tab, R"({"a":"subscribe","v":[1]})");
  market.take_calls();
  const Lines lines = ask(*tab, R"({"a":"subscribe","v":[1,2,3]})");
  EXPECT_EQ(lines,
            Lines{R"({"type":"error","data":"at most 2 tokens per connection, this would be 3: nothing changed"})"});
  EXPECT_EQ(market.take_calls(), Lines{});
}

TEST_F(KiteClientTest, GivesUpWhatItUnsubscribes) {
  const auto tab = open("ws_1");
  ask(*tab, R"({"a":"subscribe","v":[1,2]})");
  market.take_calls();
  EXPECT_EQ(ask(*tab, R"({"a":"unsubscribe","v":[1,3]})"), Lines{});
  EXPECT_EQ(market.take_calls(), Lines{"1:"});
  tab->client.close(wire::close_reason::kNormal);
  EXPECT_EQ(market.take_calls(), Lines{"2:"});
}

TEST_F(KiteClientTest, ASilenceIsFilledWithHeartbeatsOfOneByte) {
  const auto tab = open("ws_1");
  EXPECT_EQ(sweep(*tab, milliseconds{200}), Lines{kBeat});
  EXPECT_EQ(sweep(*tab, milliseconds{1999}), Lines{});
  EXPECT_EQ(sweep(*tab, milliseconds{1}), Lines{kBeat});
  ask(*tab, R"({"a":"subscribe","v":[1]})");
  publish(1, 10);
  tab->take();
  EXPECT_EQ(sweep(*tab, milliseconds{2000}), Lines{});  // it has just spoken
  EXPECT_EQ(sweep(*tab, milliseconds{2000}), Lines{kBeat});
}

TEST_F(KiteClientTest, HeartbeatsDoNotPileUpBeforeAClientThatDoesNotRead) {
  const auto tab = open("ws_1");
  for (int i = 0; i < 5; ++i) {
    clock.advance(milliseconds{2000});
    tab->client.on_timer();
  }
  EXPECT_EQ(tab->take(), Lines{kBeat});
}

TEST_F(KiteClientTest, ReportsItsKindAndTokens) {
  const auto tab = open("ws_1");
  ask(*tab, R"({"a":"mode","v":["full",[2]]})");
  const ClientReport report = tab->client.report();
  EXPECT_EQ(client_kind_name(report.kind), "kite");
  ASSERT_EQ(report.ticks.size(), 1u);
  EXPECT_EQ(report.ticks[0].symbol, "TCS");
}

}  // namespace
}  // namespace subd::session
