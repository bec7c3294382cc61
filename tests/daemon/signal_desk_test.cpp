#include "daemon/signal_desk.hpp"

#include <gtest/gtest.h>

#include <array>

#include "store/user_store.hpp"
#include "support/fake_clock.hpp"
#include "support/temporary_directory.hpp"
#include "wire/signal_body.hpp"

namespace subd::daemon {
namespace {

using Ids = std::vector<std::string>;

class RecordingOutlet final : public SignalOutlet {
 public:
  void publish(std::vector<wire::SignalPtr> burst) override {
    for (const wire::SignalPtr& signal : burst) published.push_back(signal->id);
  }
  void answer(std::size_t, std::vector<hub::SignalReply> batch) override {
    for (hub::SignalReply& reply : batch) replies.push_back(std::move(reply));
  }
  Ids published;
  std::vector<hub::SignalReply> replies;
};

/// The desk on a database of its own; its store never runs, and so writes nothing.
class SignalDeskTest : public testing::Test {
 protected:
  static auth::TierRules pro_rules() {
    const std::array premium{auth::Tier::Professional, auth::Tier::Institutional};
    return {{{"pro", auth::Tier::Professional}}, premium};
  }
  store::Settings store_settings() {
    store::Settings settings;
    settings.file = directory.file("other.db");
    settings.instruments = std::make_shared<const market::InstrumentTable>(market::builtin_instruments());
    return settings;
  }

  void write(const Ids& ids, bool premium = false) {
    SignalWrite write;
    for (const std::string& id : ids) {
      const std::string body =
          R"({"id":")" + id + R"(","symbol":"TCS","side":"BUY","premium":)" + (premium ? "true}" : "false}");
      wire::SignalDraft draft = std::move(wire::parse_signal_body(body)->front());
      write.request.signals.push_back({draft.id, draft.premium, draft.created_at, draft.members});
    }
    write.respond = [this](server::HttpResponse response) { responses.push_back(std::move(response)); };
    desk.add(std::move(write));
  }
  void ask(const std::string& user, const std::string& claim, const std::string& since) {
    desk.add(HubQuestion{0, {{1, user, claim, true, since}}});
  }
  server::HttpResponse poll(server::SignalQuery query) {
    server::HttpResponse out;
    query.user = "poller";
    desk.add(SignalPoll{std::move(query), [&out](server::HttpResponse response) { out = std::move(response); }});
    desk.serve(&database);
    return out;
  }
  static Ids ids_of(const std::vector<wire::SignalPtr>& signals) {
    Ids out;
    for (const wire::SignalPtr& signal : signals) out.push_back(signal->id);
    return out;
  }

