#include "probe/tick_oracle.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <array>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace subd::probe {
namespace {

using Set = std::map<std::uint32_t, TickMode>;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr std::string_view kQuoteFields =
    R"(,"volume":1,"last_quantity":1,"average_price":1,"buy_quantity":1,"sell_quantity":1,"ohlc":{})";
constexpr std::string_view kFullFields =
    R"(,"oi":1,"oi_day_high":1,"oi_day_low":1,"last_trade_time":null,"exchange_timestamp":null,"depth":null)";

/// Plays a server of ticks against an oracle, message by message.
struct TickOracleTest : testing::Test {
  TabId connect(const std::string& name) {
    const TabId tab = oracle.add_tab({name, name + "@example.com", ""});
    receive(tab,
            fmt::format(
                R"({{"type":"connected","protocol":1,"ws_conn_id":"{}","user_id":"{}@example.com","session_id":null}})",
                connection_id(tab), name));
    return tab;
  }

  static std::string connection_id(TabId tab) { return fmt::format("ws_{:012x}", tab + 0xabc); }

  std::optional<base::UtcTime> receive(TabId tab, const std::string& text) { return oracle.received(tab, text, now); }

  void ask(TabId tab, TickRequest request) {
    request.id = ++request_id;
    last_kind = request.kind;
    oracle.sent(tab, request, now);
  }

  /// The reply to the last request, with this as the set in force.
  void reply(TabId tab, const Set& set) {
    constexpr std::array<std::string_view, 4> kNames{"subscribed", "filter_updated", "unsubscribed", "subscriptions"};
    std::string list;
    for (const auto& [token, mode] : set) {
      list += fmt::format(R"({}{{"token":{},"symbol":"S{}","mode":"{}","throttle_ms":0}})", list.empty() ? "" : ",",
                          token, token, tick_mode_name(mode));
    }
    receive(tab, fmt::format(R"({{"type":"{}","id":{},"ws_conn_id":"{}","instruments":[{}]}})",
                             kNames[static_cast<std::size_t>(last_kind)], request_id, connection_id(tab), list));
  }

  void subscribe(TabId tab, const Set& set) {
    for (const auto& [token, mode] : set) {
      ask(tab, {.kind = TickRequestKind::Subscribe, .tokens = {token}, .mode = mode});
      in_force[tab][token] = mode;
      reply(tab, in_force[tab]);
    }
  }

  static std::string tick_text(std::uint32_t token, TickMode mode, std::uint64_t seq, double price = 0) {
    return fmt::format(
        R"({{"type":"tick","token":{},"symbol":"S{}","mode":"{}","seq":{},"timestamp":"2025-11-04T10:35:00.000Z","last_price":{}{}{}}})",
        token, token, tick_mode_name(mode), seq, price == 0 ? 100.5 + static_cast<double>(seq) : price,
        mode >= TickMode::Quote ? kQuoteFields : "", mode == TickMode::Full ? kFullFields : "");
  }

  std::optional<base::UtcTime> tick(TabId tab, std::uint32_t token, std::uint64_t seq,
                                    TickMode mode = TickMode::Quote) {
    return receive(tab, tick_text(token, mode, seq));
  }

  void pass(milliseconds time) {
    for (const auto end = now + time; now < end;) {
      now += milliseconds{500};
      oracle.settle(now);
    }
  }

  /// The rules that were broken, each once.
  [[nodiscard]] std::vector<std::string_view> broken() const {
    std::vector<std::string_view> names;
    for (const Rule& rule : kRules) {
      if (oracle.findings().count(rule.name) > 0) names.push_back(rule.name);
    }
    return names;
  }

