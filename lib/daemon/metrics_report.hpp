#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "daemon/facts.hpp"
#include "server/reports.hpp"
#include "store/store.hpp"

namespace subd::daemon {

/// What one io thread adds to a scrape.
struct IoFacts {
  server::Counters counters;
  std::vector<hub::TopicCount> topics;
};

struct StoreFacts {
  store::Condition condition{};
  store::Counters counters;
};

/// Everything that one scrape knows.
struct ScrapeFacts {
  std::string version;
  base::UtcTime started_at{};
  base::UtcTime now{};
  bool draining = false;
  MarketFacts market;
  std::optional<StoreFacts> store;  ///< nullopt when nothing is stored
  std::vector<IoFacts> io;
};

/// The Prometheus text of GET /metrics. Pure.
[[nodiscard]] std::string metrics_text(const ScrapeFacts& facts);

}  // namespace subd::daemon
