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

/// As KeyRefresh::Counters.
struct KeyFacts {
  std::uint64_t read = 0;
  std::uint64_t failed = 0;
  std::uint64_t keys = 0;
};

/// As SignalCounters.
struct SignalFacts {
  std::uint64_t stored = 0;
  std::uint64_t duplicates = 0;
  std::uint64_t conflicts = 0;
  std::uint64_t failed = 0;
  std::uint64_t writes = 0;
  std::uint64_t polls = 0;
  std::uint64_t tier_queries = 0;
  std::uint64_t tiers_read = 0;
};

/// Everything that one scrape knows.
struct ScrapeFacts {
  std::string version;
  base::UtcTime started_at{};
  base::UtcTime now{};
  bool draining = false;
  MarketFacts market;
  std::vector<EngineFacts> engines;  ///< one per market thread; their streams are in `market`
  std::optional<StoreFacts> store;   ///< nullopt when nothing is stored
  std::optional<KeyFacts> keys;      ///< nullopt when the keys stay as they are
  SignalFacts signals;
  std::vector<IoFacts> io;
};

/// The Prometheus text of GET /metrics. Pure.
[[nodiscard]] std::string metrics_text(const ScrapeFacts& facts);

}  // namespace subd::daemon
