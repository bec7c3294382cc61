#include <gtest/gtest.h>

#include <string>

#include "server/running_server.hpp"

namespace subd::server::test {
namespace {

using std::chrono::milliseconds;
using ws::test::client_frame;
using ws::test::close_frame;
using ws::test::text_frame;

class ConnectionTest : public RunningServer {
 protected:
  /// The client is closed with `code`, after `bytes`.
  void expect_close(const std::string& bytes, std::uint16_t code) {
    auto client = connect();
    client.send(bytes);
    EXPECT_EQ(client.close_code(), code);
    EXPECT_TRUE(client.at_end());
    client.close();
    ASSERT_TRUE(all_gone());
    EXPECT_EQ(closed_connections().front().code, code);
  }
};

TEST_F(ConnectionTest, DeliversOnlyWhatWasAskedFor) {
  start();
  auto alice = connect();
  auto bob = connect("bob");
  subscribe(alice);
  publish(1, false);
  EXPECT_EQ(alice.text(), R"({"seq":1,"indicators":{"RSI":1}})");
  bob.send_text(R"({"type":"list","id":1})");
  EXPECT_TRUE(contains(bob.text(), R"("streams":[])"));
}

TEST_F(ConnectionTest, WritesABurstWithOneSend) {
  start();
  auto client = connect();
  subscribe(client);
  const auto before = counters();
  publish(50, true);
  for (int i = 1; i <= 50; ++i) EXPECT_TRUE(contains(client.text(), "\"seq\":" + std::to_string(i)));
  const auto after = counters();
  EXPECT_EQ(after.sent_messages - before.sent_messages, 50u);
  EXPECT_EQ(after.send_calls - before.send_calls, 1u);
}

TEST_F(ConnectionTest, AFlushWindowGathersTurns) {
  settings.flush_window = milliseconds{5};
  start();
  auto client = connect();
  subscribe(client);
  publish(3, true);
  for (int i = 1; i <= 3; ++i) EXPECT_TRUE(contains(client.text(), "\"seq\":" + std::to_string(i)));
}

TEST_F(ConnectionTest, ForwardsAMessageInFragmentsWithAPingInside) {
  start();
  auto client = connect();
  client.send(client_frame({.opcode = 0x1, .payload = R"({"type":)", .fin = false}));
  client.send(client_frame({.opcode = 0x9, .payload = "now"}));
  client.send(client_frame({.opcode = 0x0, .payload = R"("list","id":9})"}));
  const auto pong = client.frame();
  ASSERT_TRUE(pong.has_value());
  EXPECT_EQ(pong->opcode, 0xA);
  EXPECT_EQ(pong->payload, "now");
  EXPECT_TRUE(contains(client.text(), R"("id":9)"));
}

TEST_F(ConnectionTest, EchoesTheCloseOfItsClientAndEnds) {
  start();
  auto client = connect();
  client.send(close_frame(1000, "bye"));
  EXPECT_EQ(client.close_code(), 1000);
  EXPECT_TRUE(client.at_end());
  ASSERT_TRUE(all_gone());
  const auto closed = closed_connections();
  ASSERT_EQ(closed.size(), 1u);
  EXPECT_EQ(closed[0].text, "closed by client");
  EXPECT_EQ(closed[0].user, "alice");
  EXPECT_TRUE(closed[0].address.starts_with("127.0.0.1:"));
}

TEST_F(ConnectionTest, EchoesACloseWithoutACode) {
  start();
  auto client = connect();
  client.send(client_frame({.opcode = 0x8}));
  const auto close = client.frame();
  ASSERT_TRUE(close.has_value());
  EXPECT_EQ(close->opcode, 0x8);
  EXPECT_EQ(close->payload, "");
  EXPECT_TRUE(client.at_end());
}

TEST_F(ConnectionTest, AnUnmaskedFrameBreaksTheProtocol) {
  start();
  expect_close(client_frame({.payload = "{}", .masked = false}), 1002);
}

TEST_F(ConnectionTest, AMessageAboveTheLimitIsTooBig) {
  limits.max_message_bytes = 1000;
  start();
  expect_close(text_frame(std::string(1001, 'a')), 1009);
}

TEST_F(ConnectionTest, AMegabyteIsRefusedByItsHeader) {
  start();
  expect_close(text_frame(std::string(1 << 20, 'a')), 1009);
}

TEST_F(ConnectionTest, BinaryIsNotSpokenHere) {
  start();
  expect_close(client_frame({.opcode = 0x2, .payload = "abc"}), 1003);
}

TEST_F(ConnectionTest, TextMustBeUtf8) {
  start();
  expect_close(text_frame("\xC3\x28"), 1007);
}

TEST_F(ConnectionTest, ManyErrorsCloseWithTheirCode) {
  limits.max_errors = 2;
  start();
  expect_close(text_frame("x") + text_frame("y") + text_frame("z"), 4009);
}

TEST_F(ConnectionTest, AClientThatGoesAwayTakesItsSubscriptionsAlong) {
  limits.resume_window = milliseconds{0};
  start();
  auto stays = connect("bob");
  subscribe(stays);
  {
    auto leaves = connect();
    subscribe(leaves);
  }
  ASSERT_TRUE(eventually([&] { return io->counters().open_websockets == 1; }));
  EXPECT_EQ(closed_connections().front().code, 1006);
  publish(1, true);
  EXPECT_TRUE(contains(stays.text(), "\"seq\":1"));
  stays.close();
  ASSERT_TRUE(all_gone());
  EXPECT_EQ(on_io([&] { return io->hub().stream_count(); }), 0u);
  EXPECT_EQ(on_io([&] { return market.scripted.releases.size(); }), 1u);
}

TEST_F(ConnectionTest, WithoutATokenTheFirstMessageBringsIt) {
  start();
  TcpClient client{port};
  client.send(upgrade_request());
  EXPECT_TRUE(contains(client.response(), "101 "));
  client.send_text(R"({"type":"auth","token":")" + token("dave") + R"("})");
  const std::string connected = client.text();
  EXPECT_TRUE(contains(connected, R"("user_id":"dave")")) << connected;
}

TEST_F(ConnectionTest, WithoutATokenInTimeItIsClosed) {
  start();
  TcpClient client{port};
  client.send(upgrade_request());
  EXPECT_TRUE(contains(client.response(), "101 "));
  ASSERT_TRUE(eventually([&] { return io->counters().open_websockets == 1; }));
  advance(limits.auth_timeout);
  EXPECT_EQ(client.close_code(), 4001);
}

TEST_F(ConnectionTest, AClientThatDoesNotAnswerTheCloseIsCutInTime) {
  start();
  auto client = connect();
  const auto id = on_io([&] { return io->connections().at(0).id; });
  on_io([&] { io->find_client(id)->close(wire::close_reason::kClosedByOperator); });
  EXPECT_EQ(client.close_code(), 4006);
  EXPECT_TRUE(client.at_end());
  advance(settings.close_timeout - milliseconds{1});
  EXPECT_EQ(counters().open_websockets, 1u);
  advance(milliseconds{1});
  EXPECT_TRUE(all_gone());
}

TEST_F(ConnectionTest, ASilentClientIsCutWithoutACloseFrame) {
  start();
  auto client = connect();
  advance(limits.heartbeat_timeout);
  EXPECT_EQ(client.close_code(), 0);
  ASSERT_TRUE(all_gone());
  EXPECT_EQ(closed_connections().front().code, 4004);
}

class SlowReader : public ConnectionTest {
 protected:
  SlowReader() { settings.send_buffer_bytes = 4096; }

