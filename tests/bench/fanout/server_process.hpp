#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace subd::bench {

/// User and system time of the processes together, microseconds; throws when one is gone.
[[nodiscard]] double cpu_us(const std::vector<int>& pids);
/// The same of this process.
[[nodiscard]] double own_cpu_us();
/// Their own memory that is resident, in bytes: without the pages of programs and libraries, which come in as they are
/// first used.
[[nodiscard]] double resident_bytes(const std::vector<int>& pids);

/// Counters of GET /metrics by name, samples of one name added up.
using Metrics = std::map<std::string, double>;
[[nodiscard]] Metrics read_metrics(std::uint16_t port);

}  // namespace subd::bench
