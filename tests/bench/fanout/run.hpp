#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "fanout/client.hpp"
#include "fanout/dialect.hpp"
#include "fanout/plan.hpp"

namespace subd::bench {

struct RunOptions {
  PlanOptions plan;
  DialectOptions dialect;
  Ports ports;
  std::vector<int> pids;  ///< of the server
  double seconds = 2.5;   ///< of measuring
  double warm_up_seconds = 0.6;
  std::uint32_t window = 1;     ///< publications of a burst that may be under way
  double rate = 0;              ///< messages a second; 0: as fast as the windows let
  double churn = 0;             ///< changes of subscription a second of each tab
  std::size_t connecting = 64;  ///< handshakes at a time
  std::string lengths_file;     ///< read by all but subd, written by subd; may be empty
  double settle_seconds = 1.2;  ///< between history and the first tick: subd tells bars and ticks apart by silence
  bool metrics = false;         ///< subd: read /metrics before and after
};

/// Runs one workload against a running server; the report as one JSON object. Throws std::runtime_error when the server
/// fails in a way that is not counted.
[[nodiscard]] std::string run_fanout(const RunOptions& options);

/// The same with one set of tabs for many measurements: for each number of seconds that comes as a line on standard input
/// it measures for so long and writes the report as a line. What is wrong with messages is told, not thrown.
/// REQUIRES: a rate.
void run_steps(const RunOptions& options);

}  // namespace subd::bench
