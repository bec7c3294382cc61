// Sessions that subscribe, unsubscribe, are cut and come back in any order, with answers under way: drawn at random, by
// seed. Whatever happens, a client has every closed bar once and in order, and never an indicator that it did not ask
// for, though slots go from one session's indicators to the other's.
#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <memory>
#include <optional>
#include <random>
#include <set>
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

using test::contains;

constexpr wire::StreamId kNifty{1};
constexpr int kSteps = 600;

std::uint64_t number_at(const std::string& text, const std::string& key) {
  const auto at = text.find("\"" + key + "\":");
  return at != std::string::npos ? std::stoull(text.substr(at + key.size() + 3)) : 0;
}

/// One client and its session; knows what it may be sent.
class Member {
 public:
  Member(SessionContext& context, std::string own, const std::set<std::uint64_t>& closed)
      : own_{std::move(own)}, closed_{closed}, session{context, transport_, "ws_" + own_} {}

  /// Reads up to `most` messages.
  void read(std::size_t most) {
    while (most-- > 0 && !session.outbox().empty()) {
      std::string text;
      session.outbox().front().append_payload(text);
      session.outbox().pop_front();
      take(text);
    }
  }
  void cut() {
    session.park(nowhere_);
    histories.clear();
    is_away = true;
    follows_reply_ = false;
  }
  void come_back(auth::Principal principal) {
    session.resume(transport_, std::move(principal));
    is_away = false;
    owes_positions = true;
  }
  void say_received() {
    owes_positions = false;
    session.on_text(!position_
                        ? R"({"type":"resume"})"
                        : R"({"type":"resume","received":[{"symbol":"NIFTY50","timeframe":"1min","epoch":"e1","seq":)" +
                              std::to_string(*position_) + "}]}");
  }

  std::deque<std::uint32_t> histories;  ///< that the snapshots on their way were asked with, in order
  bool is_away = false;
  bool owes_positions = false;
  std::size_t updates = 0;
  std::size_t replayed = 0;

 private:
  void take(const std::string& text) {
    for (const char id : std::string{"ABCD"}) {
      if (own_.find(id) != std::string::npos) continue;
      ASSERT_FALSE(contains(text, std::string{"\""} + id + '"')) << text;
    }
    if (text.starts_with(R"({"seq":)")) {
      take_update(text);
    } else if (contains(text, R"("type":"snapshot")")) {
      take_snapshot(number_at(text, "seq"));
    } else if (contains(text, R"("streams":[])") &&
               (contains(text, R"("type":"unsubscribed")") || contains(text, R"("type":"resumed")"))) {
      position_.reset();
    }
    follows_reply_ = contains(text, R"("type":"subscribed")");
  }

  void take_update(const std::string& text) {
    const std::uint64_t seq = number_at(text, "seq");
    ASSERT_TRUE(position_.has_value()) << text << " of a stream that the client does not take";
    ASSERT_GT(seq, *position_) << text;
    ASSERT_EQ(missed_up_to(seq - 1), 0u) << text << " after " << *position_;
    for (const char id : own_) {
      const std::string key{id};
      if (!contains(text, '"' + key + '"')) continue;
      ASSERT_EQ(number_at(text, key), seq) << text;
    }
    position_ = seq;
    ++updates;
  }

  void take_snapshot(std::uint64_t seq) {
    ASSERT_FALSE(histories.empty());
    const std::uint32_t history = histories.front();
    histories.pop_front();
    if (position_) {
      ASSERT_GE(seq, *position_);
      const std::size_t missed = missed_up_to(seq);
      replayed += missed;
      // The snapshot of a request takes the place of nothing; one that a resumed stream begins with has what is missing.
      ASSERT_LE(missed, follows_reply_ ? 0 : history) << "snapshot with seq " << seq << " after " << *position_;
    }
    position_ = seq;
  }

