#include "probe/compute_once.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/number_text.hpp"
#include "probe/metrics_text.hpp"

namespace subd::probe {

namespace {

// Evaluations and updates are counted by different hands; one of each may be under way when the sample is taken.
constexpr double kSlack = 2;

std::string label(const SampleLine& line, std::string_view key) {
  const auto at = line.labels.find(key);
  return at == line.labels.end() ? std::string{} : std::string{at->second};
}

}  // namespace

base::Result<ComputationSample, Problem> parse_computations(std::string_view metrics) {
  ComputationSample sample;
  bool computations = false;
  SampleLine line;
  for (std::size_t number = 1; !metrics.empty(); ++number) {
    const auto end = std::min(metrics.find('\n'), metrics.size());
    std::string_view text = metrics.substr(0, end);
    metrics.remove_prefix(std::min(end + 1, metrics.size()));
    if (!text.empty() && text.back() == '\r') text.remove_suffix(1);
    if (text.substr(0, 5) != "subd_") continue;
    const bool topic = text.substr(0, 11) == "subd_topic_";
    if (!topic && text.substr(0, 26) != "subd_stream_updates_total{") continue;
    if (!parse_sample(text, line))
      return Problem{fmt::format("metrics line {}: not a sample: {}", number, text.substr(0, 200))};
    const std::string symbol = label(line, "symbol");
    const std::string timeframe = label(line, "timeframe");
    if (!topic) {
      sample.updates[{symbol, timeframe}] = line.value;
      continue;
    }
    auto& entry = sample.topics[{symbol, timeframe, label(line, "indicator")}];
    if (line.name == "subd_topic_subscribers") entry.subscribers = line.value;
    if (line.name == "subd_topic_evaluations_total") entry.evaluations = line.value;
    if (line.name == "subd_topic_computations") {
      entry.computations = line.value;
      computations = true;
    }
  }
  if (!computations) return Problem{"the metrics have no subd_topic_computations"};
  return sample;
}

void judge_compute_once(const ComputationSample& before, const ComputationSample& after, const ExpectedTopics& expected,
                        Findings& findings) {
  double subscribers = 0;
  double evaluations = 0;
  for (const auto& [key, tabs] : expected) {
    const auto& [symbol, timeframe, indicator] = key;
    const std::string name = fmt::format("{} of {} {}", indicator, symbol, timeframe);
    findings.checked(rule::kComputeOnce);
    const auto first = before.topics.find(key);
    const auto last = after.topics.find(key);
    if (first == before.topics.end() || last == after.topics.end()) {
      findings.violated(rule::kComputeOnce, "", name + " is subscribed and not among the server's topics");
      continue;
    }
    for (const auto* topic : {&first->second, &last->second}) {
      if (topic->computations != 1) {
        findings.violated(
            rule::kComputeOnce, "",
            fmt::format("{} is computed {} times for {} subscribers", name, topic->computations, topic->subscribers));
        break;
      }
    }
    if (last->second.subscribers < static_cast<double>(tabs)) {
      findings.violated(rule::kComputeOnce, "",
                        fmt::format("{} has {} subscribers, {} tabs subscribed", name, last->second.subscribers, tabs));
    }
    const auto updates_before = before.updates.find({symbol, timeframe});
    const auto updates_after = after.updates.find({symbol, timeframe});
    if (updates_before == before.updates.end() || updates_after == after.updates.end()) continue;
    const double updated = updates_after->second - updates_before->second;
    const double evaluated = last->second.evaluations - first->second.evaluations;
    if (evaluated > updated + kSlack) {
      findings.violated(rule::kComputeOnce, "",
                        fmt::format("{} was evaluated {} times for {} updates with {} subscribers", name, evaluated,
                                    updated, last->second.subscribers));
    }
    subscribers += last->second.subscribers;
    evaluations += evaluated;
  }
  if (!expected.empty()) {
    findings.note(rule::kComputeOnce, fmt::format("{} subscriptions, {} topics, {} evaluations between two samples",
                                                  subscribers, expected.size(), evaluations));
  }
}

}  // namespace subd::probe
