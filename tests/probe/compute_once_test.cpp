#include "probe/compute_once.hpp"

#include <gtest/gtest.h>

namespace subd::probe {
namespace {

ComputationSample sample(double subscribers, double computations, double evaluations, double updates) {
  ComputationSample sample;
  sample.topics[{"NIFTY50", "1s", "RSI_14_100"}] = {subscribers, computations, evaluations};
  sample.updates[{"NIFTY50", "1s"}] = updates;
  return sample;
}

const ExpectedTopics kTwoTabs{{{"NIFTY50", "1s", "RSI_14_100"}, 2}};

std::uint64_t violations(const ComputationSample& before, const ComputationSample& after) {
  Findings findings;
  judge_compute_once(before, after, kTwoTabs, findings);
  EXPECT_EQ(findings.checks(rule::kComputeOnce), 1U);
  EXPECT_EQ(findings.total(), findings.count(rule::kComputeOnce));
  return findings.total();
}

TEST(ComputeOnce, OneComputationThatKeepsPaceWithTheUpdatesPasses) {
  EXPECT_EQ(violations(sample(2, 1, 100, 100), sample(2, 1, 120, 120)), 0U);
  EXPECT_EQ(violations(sample(2, 1, 100, 100), sample(2, 1, 112, 120)), 0U);
}

TEST(ComputeOnce, EveryWayToComputeMoreIsAViolation) {
  EXPECT_EQ(violations(sample(2, 2, 100, 100), sample(2, 2, 120, 120)), 1U) << "two instances";
  EXPECT_EQ(violations(sample(2, 1, 100, 100), sample(2, 1, 140, 120)), 1U) << "one instance, evaluated per tab";
  EXPECT_EQ(violations(sample(2, 0, 100, 100), sample(2, 0, 120, 120)), 1U) << "none";
  EXPECT_EQ(violations(sample(1, 1, 100, 100), sample(1, 1, 120, 120)), 1U) << "a tab is not counted";
  EXPECT_EQ(violations({}, {}), 1U) << "no such topic";
}

TEST(ComputeOnce, ReadsPrometheusText) {
  const auto parsed = parse_computations(
      "# HELP subd_topic_computations Running instances\n# TYPE subd_topic_computations gauge\n"
      "subd_topic_computations{symbol=\"NIFTY50\",timeframe=\"1s\",indicator=\"RSI_14_100\"} 1\n"
      "subd_topic_subscribers{indicator=\"RSI_14_100\",symbol=\"NIFTY50\",timeframe=\"1s\"} 2 1700000000000\n"
      "subd_topic_evaluations_total{symbol=\"NIFTY50\",timeframe=\"1s\",indicator=\"RSI_14_100\",} 1.5e+06\r\n"
      "subd_stream_updates_total{symbol=\"NIFTY50\",timeframe=\"1s\"} 40\n"
      "subd_uptime_seconds 3\nother{x=\"y\"} NaN\n");
  ASSERT_TRUE(parsed) << parsed.error().text;
  const auto& topic = parsed->topics.at({"NIFTY50", "1s", "RSI_14_100"});
  EXPECT_EQ(topic.computations, 1);
  EXPECT_EQ(topic.subscribers, 2);
  EXPECT_EQ(topic.evaluations, 1'500'000);
  EXPECT_EQ(parsed->updates.at({"NIFTY50", "1s"}), 40);
}

TEST(ComputeOnce, SaysWhatIsWrongWithTheMetrics) {
  EXPECT_NE(parse_computations("").error().text.find("no subd_topic_computations"), std::string::npos);
  EXPECT_NE(parse_computations("x 1\nsubd_topic_computations{symbol=\"A 1\n").error().text.find("line 2"),
            std::string::npos);
  EXPECT_NE(parse_computations("subd_topic_computations{} one\n").error().text.find("not a sample"), std::string::npos);
}

}  // namespace
}  // namespace subd::probe