  subd::test::TemporaryDirectory directory;
  subd::test::FakeClock clock;
  auth::TierRules rules = pro_rules();
  store::Store store{store_settings(), clock};
  store::Database database{*store::Database::open(directory.file("subd.db"))};
  SignalCounters counters;
  RecordingOutlet outlet;
  SignalDesk desk{rules,   {std::chrono::seconds{30}, std::chrono::hours{24}, 3, 1'000'000}, store, outlet, clock,
                  counters};
  std::vector<server::HttpResponse> responses;
};

TEST_F(SignalDeskTest, WhatComesTogetherIsOneTransaction) {
  write({"a"});
  write({"b", "c"});
  desk.serve(&database);
  EXPECT_EQ(outlet.published, (Ids{"a", "b", "c"}));
  EXPECT_EQ(counters.writes, 1U);
  ASSERT_EQ(responses.size(), 2U);
  EXPECT_EQ(responses[1].body, R"({"status":"ok","stored":2,"duplicates":0,"signals":[{"id":"b","duplicate":false},)"
                               R"({"id":"c","duplicate":false}]})");
}

TEST_F(SignalDeskTest, ARepeatIsAcknowledgedAndNotPushedAgain) {
  write({"a"});
  desk.serve(&database);
  write({"a"});
  desk.serve(&database);
  EXPECT_EQ(outlet.published, Ids{"a"});
  EXPECT_EQ(responses[1].body, R"({"status":"ok","stored":0,"duplicates":1,"signals":[{"id":"a","duplicate":true}]})");
  write({"a"}, /*premium=*/true);
  desk.serve(&database);
  EXPECT_EQ(responses[2].status, 409U);
  EXPECT_EQ(outlet.published, Ids{"a"});
}

TEST_F(SignalDeskTest, WithoutADatabaseNothingIsPushedAndNobodyIsBelieved) {
  write({"a"});
  ask("alice", "pro", "x");
  desk.serve(nullptr);
  EXPECT_EQ(responses.at(0).status, 503U);
  EXPECT_TRUE(outlet.published.empty());
  const hub::SignalReply& reply = outlet.replies.at(0);
  EXPECT_FALSE(reply.standing.known);
  EXPECT_FALSE(reply.standing.premium);
  EXPECT_TRUE(reply.error);
}

TEST_F(SignalDeskTest, AReplayHasWhatWasPushedInTheSameBreath) {
  write({"a", "b"});
  desk.serve(&database);
  write({"c"});
  ask("alice", "", "a");
  desk.serve(&database);
  EXPECT_EQ(ids_of(outlet.replies.at(0).replay), (Ids{"b", "c"}));
  EXPECT_EQ(outlet.replies.at(0).last_id, "c");
}

TEST_F(SignalDeskTest, AReplayIsFilteredByTheTierInForce) {
  write({"a"});
  write({"b"}, /*premium=*/true);
  desk.serve(&database);
  ask("alice", "pro", "a");
  ask("bob", "", "a");
  ASSERT_TRUE(store::UserStore{database}.set_tier({"carol", "STARTER", clock.utc_now()}));
  ask("carol", "pro", "a");
  desk.serve(&database);
  EXPECT_EQ(ids_of(outlet.replies.at(0).replay), Ids{"b"});
  EXPECT_TRUE(outlet.replies.at(1).replay.empty());
  EXPECT_EQ(outlet.replies.at(1).last_id, "a");
  EXPECT_EQ(outlet.replies.at(2).standing.tier, "STARTER") << "the store wins over the token";
}

TEST_F(SignalDeskTest, AReplayThatIsTooLongOrFromNowhereIsRefused) {
  write({"a", "b", "c", "d"});
  desk.serve(&database);
  ask("alice", "", "a");
  desk.serve(&database);
  EXPECT_EQ(ids_of(outlet.replies.back().replay), (Ids{"b", "c", "d"}));
  write({"e"});
  ask("alice", "", "a");
  ask("alice", "", "nothing");
  desk.serve(&database);
  EXPECT_EQ(outlet.replies.at(1).error->code, wire::ErrorCode::LimitExceeded);
  EXPECT_TRUE(outlet.replies.at(1).replay.empty());
  EXPECT_EQ(outlet.replies.at(2).error->code, wire::ErrorCode::BadParams);
}

TEST_F(SignalDeskTest, ManyUsersAreOneQuestionToTheDatabase) {
  for (int i = 0; i < 1000; ++i) ask("user" + std::to_string(i), "", "");
  desk.serve(&database);
  EXPECT_EQ(outlet.replies.size(), 1000U);
  EXPECT_EQ(counters.tier_queries, 1U);
  EXPECT_EQ(counters.tiers_read, 1000U);
  ask("user7", "", "");
  desk.serve(&database);
  EXPECT_EQ(counters.tier_queries, 1U) << "it is known";
  clock.advance(std::chrono::seconds{30});
  ask("user7", "", "");
  desk.serve(&database);
  EXPECT_EQ(counters.tier_queries, 2U) << "it was known for too long";
}

TEST_F(SignalDeskTest, ASetTierHoldsWithoutAsking) {
  ask("alice", "", "");
  desk.serve(&database);
  desk.set_tier("alice", auth::Tier::Institutional);
  ask("alice", "", "");
  desk.serve(&database);
  EXPECT_EQ(outlet.replies.at(1).standing, (hub::SignalStanding{"INSTITUTIONAL", true, true}));
}

TEST_F(SignalDeskTest, APollPagesAndKnowsWhatTheClientHas) {
  write({"a"});
  write({"b"}, /*premium=*/true);
  write({"c"});
  desk.serve(&database);
  const auto first = poll({.user = {}, .tier_claim = {}, .since = {}, .limit = 10, .if_none_match = {}});
  EXPECT_EQ(first.status, 200U);
  EXPECT_NE(first.body.find(R"("id":"a")"), std::string::npos);
  EXPECT_EQ(first.body.find(R"("id":"b")"), std::string::npos) << "premium";
  EXPECT_TRUE(first.body.ends_with(R"("next":"c"})")) << first.body;
  const std::string tag = first.fields.at(0).second;
  const auto again = poll({.user = {}, .tier_claim = {}, .since = {}, .limit = 10, .if_none_match = tag});
  EXPECT_EQ(again.status, 304U);
  EXPECT_TRUE(again.body.empty());
  const auto paying = poll({.user = {}, .tier_claim = "pro", .since = "a", .limit = 1, .if_none_match = tag});
  EXPECT_TRUE(paying.body.ends_with(R"("next":"b"})")) << paying.body;
  const auto rest = poll({.user = {}, .tier_claim = {}, .since = "c", .limit = 1, .if_none_match = {}});
  EXPECT_EQ(rest.body, R"({"signals":[],"next":"c"})");
  EXPECT_EQ(poll({.user = {}, .tier_claim = {}, .since = "zz", .limit = 1, .if_none_match = {}}).status, 404U);
}

TEST_F(SignalDeskTest, ANewDeskGoesOnWhereTheOldOneWas) {
  write({"a", "b"});
  desk.serve(&database);
  RecordingOutlet later;
  SignalDesk other{rules,   {std::chrono::seconds{30}, std::chrono::hours{24}, 3, 1'000'000}, store, later, clock,
                   counters};
  other.add(HubQuestion{0, {{1, "alice", "", true, "a"}}});
  other.serve(&database);
  EXPECT_EQ(ids_of(later.replies.at(0).replay), Ids{"b"});
}

}  // namespace
}  // namespace subd::daemon
