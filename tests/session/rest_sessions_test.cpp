#include "session/rest_sessions.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "support/client_outbox.hpp"
#include "support/fake_clock.hpp"
#include "support/fake_directory.hpp"
#include "support/recording_subscriber.hpp"

namespace subd::session {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using test::contains;
using Action = RestRequest::Action;
using Answer = std::optional<base::Result<std::string, RestError>>;

/// Writes down what is kept; holds back that it is done until the test says so.
class RecordingLedger final : public RestLedger {
 public:
  void keep(RestRecord record, std::function<void()> done) override {
    records.push_back(std::move(record));
    if (done) waiting.push_back(std::move(done));
  }
  void commit() {
    for (const auto& done : std::exchange(waiting, {})) done();
  }

  std::vector<RestRecord> records;
  std::vector<std::function<void()>> waiting;
};

class RestSessionsTest : public testing::Test {
 protected:
  RestSessionsTest() {
    limits.max_streams = 2;
    limits.rest_ttl = minutes{15};
    limits.rest_sessions_per_user = 2;
    sessions.keep_in(ledger);
  }

  /// What the request is answered as far as it is yet.
  std::shared_ptr<Answer> ask(RestRequest request) {
    auto answer = std::make_shared<Answer>();
    sessions.handle(request, [answer](base::Result<std::string, RestError> outcome) {
      EXPECT_FALSE(answer->has_value()) << "answered twice";
      answer->emplace(std::move(outcome));
    });
    return answer;
  }
  void serve() {
    while (!market.requests.empty()) hub.attached(market.answer());
    ledger.commit();
  }
  /// The answer once the market and the ledger have said what they have to say.
  base::Result<std::string, RestError> served(RestRequest request) {
    const auto answer = ask(std::move(request));
    serve();
    if (!answer->has_value()) return RestError{0, "unanswered", "", "", 0};
    return **answer;
  }
  static RestRequest subscribe(RestKey key, const std::string& symbol, const std::string& more = {}) {
    return {std::move(key), Action::Subscribe, R"({"symbol":")" + symbol + R"(","timeframe":"1min")" + more + "}"};
  }
  static RestRequest unsubscribe(RestKey key, std::string body) {
    return {std::move(key), Action::Unsubscribe, std::move(body)};
  }
  static RestRequest read(RestKey key, std::string symbol) {
    return {std::move(key), Action::Read, {}, std::move(symbol), "1min"};
  }
  static std::string code_of(const base::Result<std::string, RestError>& answer) {
    return answer ? "answered " + *answer : std::string{answer.error().code};
  }

