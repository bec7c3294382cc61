#include "metrics/exposition.hpp"

#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

#include <cassert>
#include <limits>

namespace subd::metrics {
namespace {

/// Equal for equal labels only: each text carries its length.
std::string key_of(Exposition::Labels labels) {
  std::string key;
  for (const Label& label : labels) {
    for (const std::string_view part : {label.name, label.value}) {
      key += std::to_string(part.size());
      key += ':';
      key += part;
    }
  }
  return key;
}

}  // namespace

Exposition::Sample& Exposition::sample(std::string_view name, std::string_view help, Type type, Labels labels) {
  const auto [known, is_new] = index_.try_emplace(std::string{name}, families_.size());
  if (is_new) families_.push_back({std::string{name}, std::string{help}, type, {}, {}});
  Family& family = families_[known->second];
  assert(family.type == type);
  const auto [slot, is_first] = family.index.try_emplace(key_of(labels), family.samples.size());
  if (is_first) {
    Sample& fresh = family.samples.emplace_back();
    for (const Label& label : labels) fresh.labels.emplace_back(label.name, label.value);
  }
  return family.samples[slot->second];
}

void Exposition::counter(std::string_view name, std::string_view help, Labels labels, std::uint64_t value) {
  sample(name, help, Type::Counter, labels).value += static_cast<double>(value);
}

void Exposition::gauge(std::string_view name, std::string_view help, Labels labels, double value) {
  sample(name, help, Type::Gauge, labels).value += value;
}

void Exposition::histogram(std::string_view name, std::string_view help, Labels labels, const Histogram& values,
                           std::span<const std::uint64_t> bounds, double divisor) {
  Sample& into = sample(name, help, Type::Histogram, labels);
  // Its owner goes on recording; buckets and count must agree.
  const Histogram still = values;  // NOLINT(performance-unnecessary-copy-initialization)
  into.count += still.count();
  into.value += static_cast<double>(still.sum()) / divisor;
  if (into.buckets.empty()) {
    for (const std::uint64_t bound : bounds) into.buckets.emplace_back(static_cast<double>(bound) / divisor, 0);
  }
  assert(into.buckets.size() == bounds.size());
  for (std::size_t i = 0; i < bounds.size(); ++i) into.buckets[i].second += still.count_up_to(bounds[i]);
}

std::string Exposition::text() const {
  std::vector<prometheus::MetricFamily> families;
  families.reserve(families_.size());
  for (const Family& family : families_) {
    prometheus::MetricFamily& out = families.emplace_back();
    out.name = family.name;
    out.help = family.help;
    out.type = family.type == Type::Counter ? prometheus::MetricType::Counter
               : family.type == Type::Gauge ? prometheus::MetricType::Gauge
                                            : prometheus::MetricType::Histogram;
    out.metric.reserve(family.samples.size());
    for (const Sample& sample : family.samples) {
      prometheus::ClientMetric& metric = out.metric.emplace_back();
      for (const auto& label : sample.labels) metric.label.push_back({label.first, label.second});
      switch (family.type) {
        case Type::Counter:
          metric.counter.value = sample.value;
          break;
        case Type::Gauge:
          metric.gauge.value = sample.value;
          break;
        case Type::Histogram:
          metric.histogram.sample_count = sample.count;
          metric.histogram.sample_sum = sample.value;
          for (const auto& bucket : sample.buckets) metric.histogram.bucket.push_back({bucket.second, bucket.first});
          metric.histogram.bucket.push_back({sample.count, std::numeric_limits<double>::infinity()});
          break;
      }
    }
  }
  return prometheus::TextSerializer{}.Serialize(families);
}

}  // namespace subd::metrics