  /// Closed bars after the position.
  [[nodiscard]] std::size_t missed_up_to(std::uint64_t seq) const {
    const auto from = closed_.upper_bound(*position_);
    return static_cast<std::size_t>(std::distance(from, closed_.upper_bound(std::max(seq, *position_))));
  }

  test::CountingTransport transport_;
  test::CountingTransport nowhere_;
  std::string own_;
  const std::set<std::uint64_t>& closed_;
  std::optional<std::uint64_t> position_;
  bool follows_reply_ = false;

 public:
  Session session;
};

class ResumeChurn : public testing::TestWithParam<unsigned> {
 protected:
  ResumeChurn() {
    limits.subscribe_rate = limits.subscribe_burst = 1e6;
    limits.max_errors = 1'000'000;  // it also unsubscribes what is not there
    for (Member* member : {&alice, &bob}) member->session.open(principal());
  }

  auth::Principal principal() { return {"alice", "", "", false, clock.utc_now() + std::chrono::hours{1}}; }
  unsigned draw(unsigned below) { return static_cast<unsigned>(chance() % below); }

  void publish(bool is_closed) {
    const std::vector<wire::UpdatePtr> burst{market.update(kNifty, is_closed)};
    if (is_closed) closed.insert(market.seq);
    hub.publish(burst);
  }
  void answer() {
    if (market.requests.empty()) return;
    const std::uint32_t history = market.requests.front().history;
    const std::size_t before[] = {alice.session.outbox().pending_messages(), bob.session.outbox().pending_messages()};
    hub.attached(market.answer());
    if (alice.session.outbox().pending_messages() > before[0]) alice.histories.push_back(history);
    if (bob.session.outbox().pending_messages() > before[1]) bob.histories.push_back(history);
  }
  void ask(Member& member, const std::string& own) {
    const std::string id{own[draw(static_cast<unsigned>(own.size()))]};
    const std::string stream = R"(,"symbol":"NIFTY50","timeframe":"1min")";
    const std::string ids = R"(,"indicators":[")" + id + "\"]";
    const unsigned what = draw(10);
    if (what == 0) {
      member.session.on_text(R"({"type":"unsubscribe"})");
    } else if (what < 4) {
      member.session.on_text(R"({"type":"unsubscribe")" + stream + ids + "}");
    } else {
      member.session.on_text(R"({"type":"subscribe")" + stream + ids + "}");
    }
  }
  void live(Member& member, const std::string& own) {
    const unsigned what = draw(100);
    if (member.is_away) {
      if (what < 30) member.come_back(principal());
    } else if (member.owes_positions) {
      if (what < 50) member.say_received();
      if (what >= 90) member.cut();
    } else if (what < 15) {
      ask(member, own);
    } else if (what < 60) {
      member.read(1 + draw(6));
    } else if (what < 66) {
      member.read(draw(4));  // what else was sent does not arrive
      member.cut();
    }
  }

  std::mt19937 chance{GetParam()};
  test::FakeClock clock;
  test::ScriptedMarket market{"e1"};
  hub::Hub hub{market, clock, {4, std::chrono::hours{1}}};
  test::FakeDirectory directory;
  auth::JwtVerifier verifier = test::test_verifier();
  Limits limits;
  ClientContext clients{verifier, clock, limits, {}};
  SessionContext context{clients, hub, directory};
  std::set<std::uint64_t> closed;
  Member alice{context, "AB", closed};
  Member bob{context, "CD", closed};
};

TEST_P(ResumeChurn, EveryClosedBarOnceAndNothingOfAnother) {
  for (int step = 0; step < kSteps && !HasFatalFailure(); ++step) {
    if (draw(100) < 60) publish(draw(3) == 0);
    if (draw(100) < 40) answer();
    live(alice, "AB");
    live(bob, "CD");
  }
  EXPECT_GT(alice.updates + bob.updates, 20u);
}

INSTANTIATE_TEST_SUITE_P(Seeds, ResumeChurn, testing::Range(1u, 201u));

}  // namespace
}  // namespace subd::session
