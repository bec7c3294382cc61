// A tab that lost its connection, over sockets: which session it gets, and what becomes of the old connection.
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "server/running_server.hpp"
#include "session/session.hpp"

namespace subd::server::test {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

/// The value of a text field of a message.
std::string field(const std::string& message, const std::string& name) {
  const std::string key = '"' + name + "\":\"";
  const auto at = message.find(key);
  if (at == std::string::npos) return {};
  const auto from = at + key.size();
  return message.substr(from, message.find('"', from) - from);
}

/// A connection and what its `connected` message said.
struct Tab {
  TcpClient client;
  std::string id;
  std::string resume_token;
  bool resumed = false;
};

class ResumeTest : public RunningServer {
 protected:
  Tab tab_at(std::uint16_t to, const std::string& fields, const std::string& target) {
    TcpClient client{to};
    client.send(upgrade_request(fields, target));
    EXPECT_NE(client.response().find("101 Switching Protocols"), std::string::npos);
    const std::string connected = client.text();
    return {std::move(client), field(connected, "ws_conn_id"), field(connected, "resume_token"),
            contains(connected, R"("resumed":true)")};
  }
  Tab open(const std::string& user = "alice") { return tab_at(port, bearer(user), "/ws/indicators"); }
  Tab reopen(const std::string& resume_token, const std::string& user = "alice") {
    return tab_at(port, bearer(user), "/ws/indicators?resume=" + resume_token);
  }
  static void say_received(Tab& tab, int seq) {
    tab.client.send_text(R"({"type":"resume","id":1,"received":[{"symbol":"NIFTY50","timeframe":"1min","epoch":"e1",)"
                         R"("seq":)" +
                         std::to_string(seq) + "}]}");
  }
  bool parked(std::size_t count) {
    return eventually([&] { return io->counters().parked == count && io->counters().open_websockets == 0; });
  }
  std::uint64_t outcome(std::string_view name) {
    const auto resumes = counters().resumes;
    const auto found = resumes.find(name);
    return found != resumes.end() ? found->second : 0;
  }
};

TEST_F(ResumeTest, ATabThatWasCutGoesOnWhereItWas) {
  start();
  Tab tab = open();
  subscribe(tab.client);
  publish(1, true);
  EXPECT_EQ(tab.client.text(), R"({"seq":1,"indicators":{"RSI":1}})");
  tab.client.reset();
  ASSERT_TRUE(parked(1));
  publish(2, true);
  publish(1, false);
  Tab again = reopen(tab.resume_token);
  EXPECT_TRUE(again.resumed);
  EXPECT_EQ(again.id, tab.id);
  EXPECT_EQ(again.resume_token, tab.resume_token);
  say_received(again, 1);
  EXPECT_TRUE(contains(again.client.text(), R"("type":"resumed","id":1)"));
  for (int seq = 2; seq <= 4; ++seq) {
    const std::string number = std::to_string(seq);
    EXPECT_EQ(again.client.text(), R"({"seq":)" + number + R"(,"indicators":{"RSI":)" + number + "}}");
  }
  publish(1, true);
  EXPECT_TRUE(contains(again.client.text(), R"("seq":5)"));
  EXPECT_EQ(outcome("resumed"), 1u);
  EXPECT_EQ(counters().parked, 0u);
}

TEST_F(ResumeTest, TheTokenMayComeAsASubprotocolAndThePositionsWithTheRequest) {
  start();
  Tab tab = open();
  subscribe(tab.client);
  tab.client.close();
  ASSERT_TRUE(parked(1));
  TcpClient client{port};
  client.send(
      upgrade_request("Sec-WebSocket-Protocol: subd.v1, bearer." + token() + ", resume." + tab.resume_token + "\r\n") +
      ws::test::text_frame(R"({"type":"resume","id":7})"));
  EXPECT_TRUE(contains(client.response(), "Sec-WebSocket-Protocol: subd.v1\r\n"));
  EXPECT_EQ(field(client.text(), "ws_conn_id"), tab.id);
  EXPECT_TRUE(contains(client.text(), R"("type":"resumed","id":7)"));
  EXPECT_TRUE(contains(client.text(), R"("type":"snapshot")"));
}

TEST_F(ResumeTest, GoingAwayIsNoEndAndAnsweredInOrder) {
  start();
  Tab tab = open();
  subscribe(tab.client);
  tab.client.send(ws::test::close_frame(1001));
  EXPECT_EQ(tab.client.close_code(), 1001);
  EXPECT_TRUE(tab.client.at_end());
  tab.client.close();
  ASSERT_TRUE(parked(1));
  EXPECT_EQ(closed_connections().front().text, "client going away");
  EXPECT_EQ(reopen(tab.resume_token).id, tab.id);
}

TEST_F(ResumeTest, ACleanCloseIsTheEnd) {
  start();
  Tab tab = open();
  subscribe(tab.client);
  tab.client.send(ws::test::close_frame(1000));
  EXPECT_EQ(tab.client.close_code(), 1000);
  tab.client.close();
  ASSERT_TRUE(all_gone());
  EXPECT_EQ(counters().parked, 0u);
  EXPECT_EQ(on_io([&] { return io->hub().stream_count(); }), 0u);
  Tab again = reopen(tab.resume_token);
  EXPECT_FALSE(again.resumed);
  EXPECT_NE(again.id, tab.id);
  EXPECT_NE(again.resume_token, tab.resume_token);
  EXPECT_EQ(outcome("stale"), 1u);
}

TEST_F(ResumeTest, WithoutAWindowACutIsTheEnd) {
  limits.resume_window = milliseconds{0};
  start();
  Tab tab = open();
  subscribe(tab.client);
  EXPECT_EQ(tab.resume_token, "");
  tab.client.reset();
  ASSERT_TRUE(all_gone());
  EXPECT_EQ(counters().parked, 0u);
  EXPECT_EQ(on_io([&] { return io->hub().stream_count(); }), 0u);
}

TEST_F(ResumeTest, TheWindowEnds) {
  start();
  Tab tab = open();
  subscribe(tab.client);
  tab.client.reset();
  ASSERT_TRUE(parked(1));
  advance(limits.resume_window);
  ASSERT_TRUE(parked(0));
  EXPECT_EQ(on_io([&] { return io->hub().stream_count(); }), 0u);
  EXPECT_EQ(counters().parking.ended.at("window"), 1u);
  EXPECT_FALSE(reopen(tab.resume_token).resumed);
}

TEST_F(ResumeTest, AStolenTokenIsWorthNothing) {
  start();
  Tab alice = open();
  subscribe(alice.client);
  Tab bob = reopen(alice.resume_token, "bob");
  EXPECT_FALSE(bob.resumed);
  EXPECT_NE(bob.id, alice.id);
  say_received(bob, 0);
  EXPECT_TRUE(contains(bob.client.text(), R"("type":"resumed","id":1,"ws_conn_id":")" + bob.id + R"(","streams":[])"));
  publish(1, true);
  EXPECT_EQ(alice.client.text(), R"({"seq":1,"indicators":{"RSI":1}})") << "she is not disturbed";
  alice.client.reset();
  ASSERT_TRUE(eventually([&] { return io->counters().parked == 1; }));
  EXPECT_FALSE(reopen(alice.resume_token, "bob").resumed);
  EXPECT_EQ(outcome("other_user"), 2u);
  EXPECT_EQ(reopen(alice.resume_token).id, alice.id) << "and still hers";
}

TEST_F(ResumeTest, AnUnknownTokenAndOneWithoutAUserOpenANewSession) {
  start();
  for (const std::string& resume_token :
       {std::string{}, std::string{"x"}, std::string(34, '0'), std::string(34, 'f')}) {
    EXPECT_FALSE(reopen(resume_token).resumed);
  }
  EXPECT_EQ(outcome("unknown"), 4u);
  Tab tab = open();
  TcpClient nobody{port};
  nobody.send(upgrade_request({}, "/ws/indicators?resume=" + tab.resume_token));
  EXPECT_TRUE(contains(nobody.response(), "101"));
  nobody.send_text(R"({"type":"auth","token":")" + token() + "\"}");
  EXPECT_TRUE(contains(nobody.text(), R"("resumed":false)"));
  EXPECT_EQ(outcome("no_token"), 1u);
}

