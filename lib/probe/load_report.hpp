#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

#include "metrics/histogram.hpp"
#include "probe/report.hpp"

/// What load runs measure, as measurements for machines and remarks for people.
namespace subd::probe {

/// Counted while it was measured.
struct Throughput {
  std::chrono::milliseconds time{};
  std::uint64_t messages = 0;
  std::uint64_t bytes = 0;
  std::uint64_t updates = 0;  ///< the messages that are data
};

/// `noun` names the updates in measurements: `updates`, `ticks`.
void report_throughput(Report& report, const Throughput& counted, std::string_view noun);

/// Percentiles and maximum; `per_ms` values of the histogram are a millisecond, `counted` says what one of them is.
void report_latency(Report& report, std::string_view name, const metrics::Histogram& histogram, double per_ms,
                    std::string_view counted);

/// `used` is processor time of the server; nothing is reported where nothing was delivered.
void report_server_cpu(Report& report, const Throughput& counted, std::chrono::microseconds used);

/// Judges latency.limit; `per_ms` values of `delivery` are a millisecond, no `limit`: nothing to judge.
void judge_p99(Findings& findings, const metrics::Histogram& delivery, std::optional<std::chrono::milliseconds> limit,
               std::uint64_t per_ms = 1);

}  // namespace subd::probe
