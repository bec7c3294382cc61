#include "channel/channel_hub.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace subd::channel {
namespace {

class RecordingLink final : public MarketLink {
 public:
  void want(ChannelId channel, bool wanted) override { wishes.emplace_back(channel, wanted); }
  std::vector<std::pair<ChannelId, bool>> wishes;
};

class RecordingClient final : public Subscriber {
 public:
  bool offer(const Text& text) noexcept override {
    texts.push_back(text);
    return has_room;
  }
  void upstream_changed(bool connected) override { states.push_back(connected); }
  std::vector<Text> texts;
  std::vector<bool> states;
  bool has_room = true;
};

constexpr ChannelId kFirst{0};
constexpr ChannelId kSecond{1};

Message message(ChannelId channel, std::string text) {
  return {channel, std::make_shared<const std::string>(std::move(text))};
}

class ChannelHubTest : public testing::Test {
 protected:
  RecordingLink link;
  ChannelHub hub{link};
  RecordingClient alice;
  RecordingClient bob;
};

TEST_F(ChannelHubTest, MarketIsToldOfTheFirstAndTheLast) {
  hub.join(kFirst, alice);
  hub.join(kFirst, bob);
  EXPECT_EQ(link.wishes, (std::vector<std::pair<ChannelId, bool>>{{kFirst, true}}));
  hub.leave(kFirst, alice);
  EXPECT_EQ(link.wishes.size(), 1U);
  hub.leave(kFirst, bob);
  EXPECT_EQ(link.wishes.back(), (std::pair{kFirst, false}));
}

TEST_F(ChannelHubTest, MessageGoesToAllOfItsChannelAndToNoOther) {
  RecordingClient other;
  hub.join(kFirst, alice);
  hub.join(kFirst, bob);
  hub.join(kSecond, other);
  const Message sent = message(kFirst, "{}");
  hub.publish(sent);
  ASSERT_EQ(alice.texts.size(), 1U);
  EXPECT_EQ(alice.texts[0], sent.text);
  EXPECT_EQ(bob.texts, alice.texts) << "one text, shared";
  EXPECT_TRUE(other.texts.empty());
}

TEST_F(ChannelHubTest, WhoComesLaterGetsTheNewestMessage) {
  hub.join(kFirst, alice);
  hub.publish(message(kFirst, "1"));
  hub.publish(message(kFirst, "2"));
  hub.join(kFirst, bob);
  ASSERT_EQ(bob.texts.size(), 1U);
  EXPECT_EQ(*bob.texts[0], "2");
}

TEST_F(ChannelHubTest, WhatIsOfBeforeNobodyWasThereIsForgotten) {
  hub.join(kFirst, alice);
  hub.publish(message(kFirst, "old"));
  hub.leave(kFirst, alice);
  hub.publish(message(kFirst, "late"));
  hub.join(kFirst, bob);
  EXPECT_TRUE(bob.texts.empty()) << "the market sends its newest";
}

TEST_F(ChannelHubTest, UpstreamIsToldWhenItGoesAndReturns) {
  hub.join(kFirst, alice);
  hub.upstream_changed(true);
  hub.upstream_changed(false);
  hub.upstream_changed(false);
  hub.join(kSecond, bob);
  hub.upstream_changed(true);
  EXPECT_EQ(alice.states, (std::vector{false, true}));
  EXPECT_EQ(bob.states, (std::vector{false, true})) << "who comes meanwhile is told, too";
}

TEST_F(ChannelHubTest, CountsWhatGaveWay) {
  bob.has_room = false;
  hub.join(kFirst, alice);
  hub.join(kFirst, bob);
  hub.publish(message(kFirst, "1"));
  const auto counts = hub.counts();
  EXPECT_EQ(counts[0].clients, 2U);
  EXPECT_EQ(counts[0].offered, 2U);
  EXPECT_EQ(counts[0].dropped, 1U);
  EXPECT_EQ(counts[1].clients, 0U);
}

}  // namespace
}  // namespace subd::channel
