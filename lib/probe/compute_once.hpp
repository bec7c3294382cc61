#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>

#include "base/result.hpp"
#include "probe/findings.hpp"
#include "probe/problem.hpp"

namespace subd::probe {

/// What the server reports of its computations at one moment.
struct ComputationSample {
  using StreamKey = std::pair<std::string, std::string>;               // symbol, timeframe
  using TopicKey = std::tuple<std::string, std::string, std::string>;  // symbol, timeframe, indicator
  struct Topic {
    double subscribers = 0;
    double computations = 0;
    double evaluations = 0;
  };
  std::map<TopicKey, Topic> topics;
  std::map<StreamKey, double> updates;
};

/// From Prometheus text: `subd_topic_subscribers`, `subd_topic_computations`, `subd_topic_evaluations_total` and
/// `subd_stream_updates_total`. The error names the line, or the family that is not there.
[[nodiscard]] base::Result<ComputationSample, Problem> parse_computations(std::string_view metrics);

/// Tabs of ours per topic: the server must report at least as many subscribers.
using ExpectedTopics = std::map<ComputationSample::TopicKey, std::size_t>;

/// Judges compute.once: of every expected topic there is exactly one computation in both samples, and between them it
/// was evaluated no more often than its stream was updated.
void judge_compute_once(const ComputationSample& before, const ComputationSample& after, const ExpectedTopics& expected,
                        Findings& findings);

}  // namespace subd::probe
