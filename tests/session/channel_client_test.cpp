#include "session/channel_client.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "support/client_outbox.hpp"
#include "support/fake_clock.hpp"
#include "support/test_tokens.hpp"

namespace subd::session {
namespace {

using test::contains;
using Lines = std::vector<std::string>;

class RecordingLink final : public channel::MarketLink {
 public:
  void want(channel::ChannelId, bool wanted) override { wishes.push_back(wanted); }
  std::vector<bool> wishes;
};

constexpr channel::ChannelId kChannel{0};

struct Tab {
  explicit Tab(ChannelContext& context) : client{context, transport, kChannel, "ws_1"} {}
  Lines take() { return test::take_messages(client.outbox()); }
  test::CountingTransport transport;
  ChannelClient client;
};

class ChannelClientTest : public testing::Test {
 protected:
  ChannelClientTest() { limits.channel_queue = 3; }

  std::unique_ptr<Tab> open() {
    auto tab = std::make_unique<Tab>(context);
    tab->client.open({"channel", "", "", false, clock.utc_now() + std::chrono::hours{1}});
    return tab;
  }
  void publish(std::string text) { hub.publish({kChannel, std::make_shared<const std::string>(std::move(text))}); }

  test::FakeClock clock;
  RecordingLink link;
  channel::ChannelHub hub{link};
  auth::JwtVerifier verifier = test::test_verifier();
  Limits limits;
  ClientContext clients{verifier, clock, limits, {}};
  ChannelContext context{clients, hub};
};

TEST_F(ChannelClientTest, GetsTheMessagesAsTheyAre) {
  const auto tab = open();
  publish(R"({"VN30":{}})");
  EXPECT_EQ(tab->take(), Lines{R"({"VN30":{}})"}) << "nothing comes before the snapshot";
  EXPECT_GT(tab->transport.flushes, 0);
  EXPECT_EQ(tab->client.report().channel, "market");
}

TEST_F(ChannelClientTest, TheOldestGoWhenTheQueueIsFull) {
  const auto tab = open();
  for (const char* text : {"1", "2", "3", "4", "5"}) publish(text);
  EXPECT_EQ(tab->take(), (Lines{"3", "4", "5"}));
  EXPECT_EQ(hub.counts()[0].offered, 5U);
  EXPECT_EQ(hub.counts()[0].dropped, 2U);
  publish("6");
  EXPECT_EQ(tab->take(), Lines{"6"});
  EXPECT_EQ(hub.counts()[0].dropped, 2U);
}

TEST_F(ChannelClientTest, WhatIsAboutTheConnectionIsKept) {
  const auto tab = open();
  publish("1");
  hub.upstream_changed(false);
  for (const char* text : {"2", "3", "4", "5"}) publish(text);
  hub.upstream_changed(true);
  EXPECT_EQ(tab->take(),
            (Lines{"3", R"({"type":"status","connected":false})", "4", "5", R"({"type":"status","connected":true})"}));
}

TEST_F(ChannelClientTest, ASlowClientIsNotInTheOthersWay) {
  const auto slow = open();
  const auto quick = open();
  for (int i = 0; i < 100; ++i) {
    publish(std::to_string(i));
    EXPECT_EQ(quick->take(), Lines{std::to_string(i)});
  }
  EXPECT_EQ(slow->client.outbox().pending_messages(), 3U);
}

TEST_F(ChannelClientTest, WaitingMessagesAreReferencesAndNotTheClientsBytes) {
  limits.outbox_hard_bytes = 1000;
  const auto tab = open();
  publish(std::string(100'000, 'x'));
  publish(std::string(100'000, 'y'));
  EXPECT_FALSE(tab->client.closing_reason());
  EXPECT_LT(tab->client.outbox().pending_bytes(), 1000U);
  EXPECT_EQ(tab->take().size(), 2U);
  EXPECT_EQ(tab->client.outbox().pending_bytes(), 0U);
}

TEST_F(ChannelClientTest, HeartbeatIsAnswered) {
  const auto tab = open();
  tab->client.on_text(R"({"type":"heartbeat","id":4})");
  const Lines lines = tab->take();
  ASSERT_EQ(lines.size(), 1U);
  EXPECT_TRUE(contains(lines[0], R"({"type":"heartbeat_ack","id":4)")) << lines[0];
}

TEST_F(ChannelClientTest, EveryOtherMessageIsAnError) {
  const auto tab = open();
  tab->client.on_text(R"({"type":"subscribe","id":1})");
  tab->client.on_text("hello");
  const Lines lines = tab->take();
  ASSERT_EQ(lines.size(), 2U);
  EXPECT_TRUE(contains(lines[0], R"({"type":"error","id":1,"code":"unknown_type")")) << lines[0];
  EXPECT_TRUE(contains(lines[1], R"("code":"bad_json")")) << lines[1];
}

TEST_F(ChannelClientTest, LeavesWhenItCloses) {
  const auto tab = open();
  EXPECT_EQ(link.wishes, std::vector{true});
  tab->client.close(wire::close_reason::kGoingAway);
  tab->client.close(wire::close_reason::kGoingAway);
  EXPECT_EQ(link.wishes, (std::vector{true, false}));
  publish("1");
  EXPECT_EQ(tab->take(), Lines{"close 1001"});
}

}  // namespace
}  // namespace subd::session