  const RestKey kTab{"alice", "tab1"};
  const std::string kRsi = R"(,"indicators":["RSI"])";
  test::FakeClock clock;
  test::ScriptedMarket market;
  hub::Hub hub{market, clock};
  test::FakeDirectory directory;
  Limits limits;
  RecordingLedger ledger;
  RestSessions sessions{{hub, directory, limits, clock}};
};

TEST_F(RestSessionsTest, ASubscribeIsAnsweredAsOverWebSocketButForTheSession) {
  const auto answer = served(subscribe(kTab, "NIFTY50", kRsi + R"(,"id":7)"));
  ASSERT_TRUE(answer);
  EXPECT_EQ(*answer,
            R"({"type":"subscribed","id":7,"session_id":"rest_alice_tab1","symbol":"NIFTY50","timeframe":"1min",)"
            R"("indicators":["RSI"],"streams":[{"symbol":"NIFTY50","timeframe":"1min","indicators":["RSI"]}]})");
}

TEST_F(RestSessionsTest, NothingIsSaidToBeSubscribedBeforeItIsKept) {
  const auto answer = ask(subscribe(kTab, "NIFTY50", kRsi));
  EXPECT_FALSE(answer->has_value());
  hub.attached(market.answer());
  EXPECT_FALSE(answer->has_value());
  ASSERT_EQ(ledger.records.size(), 1u);
  EXPECT_EQ(ledger.records[0].streams, (std::vector<RestStream>{{"NIFTY50", "1min", {"RSI"}}}));
  ledger.commit();
  EXPECT_TRUE(answer->has_value() && **answer);
}

TEST_F(RestSessionsTest, AReadHasTheNewestStateWithTheSessionsIndicatorsAlone) {
  ASSERT_TRUE(served(subscribe(kTab, "NIFTY50", kRsi)));
  ASSERT_TRUE(served(subscribe({"bob", "tab1"}, "NIFTY50", R"(,"indicators":["SMA"])")));
  market.seq = 41;
  const auto answer = served(read(kTab, "NIFTY50"));
  ASSERT_TRUE(answer);
  EXPECT_TRUE(contains(*answer, R"("type":"snapshot")")) << *answer;
  EXPECT_TRUE(contains(*answer, R"("seq":41)")) << *answer;
  EXPECT_TRUE(contains(*answer, R"("RSI":)")) << *answer;
  EXPECT_FALSE(contains(*answer, "SMA")) << *answer;
}

TEST_F(RestSessionsTest, WhatIsNotSubscribedCannotBeRead) {
  EXPECT_EQ(code_of(served(read(kTab, "NIFTY50"))), "no_subscription");
  ASSERT_TRUE(served(subscribe(kTab, "TCS")));
  const auto refused = served(read(kTab, "NIFTY50"));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().status, 404u);
  EXPECT_EQ(refused.error().message, "No active subscription for this session");
  EXPECT_EQ(code_of(served(read(kTab, "NOTHING"))), "unknown_symbol");
}

TEST_F(RestSessionsTest, AnotherUsersIdIsAnotherSession) {
  ASSERT_TRUE(served(subscribe(kTab, "NIFTY50", kRsi)));
  const RestKey thief{"mallory", "tab1"};
  EXPECT_EQ(code_of(served(read(thief, "NIFTY50"))), "no_subscription");
  EXPECT_EQ(code_of(served(unsubscribe(thief, "{}"))), "no_subscription");
  EXPECT_TRUE(served(read(kTab, "NIFTY50")));
}

TEST_F(RestSessionsTest, NamesThatReadTheSameAreNotTheSame) {
  const RestKey one{"a_b", "c"};
  const RestKey other{"a", "b_c"};
  EXPECT_EQ(one.name(), other.name());
  ASSERT_TRUE(served(subscribe(one, "NIFTY50")));
  EXPECT_EQ(code_of(served(read(other, "NIFTY50"))), "no_subscription");
}

TEST_F(RestSessionsTest, UnsubscribeTakesIndicatorsAStreamOrEverything) {
  ASSERT_TRUE(served(subscribe(kTab, "NIFTY50", R"(,"indicators":["RSI","SMA"])")));
  ASSERT_TRUE(served(subscribe(kTab, "TCS")));
  const auto less =
      served(unsubscribe(kTab, R"({"symbol":"NIFTY50","timeframe":"1min","indicators":["RSI"],"id":"x"})"));
  ASSERT_TRUE(less);
  EXPECT_TRUE(
      contains(*less, R"({"type":"unsubscribed","id":"x","symbol":"NIFTY50","timeframe":"1min","indicators":["SMA"])"))
      << *less;
  EXPECT_EQ(code_of(served(unsubscribe(kTab, R"({"symbol":"INFY","timeframe":"1min"})"))), "not_subscribed");
  ASSERT_TRUE(served(unsubscribe(kTab, "{}")));
  EXPECT_EQ(sessions.size(), 0u);
  EXPECT_TRUE(ledger.records.back().streams.empty());
  EXPECT_EQ(hub.stream_count(), 0u) << "the computations are given up";
}

