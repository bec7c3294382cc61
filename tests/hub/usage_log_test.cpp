#include "hub/usage_log.hpp"

#include <gtest/gtest.h>

#include "hub/hub.hpp"
#include "support/fake_clock.hpp"
#include "support/recording_subscriber.hpp"

namespace subd::hub {
namespace {

constexpr wire::StreamId kStream{7};

class UsageLogTest : public testing::Test {
 protected:
  Subscription& subscribe(test::RecordingSubscriber& subscriber, std::vector<std::string> ids) {
    return hub.subscribe(subscriber, nullptr, kStream, "NIFTY50", "1min", ids, 0, {}, {});
  }
  /// What was counted of the topic since the last look.
  Usage usage(std::string_view id) {
    for (Usage& one : hub.usage().take()) {
      if (one.id == id) return one;
    }
    return {};
  }

  test::FakeClock clock;
  test::ScriptedMarket market;
  Hub hub{market, clock};
  test::RecordingSubscriber first;
  test::RecordingSubscriber second;
};

TEST_F(UsageLogTest, CountsSubscribesAndThePeakOfEachTopic) {
  Subscription& one = subscribe(first, {"RSI_14_100"});
  subscribe(second, {"RSI_14_100", "SMA_20"});
  hub.remove_topics(one, std::vector<std::string>{"RSI_14_100"});
  const Usage rsi = usage("RSI_14_100");
  EXPECT_EQ(rsi.stream, kStream);
  EXPECT_EQ(rsi.subscribes, 2U);
  EXPECT_EQ(rsi.peak, 2U);
  EXPECT_EQ(rsi.subscribers, 1U);
}

TEST_F(UsageLogTest, AStreamIsATopicWithoutAName) {
  Subscription& one = subscribe(first, {});
  EXPECT_EQ(usage("").subscribers, 1U);
  hub.close(one);
  const Usage left = usage("");
  EXPECT_EQ(left.subscribes, 0U);
  EXPECT_EQ(left.peak, 1U);
  EXPECT_EQ(left.subscribers, 0U);
}

TEST_F(UsageLogTest, WhatDidNotChangeIsNotToldAgain) {
  subscribe(first, {"SMA_20"});
  EXPECT_EQ(hub.usage().take().size(), 2U);
  EXPECT_TRUE(hub.usage().take().empty());
}

}  // namespace
}  // namespace subd::hub
