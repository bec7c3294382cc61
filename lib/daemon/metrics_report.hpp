#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "daemon/facts.hpp"
#include "server/reports.hpp"

namespace subd::daemon {

/// What one io thread adds to a scrape.
struct IoFacts {
  server::Counters counters;
  std::vector<hub::TopicCount> topics;
};

/// Everything that one scrape knows.
struct ScrapeFacts {
  std::string version;
  base::UtcTime started_at{};
  base::UtcTime now{};
  bool draining = false;
  MarketFacts market;
  std::vector<IoFacts> io;
};

/// The Prometheus text of GET /metrics. Pure.
[[nodiscard]] std::string metrics_text(const ScrapeFacts& facts);

}  // namespace subd::daemon