TEST_F(RestSessionsTest, WhatIsRefusedLeavesNoSessionBehind) {
  EXPECT_EQ(code_of(served(subscribe(kTab, "NOTHING"))), "unknown_symbol");
  EXPECT_EQ(code_of(served(subscribe(kTab, "TCS", R"(,"indicators":["bad"])"))), "unknown_indicator");
  EXPECT_EQ(code_of(served({kTab, Action::Subscribe, "{"})), "bad_json");
  EXPECT_EQ(code_of(served({kTab, Action::Subscribe, "[]"})), "bad_request");
  EXPECT_EQ(code_of(served(subscribe(kTab, "TCS", R"(,"when":"close > 1")"))), "bad_request");
  EXPECT_EQ(sessions.size(), 0u);
  EXPECT_TRUE(ledger.records.empty());
}

TEST_F(RestSessionsTest, ARefusalOfTheMarketEndsASessionThatHasNothingElse) {
  const auto answer = ask(subscribe(kTab, "NIFTY50"));
  hub.attached(market.refuse("too many streams"));
  ASSERT_TRUE(answer->has_value());
  EXPECT_EQ(code_of(**answer), "limit_exceeded");
  EXPECT_EQ((*answer)->error().status, 429u);
  EXPECT_GT((*answer)->error().retry_after_seconds, 0);
  sessions.on_timer();
  EXPECT_EQ(sessions.size(), 0u);
}

TEST_F(RestSessionsTest, HasTheLimitsOfASession) {
  ASSERT_TRUE(served(subscribe(kTab, "NIFTY50")));
  ASSERT_TRUE(served(subscribe(kTab, "TCS")));
  EXPECT_EQ(code_of(served(subscribe(kTab, "INFY"))), "limit_exceeded");
  RestRequest long_read = read(kTab, "TCS");
  long_read.history = limits.max_history + 1;
  EXPECT_EQ(code_of(served(long_read)), "limit_exceeded");
}

TEST_F(RestSessionsTest, AllTogetherHaveSoManySessions) {
  limits.rest_sessions = 2;
  ASSERT_TRUE(served(subscribe({"alice", "1"}, "TCS")));
  ASSERT_TRUE(served(subscribe({"bob", "1"}, "TCS")));
  EXPECT_EQ(code_of(served(subscribe({"carol", "1"}, "TCS"))), "limit_exceeded");
  EXPECT_TRUE(served(subscribe({"bob", "1"}, "NIFTY50"))) << "a session that there is goes on";
  ASSERT_TRUE(served(unsubscribe({"alice", "1"}, "{}")));
  EXPECT_TRUE(served(subscribe({"carol", "1"}, "TCS")));
}

TEST_F(RestSessionsTest, AUserHasSoManySessions) {
  ASSERT_TRUE(served(subscribe({"alice", "1"}, "TCS")));
  ASSERT_TRUE(served(subscribe({"alice", "2"}, "TCS")));
  EXPECT_EQ(code_of(served(subscribe({"alice", "3"}, "TCS"))), "limit_exceeded");
  ASSERT_TRUE(served(subscribe({"bob", "1"}, "TCS")));
  ASSERT_TRUE(served(unsubscribe({"alice", "1"}, "{}")));
  EXPECT_TRUE(served(subscribe({"alice", "3"}, "TCS")));
}

TEST_F(RestSessionsTest, EndsWhenNobodyUsesItAndLivesWhileSomebodyDoes) {
  ASSERT_TRUE(served(subscribe({"alice", "used"}, "TCS")));
  ASSERT_TRUE(served(subscribe({"alice", "idle"}, "TCS")));
  clock.advance(minutes{14});
  ASSERT_TRUE(served(read({"alice", "used"}, "TCS")));
  clock.advance(minutes{1});
  sessions.on_timer();
  EXPECT_EQ(sessions.size(), 1u);
  EXPECT_EQ(code_of(served(read({"alice", "idle"}, "TCS"))), "no_subscription");
  EXPECT_TRUE(served(read({"alice", "used"}, "TCS")));
  EXPECT_EQ(ledger.records.back().key.id, "idle");
  EXPECT_TRUE(ledger.records.back().streams.empty()) << "it does not come back with a restart";
}