  TickOracle oracle;
  base::MonoTime now{seconds{1000}};
  std::uint64_t request_id = 0;
  TickRequestKind last_kind = TickRequestKind::List;
  std::map<TabId, Set> in_force;
  // They connect when all of the above is there.
  TabId alice = connect("alice");
  TabId bob = connect("bob");
};

using Rules = std::vector<std::string_view>;

TEST_F(TickOracleTest, HonestServerPassesWithEverythingExamined) {
  subscribe(alice, {{7, TickMode::Quote}, {8, TickMode::Full}});
  subscribe(bob, {{7, TickMode::Quote}});
  std::uint64_t seq = 10;
  for (int i = 0; i < 20; ++i, ++seq) {
    tick(alice, 7, seq);
    tick(bob, 7, seq);
    tick(alice, 8, seq, TickMode::Full);
    pass(milliseconds{500});
  }
  ask(bob, {.kind = TickRequestKind::UpdateFilter, .tokens = {8}});
  reply(bob, {{8, TickMode::Quote}});
  tick(bob, 8, seq);
  ask(alice, {.kind = TickRequestKind::Unsubscribe});
  reply(alice, {});
  oracle.finish(now);
  EXPECT_EQ(broken(), Rules{});
  for (const std::string_view rule : {rule::kTick, rule::kMode, rule::kOrder, rule::kSet, rule::kMissing, rule::kReply,
                                      rule::kValue, rule::kIndependence, rule::kIdentity}) {
    EXPECT_GT(oracle.findings().checks(rule), 0U) << rule;
  }
}

TEST_F(TickOracleTest, TickOfAnInstrumentNobodyAskedForIsALeak) {
  subscribe(alice, {{7, TickMode::Quote}});
  subscribe(bob, {{8, TickMode::Quote}});
  tick(bob, 7, 10);
  EXPECT_EQ(broken(), Rules{rule::kTick});
  EXPECT_EQ(oracle.findings().kept().front().tab, "bob");
}

TEST_F(TickOracleTest, NothingOfANewInstrumentComesBeforeTheReply) {
  ask(alice, {.kind = TickRequestKind::Subscribe, .tokens = {7}});
  tick(alice, 7, 10);
  EXPECT_EQ(broken(), Rules{rule::kTick});
}

TEST_F(TickOracleTest, WhatIsGivenUpMayComeUntilTheReplyAndNotAfterIt) {
  subscribe(alice, {{7, TickMode::Quote}, {8, TickMode::Quote}});
  ask(alice, {.kind = TickRequestKind::Unsubscribe, .tokens = {7}});
  tick(alice, 7, 10);
  reply(alice, {{8, TickMode::Quote}});
  tick(alice, 8, 11);
  EXPECT_EQ(broken(), Rules{});
  tick(alice, 7, 11);
  EXPECT_EQ(broken(), Rules{rule::kTick});
  EXPECT_NE(oracle.findings().kept().front().message.find("given up"), std::string::npos);
}

TEST_F(TickOracleTest, ANewFilterSilencesWhatItLeavesOut) {
  subscribe(alice, {{7, TickMode::Full}, {8, TickMode::Full}});
  ask(alice, {.kind = TickRequestKind::UpdateFilter, .tokens = {8, 9}});
  reply(alice, {{8, TickMode::Full}, {9, TickMode::Quote}});
  tick(alice, 8, 10, TickMode::Full);
  tick(alice, 9, 10);
  EXPECT_EQ(broken(), Rules{});
  tick(alice, 7, 10, TickMode::Full);
  EXPECT_EQ(broken(), Rules{rule::kTick});
}

TEST_F(TickOracleTest, HigherModeAndFieldsOfAHigherModeAreTold) {
  subscribe(alice, {{7, TickMode::Ltp}});
  tick(alice, 7, 10, TickMode::Quote);
  EXPECT_EQ(broken(), Rules{rule::kMode});
  std::string smuggled = tick_text(7, TickMode::Ltp, 11);
  smuggled.insert(smuggled.size() - 1, R"(,"oi":5)");
  receive(alice, smuggled);
  EXPECT_EQ(oracle.findings().count(rule::kMode), 2U);
}

TEST_F(TickOracleTest, TheOldModeHoldsUntilTheReplyAndTheNewOneAfterIt) {
  subscribe(alice, {{7, TickMode::Ltp}});
  tick(alice, 7, 10, TickMode::Ltp);
  ask(alice, {.kind = TickRequestKind::Subscribe, .tokens = {7}, .mode = TickMode::Full});
  tick(alice, 7, 11, TickMode::Ltp);
  reply(alice, {{7, TickMode::Full}});
  tick(alice, 7, 11, TickMode::Full);
  EXPECT_EQ(broken(), Rules{});
  tick(alice, 7, 12, TickMode::Ltp);
  EXPECT_EQ(broken(), Rules{rule::kMode});
}

TEST_F(TickOracleTest, NumbersRiseButForTheNewestTickAfterAReply) {
  subscribe(alice, {{7, TickMode::Quote}});
  tick(alice, 7, 10);
  tick(alice, 7, 14);
  subscribe(alice, {{7, TickMode::Quote}});
  tick(alice, 7, 14);
  EXPECT_EQ(broken(), Rules{});
  tick(alice, 7, 14);
  EXPECT_EQ(oracle.findings().count(rule::kOrder), 1U);
  tick(alice, 7, 12);
  EXPECT_EQ(oracle.findings().count(rule::kOrder), 2U);
}

TEST_F(TickOracleTest, NumbersRiseOverAnUnsubscribe) {
  subscribe(alice, {{7, TickMode::Quote}});
  tick(alice, 7, 10);
  ask(alice, {.kind = TickRequestKind::Unsubscribe});
  reply(alice, {});
  in_force.clear();
  subscribe(alice, {{7, TickMode::Quote}});
  tick(alice, 7, 9);
  EXPECT_EQ(broken(), Rules{rule::kOrder});
}

TEST_F(TickOracleTest, OnlyTicksThatFollowAnotherOneCountForLatency) {
  subscribe(alice, {{7, TickMode::Quote}});
  EXPECT_FALSE(tick(alice, 7, 10));
  EXPECT_TRUE(tick(alice, 7, 11));
  EXPECT_FALSE(tick(alice, 8, 11));
}

TEST_F(TickOracleTest, TheSameNumberSaysTheSameToEverybody) {
  subscribe(alice, {{7, TickMode::Quote}});
  subscribe(bob, {{7, TickMode::Quote}});
  tick(alice, 7, 10);
  receive(bob, tick_text(7, TickMode::Quote, 10, 99));
  EXPECT_EQ(broken(), Rules{rule::kValue});
}

TEST_F(TickOracleTest, ATabThatStaysBehindHasLostTicks) {
  subscribe(alice, {{7, TickMode::Quote}});
  subscribe(bob, {{7, TickMode::Quote}});
  std::uint64_t seq = 10;
  for (int i = 0; i < 20; ++i, ++seq) {
    tick(alice, 7, seq);
    if (i < 10) tick(bob, 7, seq);
    pass(milliseconds{500});
  }
  EXPECT_EQ(broken(), Rules{rule::kMissing});
  EXPECT_EQ(oracle.findings().kept().front().tab, "bob");
  EXPECT_EQ(oracle.findings().count(rule::kMissing), 1U);
}

TEST_F(TickOracleTest, SkippedNumbersAreNoLossWhenANewerOneComes) {
  subscribe(alice, {{7, TickMode::Quote}});
  subscribe(bob, {{7, TickMode::Quote}});
  for (std::uint64_t seq = 10; seq < 40; ++seq) {
    tick(alice, 7, seq);
    if (seq % 4 == 0) tick(bob, 7, seq);
    pass(milliseconds{500});
  }
  EXPECT_EQ(broken(), Rules{});
}

TEST_F(TickOracleTest, AnotherModeOwesNothing) {
  subscribe(alice, {{7, TickMode::Quote}});
  subscribe(bob, {{7, TickMode::Ltp}});
  for (std::uint64_t seq = 10; seq < 40; ++seq) {
    tick(alice, 7, seq);
    pass(milliseconds{500});
  }
  EXPECT_EQ(broken(), Rules{});
}

TEST_F(TickOracleTest, ALossJustAfterAnotherTabsChangeNamesThatTab) {
  const TabId carol = connect("carol");
  for (const TabId tab : {alice, bob, carol}) subscribe(tab, {{7, TickMode::Quote}});
  std::uint64_t seq = 10;
  for (int i = 0; i < 24; ++i, ++seq) {
    if (i == 12) {
      ask(carol, {.kind = TickRequestKind::Unsubscribe, .tokens = {7}});
      reply(carol, {});
    }
    tick(alice, 7, seq);
    if (i < 12) tick(bob, 7, seq);
    if (i < 12) tick(carol, 7, seq);
    pass(milliseconds{500});
  }
  EXPECT_EQ(broken(), Rules{rule::kIndependence});
  EXPECT_NE(oracle.findings().kept().front().message.find("carol unsubscribe 7"), std::string::npos);
}

TEST_F(TickOracleTest, ARepliedSetThatIsNotTheOneAskedForIsTold) {
  ask(alice, {.kind = TickRequestKind::Subscribe, .tokens = {7}, .mode = TickMode::Ltp});
  reply(alice, {{7, TickMode::Ltp}, {8, TickMode::Ltp}});
  EXPECT_EQ(broken(), Rules{rule::kSet});
  tick(alice, 8, 10, TickMode::Ltp);
  EXPECT_EQ(oracle.findings().count(rule::kTick), 1U);
}

TEST_F(TickOracleTest, ARefusalIsAViolationAndChangesNothing) {
  subscribe(alice, {{7, TickMode::Quote}});
  ask(alice, {.kind = TickRequestKind::Unsubscribe, .tokens = {7}});
  receive(alice,
          fmt::format(R"({{"type":"error","id":{},"code":"internal","message":"no","detail":{{}}}})", request_id));
  tick(alice, 7, 10);
  EXPECT_EQ(broken(), Rules{rule::kRefused});
}

TEST_F(TickOracleTest, UnansweredRequestsAndStrayRepliesAreTold) {
  ask(alice, {.kind = TickRequestKind::List});
  pass(seconds{9});
  EXPECT_EQ(broken(), Rules{});
  pass(seconds{1});
  EXPECT_EQ(broken(), Rules{rule::kReply});
  reply(bob, {});
  EXPECT_EQ(broken(), (Rules{rule::kReply, rule::kMessage}));
}

TEST_F(TickOracleTest, AnEndThatWasNotOursIsALoss) {
  oracle.leaving(alice);
  oracle.ended(alice, "closed with 1000");
  EXPECT_EQ(broken(), Rules{});
  oracle.ended(bob, "closed with 4005 slow consumer");
  EXPECT_EQ(broken(), Rules{rule::kMissing});
}

}  // namespace
}  // namespace subd::probe