  /// Publishes until the socket of the only connection takes no more, and then much more than it could ever squeeze in.
  int publish_until_stuck() {
    int published = 0;
    while (on_io([&] { return io->connections().at(0).queue_bytes; }) == 0 && published < 1'000'000) {
      publish(1000, true);
      published += 1000;
    }
    publish(20'000, true);
    return published + 20'000;
  }
};

TEST_F(ConnectionTest, WhoGoesOnSendingAfterTheCloseIsCut) {
  limits.message_burst = 100;
  start();
  auto client = connect();
  const std::string flood(std::size_t{64} * 1024, '\x89');
  // The clock stands still, so that no time limit ends this.
  for (int i = 0; i < 100 && client.send(flood); ++i) {
  }
  EXPECT_TRUE(all_gone());
  EXPECT_LT(counters().received_bytes, 1u << 20);
}

TEST_F(SlowReader, GetsAnIntactStreamWithPongsBetweenWholeFrames) {
  start();
  auto client = connect("alice", 4096);
  subscribe(client);
  int published = publish_until_stuck();
  for (int i = 0; i < 40; ++i) {
    client.send(client_frame({.opcode = 0x9, .payload = "ping " + std::to_string(i)}));
    publish(25, true);
    published += 25;
  }
  int updates = 0;
  int pongs = 0;
  while (updates < published || pongs < 40) {
    const auto frame = client.frame();
    ASSERT_TRUE(frame.has_value()) << "after " << updates << " updates and " << pongs << " pongs";
    if (frame->opcode == 0x1) {
      const std::string seq = std::to_string(++updates);
      ASSERT_EQ(frame->payload, "{\"seq\":" + seq + ",\"indicators\":{\"RSI\":" + seq + "}}");
    } else {
      ASSERT_EQ(frame->opcode, 0xA);
      ASSERT_EQ(frame->payload, "ping " + std::to_string(pongs++));
    }
  }
  EXPECT_EQ(on_io([&] { return io->connections().at(0).queue_bytes; }), 0u);
}

TEST_F(SlowReader, MissesFormingUpdatesButNoClosedBar) {
  start();
  auto client = connect("alice", 4096);
  subscribe(client);
  const int stuck_at = publish_until_stuck();
  publish(500, false);
  publish(1, true);
  publish(500, false);
  int last = 0;
  int received = 0;
  while (last < stuck_at + 1001) {
    const std::string text = client.text();
    ASSERT_FALSE(text.empty());
    const int seq = std::stoi(text.substr(7));
    ASSERT_GT(seq, last);
    last = seq;
    ++received;
  }
  // The forming updates before the closed bar went with it, those behind it into the newest.
  EXPECT_EQ(received, stuck_at + 2);
  EXPECT_EQ(on_io([&] { return io->connections().at(0).conflated; }), 999u);
}

TEST_F(SlowReader, IsCutAtItsHardLimitAndNobodyElseNotices) {
  limits.outbox_hard_bytes = 50'000;
  limits.outbox_soft_bytes = 40'000;
  start();
  auto slow = connect("alice", 4096);
  subscribe(slow);
  auto other = connect("bob");
  for (int i = 0; i < 1000 && counters().open_websockets == 2; ++i) publish(1000, true);
  ASSERT_TRUE(eventually([&] { return io->counters().open_websockets == 1; }));
  EXPECT_EQ(closed_connections().front().code, 4005);
  EXPECT_GT(counters().dropped_messages, 0u);
  EXPECT_EQ(on_io([&] { return io->hub().stream_count(); }), 0u);
  other.send_text(R"({"type":"list","id":5})");
  EXPECT_TRUE(contains(other.text(), R"("id":5)"));
}

TEST_F(SlowReader, ThatIsStuckDoesNotHoldUpItsEnd) {
  start();
  auto client = connect("alice", 4096);
  subscribe(client);
  publish_until_stuck();
  const auto id = on_io([&] { return io->connections().at(0).id; });
  on_io([&] { io->find_client(id)->close(wire::close_reason::kClosedByOperator); });
  const auto turns = counters().turns;
  ASSERT_TRUE(eventually([&] { return io->counters().turns > turns; }));
  EXPECT_EQ(counters().open_websockets, 1u);
  advance(settings.close_timeout);
  ASSERT_TRUE(all_gone());
  EXPECT_EQ(closed_connections().front().code, 4006);
}

class Publishing : public RunningServer {
 protected:
  TcpClient connect_publisher() {
    start();
    on_io([&] {
      io->set_api_keys(std::make_shared<const auth::ApiKeySet>(
          std::vector<auth::ApiKeyHolder>{{auth::api_key_digest("subd_p"), "feeder", auth::Role::Publisher}}));
    });
    TcpClient client{port};
    client.send(upgrade_request("X-API-Key: subd_p\r\n", "/ws/ingest"));
    EXPECT_TRUE(contains(client.response(), "101 Switching Protocols"));
    EXPECT_TRUE(contains(client.text(), R"("user_id":"feeder")"));
    return client;
  }
};

TEST_F(Publishing, BatchesAreAcknowledgedInOrder) {
  TcpClient client = connect_publisher();
  client.send_text("one");
  client.send_text("bad");
  client.send_text("two");
  EXPECT_EQ(client.text(), "feeder||one");
  EXPECT_TRUE(contains(client.text(), R"("code":"bad_request")"));
  EXPECT_EQ(client.text(), "feeder||two");
}

TEST_F(Publishing, NothingMoreIsReadUntilABatchIsApplied) {
  backend.answer_ingest = false;
  TcpClient client = connect_publisher();
  client.send_text("one");
  client.send_text("two");
  client.send_text("three");
  ASSERT_TRUE(eventually([&] { return backend.unanswered_ingest.size() == 1; }));
  for (const char* expected : {"feeder||one", "feeder||two", "feeder||three"}) {
    on_io([&] {
      ASSERT_EQ(backend.unanswered_ingest.size(), 1U) << "one at a time";
      std::exchange(backend.unanswered_ingest, {}).front()();
    });
    EXPECT_EQ(client.text(), expected);
  }
}

TEST_F(Publishing, AnAnswerForAPublisherThatLeftGoesNowhere) {
  backend.answer_ingest = false;
  TcpClient client = connect_publisher();
  client.send_text("one");
  ASSERT_TRUE(eventually([&] { return backend.unanswered_ingest.size() == 1; }));
  on_io([&] { io->find_client(io->connections().at(0).id)->close(wire::close_reason::kClosedByOperator); });
  client.close();
  EXPECT_TRUE(all_gone());
  on_io([&] { backend.unanswered_ingest.front()(); });
  EXPECT_EQ(on_io([&] { return io->connections().size(); }), 0U);
}

}  // namespace
}  // namespace subd::server::test