TEST_F(RestSessionsTest, ThatItIsUsedIsKeptNowAndThen) {
  ASSERT_TRUE(served(subscribe(kTab, "TCS")));
  const std::size_t before = ledger.records.size();
  for (int i = 0; i < 60; ++i) {
    clock.advance(milliseconds{1000});
    ASSERT_TRUE(served(read(kTab, "TCS")));
  }
  EXPECT_EQ(ledger.records.size(), before);
  clock.advance(minutes{3});
  ASSERT_TRUE(served(read(kTab, "TCS")));
  ASSERT_EQ(ledger.records.size(), before + 1);
  EXPECT_EQ(ledger.records.back().used, clock.utc_now());
}

TEST_F(RestSessionsTest, ComesBackWithItsComputations) {
  sessions.restore({kTab, clock.utc_now() - minutes{5}, {{"NIFTY50", "1min", {"RSI"}}, {"NOTHING", "1min", {}}}});
  serve();
  ASSERT_EQ(sessions.reports().size(), 1u);
  EXPECT_EQ(sessions.reports()[0].streams, (std::vector<RestStream>{{"NIFTY50", "1min", {"RSI"}}}));
  clock.advance(minutes{9});
  EXPECT_TRUE(served(read(kTab, "NIFTY50")));
}

TEST_F(RestSessionsTest, DoesNotComeBackWhenItsTimeIsOver) {
  sessions.restore({kTab, clock.utc_now() - minutes{15}, {{"NIFTY50", "1min", {}}}});
  EXPECT_EQ(sessions.size(), 0u);
  ASSERT_EQ(ledger.records.size(), 1u);
  EXPECT_TRUE(ledger.records[0].streams.empty());
}

TEST_F(RestSessionsTest, ItsTimeGoesOnOverARestart) {
  sessions.restore({kTab, clock.utc_now() - minutes{14}, {{"NIFTY50", "1min", {}}}});
  serve();
  clock.advance(minutes{1});
  sessions.on_timer();
  EXPECT_EQ(sessions.size(), 0u);
}

TEST_F(RestSessionsTest, AnOperatorEndsItByItsName) {
  ASSERT_TRUE(served(subscribe(kTab, "TCS")));
  EXPECT_EQ(sessions.close("rest_alice_tab2"), 0u);
  EXPECT_EQ(sessions.close("rest_alice_tab1"), 1u);
  EXPECT_EQ(code_of(served(read(kTab, "TCS"))), "no_subscription");
  EXPECT_TRUE(ledger.records.back().streams.empty());
}

TEST_F(RestSessionsTest, WhoWaitsWhenItEndsIsTold) {
  ASSERT_TRUE(served(subscribe(kTab, "TCS")));
  const auto waiting = ask(read(kTab, "TCS"));
  const auto ended = ask(unsubscribe(kTab, "{}"));
  ASSERT_TRUE(waiting->has_value());
  EXPECT_EQ(code_of(**waiting), "no_subscription");
  EXPECT_EQ(sessions.size(), 0u);
}

TEST_F(RestSessionsTest, SharesTheComputationWithAWebSocket) {
  test::RecordingSubscriber tab;
  const std::vector<std::string> ids{"RSI"};
  hub.subscribe(tab, nullptr, wire::StreamId{1}, "NIFTY50", "1min", ids, 0, "1", milliseconds{0});
  serve();
  ASSERT_TRUE(served(subscribe(kTab, "NIFTY50", kRsi)));
  EXPECT_EQ(hub.stream_count(), 1u);
  tab.take();
  ASSERT_TRUE(served(unsubscribe(kTab, "{}")));
  const std::vector<wire::UpdatePtr> burst{market.update(wire::StreamId{1})};
  hub.publish(burst);
  EXPECT_EQ(tab.take().size(), 1u) << "the WebSocket's subscription is its own";
}

}  // namespace
}  // namespace subd::session
