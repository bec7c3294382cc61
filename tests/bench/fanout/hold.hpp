#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "fanout/client.hpp"

namespace subd::bench {

struct HoldOptions {
  Ports ports;
  std::vector<int> pids;
  std::string token;
  std::size_t connections = 10'000;
  std::size_t streams_per_tab = 10;
  std::size_t streams = 10;      ///< few, so that what a stream costs does not count as what its subscriptions do
  std::size_t connecting = 256;  ///< handshakes at a time
  double settle_seconds = 2;
};

/// What connections that do nothing cost a subd in memory, and how fast they come: all at once, then with their
/// subscriptions. The report as one JSON object. Resident memory grows in pages and keeps what start-up freed, so that
/// small counts say little.
[[nodiscard]] std::string run_hold(const HoldOptions& options);

}  // namespace subd::bench
