#include "probe/load_report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <utility>

namespace subd::probe {

namespace {

double seconds_of(const Throughput& counted) {
  return std::max(static_cast<double>(counted.time.count()) / 1000.0, 0.001);
}

}  // namespace

void report_throughput(Report& report, const Throughput& counted, std::string_view noun) {
  const double time = seconds_of(counted);
  const auto messages = static_cast<double>(counted.messages);
  const auto bytes = static_cast<double>(counted.bytes);
  report.measurements.emplace_back("measured_s", time);
  report.measurements.emplace_back("messages_per_second", messages / time);
  report.measurements.emplace_back(fmt::format("{}_per_second", noun), static_cast<double>(counted.updates) / time);
  report.measurements.emplace_back("bytes_per_second", bytes / time);
  report.remarks.push_back(fmt::format("measured for {:.1f} s: {:.0f} messages/s, {:.2f} MB/s, {:.0f} bytes each", time,
                                       messages / time, bytes / time / 1e6,
                                       counted.messages == 0 ? 0.0 : bytes / messages));
}

void report_latency(Report& report, std::string_view name, const metrics::Histogram& histogram, double per_ms,
                    std::string_view counted) {
  std::string line = fmt::format("{:<9}", name);
  for (const auto& [label, share] : {std::pair{"p50", 0.5}, {"p90", 0.9}, {"p99", 0.99}, {"p99.9", 0.999}}) {
    const double value = static_cast<double>(histogram.quantile(share)) / per_ms;
    report.measurements.emplace_back(fmt::format("{}_{}_ms", name, label), value);
    line += fmt::format("  {} {:.4g}", label, value);
  }
  const double most = static_cast<double>(histogram.max()) / per_ms;
  report.measurements.emplace_back(fmt::format("{}_max_ms", name), most);
  report.measurements.emplace_back(fmt::format("{}_count", name), static_cast<double>(histogram.count()));
  report.remarks.push_back(line + fmt::format("  max {:.4g} ms ({} {})", most, histogram.count(), counted));
}

void report_server_cpu(Report& report, const Throughput& counted, std::chrono::microseconds used) {
  if (counted.messages == 0) return;
  const double time = seconds_of(counted);
  const auto spent = static_cast<double>(used.count());
  const double each = spent / static_cast<double>(counted.messages);
  report.measurements.emplace_back("server_cpu_us_per_message", each);
  report.measurements.emplace_back("server_cpu_share", spent / 1e6 / time);
  report.remarks.push_back(
      fmt::format("server     {:.2f} us of processor time per message, {:.1f} % of a core", each, spent / 1e4 / time));
}

void judge_p99(Findings& findings, const metrics::Histogram& delivery, std::optional<std::chrono::milliseconds> limit,
               std::uint64_t per_ms) {
  if (!limit) return;
  findings.checked(rule::kLatency, delivery.count());
  const auto p99 = delivery.quantile(0.99);
  if (p99 <= static_cast<std::uint64_t>(limit->count()) * per_ms) return;
  findings.violated(rule::kLatency, "",
                    fmt::format("p99 of delivery is {} ms, the limit is {} ms",
                                static_cast<double>(p99) / static_cast<double>(per_ms), limit->count()));
}

}  // namespace subd::probe
