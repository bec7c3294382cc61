// The connection of a channel's client: the shared token, one text for all, a client that does not read.
#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "channel/catalogue.hpp"
#include "server/running_server.hpp"

namespace subd::server {
namespace {

using test::contains;
using test::TcpClient;

class ChannelSocket : public test::RunningServer {
 protected:
  TcpClient take(const std::string& target, int receive_buffer_bytes = 0) {
    TcpClient client{port, receive_buffer_bytes};
    client.send(upgrade_request({}, target));
    return client;
  }
  void publish(std::string text) {
    auto shared = std::make_shared<const std::string>(std::move(text));
    on_io([&] { io->channels().publish({index, shared}); });
  }

  channel::ChannelId index = *channel::find_channel("index");
};

TEST_F(ChannelSocket, ClientsOfAChannelGetItsMessages) {
  settings.channel_token = auth::SharedToken{"open sesame"};
  start();
  auto client = take("/ws/index?token=open%20sesame");
  ASSERT_TRUE(contains(client.response(), "101 Switching Protocols"));
  ASSERT_TRUE(eventually([&] { return io->channels().counts()[static_cast<std::size_t>(index)].clients == 1; }));
  EXPECT_EQ(on_io([&] { return market.channels; }), (std::vector{std::pair{index, true}}));
  publish(R"({"VN30":{}})");
  EXPECT_EQ(client.text(), R"({"VN30":{}})");
  client.send_text(R"({"type":"heartbeat","id":1})");
  EXPECT_TRUE(contains(client.text(), R"("type":"heartbeat_ack")"));
  const auto reports = on_io([&] { return io->connections(); });
  ASSERT_EQ(reports.size(), 1u);
  EXPECT_EQ(reports[0].channel, "index");
}

TEST_F(ChannelSocket, AWrongTokenIsRefusedBeforeTheHandshake) {
  settings.channel_token = auth::SharedToken{"open sesame"};
  start();
  const std::string response = take("/ws/index?token=open").response();
  EXPECT_TRUE(contains(response, "HTTP/1.1 403 ")) << response;
  EXPECT_EQ((counters().refused[{"forbidden", "/ws/index", 403}]), 1u);
  EXPECT_TRUE(on_io([&] { return market.channels.empty(); })) << "nothing was taken";
}

TEST_F(ChannelSocket, TheChannelIsGivenUpWithItsLastClient) {
  start();
  {
    auto client = take("/ws/index");
    ASSERT_TRUE(contains(client.response(), "101 Switching Protocols"));
  }
  EXPECT_TRUE(eventually([&] { return market.channels.size() == 2; }));
  EXPECT_EQ(on_io([&] { return market.channels.back(); }), (std::pair{index, false}));
}

}  // namespace
}  // namespace subd::server
