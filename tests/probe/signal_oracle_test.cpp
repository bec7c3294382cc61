#include "probe/signal_oracle.hpp"

#include <gtest/gtest.h>

namespace subd::probe {
namespace {

using std::chrono::milliseconds;

constexpr base::MonoTime kStart{std::chrono::seconds{100}};

class SignalOracleTest : public testing::Test {
 protected:
  SignalOracleTest() {
    starter = oracle.add_tab("starter", false);
    professional = oracle.add_tab("professional", true);
    for (const bool premium : {false, true, false}) ids.push_back(oracle.publish(premium, kStart));
  }
  std::optional<base::MonoTime::duration> get(std::size_t tab, std::size_t number) {
    return oracle.received(tab, R"({"type":"signal","id":")" + ids[number] + "\"}", kStart + milliseconds{7});
  }
  std::uint64_t broken(std::string_view rule) {
    oracle.finish();
    return oracle.findings().count(rule);
  }

  SignalOracle oracle{"run"};
  std::size_t starter = 0;
  std::size_t professional = 0;
  std::vector<std::string> ids;
};

TEST_F(SignalOracleTest, WhatEachTierGetsInOrderIsRight) {
  for (const std::size_t number : {0U, 2U}) EXPECT_EQ(get(starter, number), milliseconds{7});
  for (const std::size_t number : {0U, 1U, 2U}) EXPECT_EQ(get(professional, number), milliseconds{7});
  EXPECT_TRUE(oracle.has_all(starter));
  EXPECT_TRUE(oracle.has_all(professional));
  oracle.finish();
  EXPECT_EQ(oracle.findings().total(), 0U);
}

TEST_F(SignalOracleTest, APremiumSignalIsNotForAStarter) {
  get(starter, 0);
  EXPECT_EQ(get(starter, 1), std::nullopt);
  EXPECT_EQ(oracle.findings().count(rule::kTier), 1U);
}

TEST_F(SignalOracleTest, ARepetitionAndAStepBackAreSeen) {
  get(professional, 0);
  get(professional, 0);
  get(professional, 2);
  get(professional, 1);
  EXPECT_EQ(oracle.findings().count(rule::kOnce), 2U);
}

TEST_F(SignalOracleTest, AGapIsSeenWhereItIsAndAtTheEnd) {
  get(professional, 2);
  get(starter, 0);
  EXPECT_EQ(oracle.findings().count(rule::kMissing), 2U);
  EXPECT_FALSE(oracle.has_all(starter));
  EXPECT_EQ(broken(rule::kMissing), 3U);
}

TEST_F(SignalOracleTest, SignalsOfOthersArePassedOver) {
  EXPECT_EQ(oracle.received(starter, R"({"type":"signal","id":"sig_1"})", kStart), std::nullopt);
  EXPECT_EQ(oracle.received(starter, R"({"type":"signal","id":"wsprobe-run-99"})", kStart), std::nullopt);
  EXPECT_EQ(oracle.findings().total(), 0U);
}

TEST_F(SignalOracleTest, AConnectionThatEndsIsNotWaitedFor) {
  oracle.ended(starter, "closed with 4005");
  EXPECT_TRUE(oracle.has_all(starter));
  EXPECT_EQ(oracle.findings().count(rule::kMissing), 1U);
}

TEST_F(SignalOracleTest, WhatIsNoMessageIsSeen) {
  oracle.received(starter, "{", kStart);
  oracle.received(starter, R"({"type":"error","code":"internal"})", kStart);
  EXPECT_EQ(oracle.findings().count(rule::kMessage), 1U);
  EXPECT_EQ(oracle.findings().count(rule::kRefused), 1U);
}

}  // namespace
}  // namespace subd::probe