TEST_F(ResumeTest, TheSecondOfTwoTabsWins) {
  start();
  Tab first = open();
  subscribe(first.client);
  publish(1, true);
  EXPECT_TRUE(contains(first.client.text(), R"("seq":1)"));
  Tab second = reopen(first.resume_token);
  EXPECT_TRUE(second.resumed);
  EXPECT_EQ(second.id, first.id);
  EXPECT_EQ(first.client.close_code(), 4007);
  EXPECT_TRUE(first.client.at_end());
  first.client.close();
  say_received(second, 0);
  EXPECT_TRUE(contains(second.client.text(), R"("type":"resumed")"));
  EXPECT_TRUE(contains(second.client.text(), R"("seq":1)"));
  publish(1, true);
  EXPECT_TRUE(contains(second.client.text(), R"("seq":2)"));
  ASSERT_TRUE(eventually([&] { return io->counters().open_websockets == 1; }));
  EXPECT_EQ(closed_connections().front().text, "resumed elsewhere");
  EXPECT_EQ(outcome("taken_over"), 1u);
  EXPECT_TRUE(on_io([&] { return io->find_client(first.id) != nullptr; }));
}

TEST_F(ResumeTest, ASilentTabIsParkedToo) {
  start();
  Tab tab = open();
  subscribe(tab.client);
  advance(limits.heartbeat_timeout);
  ASSERT_TRUE(parked(1));
  EXPECT_EQ(closed_connections().front().code, 4004);
  EXPECT_EQ(reopen(tab.resume_token).id, tab.id);
}

