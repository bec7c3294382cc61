// The connection of a Kite client: a turn's packets in one message.
#include <gtest/gtest.h>

#include <string>

#include "server/running_server.hpp"

namespace subd::server {
namespace {

using test::contains;
using test::TcpClient;

class KiteFrames : public test::RunningServer {
 protected:
  TcpClient login(const std::string& query) {
    TcpClient client{port};
    client.send(upgrade_request({}, "/kite/?api_key=any&access_token=" + query));
    return client;
  }
  /// The next message that is no heartbeat.
  static test::ServerFrame message(TcpClient& client) {
    while (const auto frame = client.frame()) {
      if (frame->payload.size() != 1) return *frame;
    }
    return {};
  }
};

TEST_F(KiteFrames, ThePacketsOfATurnAreOneMessage) {
  start();
  on_io([&] {
    for (const std::uint32_t token : {1U, 2U, 3U}) market.ticks.tick(market::InstrumentId{token}, 100);
  });
  auto client = login(token());
  ASSERT_TRUE(contains(client.response(), "101 Switching Protocols"));
  client.send_text(R"({"a":"subscribe","v":[1,2,3]})");
  const test::ServerFrame frame = message(client);
  EXPECT_EQ(frame.opcode, 0x2);
  const std::string packet = std::string{"\0\x06", 2} + "quote3";
  EXPECT_EQ(frame.payload, (std::string{"\0\x03", 2} + packet + packet + packet));
  EXPECT_EQ(on_io([&] { return io->connections().at(0).kind; }), session::ClientKind::Kite);
}

TEST_F(KiteFrames, AnErrorBetweenPacketsIsAMessageOfItsOwn) {
  start();
  on_io([&] { market.ticks.tick(market::InstrumentId{1}, 100); });
  auto client = login(token());
  ASSERT_TRUE(contains(client.response(), "101 Switching Protocols"));
  client.send_text(R"({"a":"subscribe","v":[1,77]})");
  const test::ServerFrame error = message(client);
  EXPECT_EQ(error.opcode, 0x1);
  EXPECT_EQ(error.payload, R"({"type":"error","data":"unknown tokens, ignored: 77"})");
  EXPECT_EQ(message(client).payload, (std::string{"\0\x01\0\x06", 4} + "quote1"));
}

TEST_F(KiteFrames, ABadLoginIsRefusedBeforeTheHandshake) {
  start();
  auto client = login("nonsense");
  const std::string response = client.response();
  EXPECT_TRUE(contains(response, "HTTP/1.1 403 ")) << response;
  EXPECT_TRUE(contains(response, "access_token: ")) << response;
}

}  // namespace
}  // namespace subd::server