TEST_F(ResumeTest, ASlowTabIsNotParked) {
  limits.outbox_hard_bytes = 4096;
  limits.outbox_soft_bytes = 4096;
  settings.send_buffer_bytes = 4096;
  start();
  Tab tab = open();
  subscribe(tab.client);
  ASSERT_TRUE(eventually([&] {
    const std::vector<wire::UpdatePtr> burst(500, market.scripted.update(wire::StreamId{1}, true));
    io->hub().publish(burst);
    return io->counters().open_websockets == 0;
  }));
  EXPECT_EQ(counters().parked, 0u);
  EXPECT_FALSE(reopen(tab.resume_token).resumed);
}

TEST_F(ResumeTest, AParkedSessionHoldsNoPlace) {
  settings.admission.per_user = 1;
  start();
  Tab tab = open();
  tab.client.reset();
  ASSERT_TRUE(parked(1));
  EXPECT_EQ(admission->taken(), 0u);
  Tab again = reopen(tab.resume_token);
  EXPECT_TRUE(again.resumed);
  EXPECT_EQ(admission->taken(), 1u);
}

TEST_F(ResumeTest, WhoIsRevokedOrClosedMeanwhileIsGone) {
  start();
  Tab revoked = open("bob");
  Tab closed = open("alice");
  revoked.client.reset();
  closed.client.reset();
  ASSERT_TRUE(parked(2));
  const auto reports = on_io([&] { return io->parked_sessions(); });
  ASSERT_EQ(reports.size(), 2u);
  on_io([&] {
    io->find_client(closed.id)->close(wire::close_reason::kClosedByOperator);
    io->set_revoked(std::make_shared<const auth::RevocationSet>(
        std::vector<auth::Revocation>{{auth::RevokedBy::User, "bob", clock.utc_now() + seconds{1}}}));
  });
  ASSERT_TRUE(parked(0));
  EXPECT_FALSE(reopen(closed.resume_token).resumed);
}

TEST_F(ResumeTest, DrainEndsWhoWaits) {
  start();
  Tab tab = open();
  subscribe(tab.client);
  tab.client.reset();
  ASSERT_TRUE(parked(1));
  io->drain({"restart", milliseconds{0}, seconds{30}});
  io->join();
  EXPECT_EQ(admission->taken(), 0u);
}

/// A second io thread, on a port of its own, so that a test chooses who accepts.
class HandOverTest : public ResumeTest {
 protected:
  ~HandOverTest() override {
    if (other) other->stop();
    if (io) io->stop();
  }

  void start_both() {
    admission.emplace(settings.admission);
    const ServerContext context{settings, limits, directory, verifier, clock, backend, *admission, requests};
    const auto make = [&](AnsweringMarket& of) {
      auto made = std::make_unique<IoThread>(context, of, of, of, signals, std::move(bind_listeners(settings, 1)[0]));
      of.io = made.get();
      return made;
    };
    io = make(market);
    other = make(other_market);
    const std::vector<IoThread*> all{io.get(), other.get()};
    for (std::size_t number = 0; number < all.size(); ++number) all[number]->introduce(all, number);
    const auto port_of = [](const IoThread& one) {
      return static_cast<std::uint16_t>(std::stoi(one.address().substr(one.address().rfind(':') + 1)));
    };
    port = port_of(*io);
    other_port = port_of(*other);
    io->start();
    other->start();
  }

  AnsweringMarket other_market;
  std::unique_ptr<IoThread> other;
  std::uint16_t other_port = 0;
};

TEST_F(HandOverTest, ASocketGoesToTheThreadOfItsSession) {
  start_both();
  Tab tab = open();
  subscribe(tab.client);
  publish(1, true);
  EXPECT_TRUE(contains(tab.client.text(), R"("seq":1)"));
  for (int round = 0; round < 20; ++round) {
    tab.client.reset();
    ASSERT_TRUE(parked(1));
    publish(1, true);
    // What the client sends right behind its request travels with the socket.
    TcpClient client{other_port};
    client.send(upgrade_request(bearer(), "/ws/indicators?resume=" + tab.resume_token) +
                ws::test::text_frame(R"({"type":"resume","received":[{"symbol":"NIFTY50","timeframe":"1min",)"
                                     R"("epoch":"e1","seq":)" +
                                     std::to_string(round + 1) + "}]}"));
    ASSERT_TRUE(contains(client.response(), "101"));
    ASSERT_EQ(field(client.text(), "ws_conn_id"), tab.id);
    ASSERT_TRUE(contains(client.text(), R"("type":"resumed")"));
    ASSERT_TRUE(contains(client.text(), "\"seq\":" + std::to_string(round + 2)));
    tab.client = std::move(client);
  }
  EXPECT_EQ(outcome("resumed"), 20u);
  EXPECT_EQ(admission->taken(), 1u);
}

TEST_F(HandOverTest, ANewSessionOfAStaleTokenIsWholeWhereItLands) {
  start_both();
  Tab tab = open();
  tab.client.send(ws::test::close_frame(1000));
  EXPECT_EQ(tab.client.close_code(), 1000);
  Tab again = tab_at(other_port, bearer(), "/ws/indicators?resume=" + tab.resume_token);
  EXPECT_FALSE(again.resumed);
  subscribe(again.client);
  publish(1, true);
  EXPECT_TRUE(contains(again.client.text(), R"("seq":1)"));
}

TEST_F(HandOverTest, ASocketForAThreadThatHasEndedIsClosed) {
  start_both();
  Tab tab = open();
  tab.client.reset();
  ASSERT_TRUE(parked(1));
  io->stop();
  TcpClient client{other_port};
  client.send(upgrade_request(bearer(), "/ws/indicators?resume=" + tab.resume_token));
  EXPECT_TRUE(contains(client.response(), "101"));
  other->stop();
  io.reset();
  other.reset();
  EXPECT_TRUE(client.at_end());
  EXPECT_EQ(admission->taken(), 0u);
}

}  // namespace
}  // namespace subd::server::test
