#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.hpp"
#include "hub/usage_log.hpp"
#include "market/instrument_table.hpp"
#include "store/analytics_store.hpp"

namespace subd::daemon {

/// Joins what the hubs of all io threads counted into rows of the analytics.
///
/// Owner: the store thread.
/// Peak:  that of the hub that reports, with what the others had when they reported last. What changed on several hubs
///        between two reports may so be counted together, or apart, whatever it was.
class UsageBook {
 public:
  UsageBook(std::shared_ptr<const market::InstrumentTable> instruments, std::size_t hubs)
      : instruments_{std::move(instruments)}, hubs_{hubs} {}

  /// What the hub counted up to `now`. The first report of an hour brings along what is still subscribed of the one
  /// before.
  [[nodiscard]] std::vector<store::UsageRow> add(std::size_t hub, const std::vector<hub::Usage>& usage,
                                                 base::UtcTime now);

 private:
  using Key = std::pair<std::uint64_t, std::string>;
  /// Subscribers of each hub.
  using Counts = std::vector<std::uint32_t>;

  [[nodiscard]] store::UsageRow row_of(const Key& key, std::uint64_t subscribes, std::uint64_t peak) const;

  std::shared_ptr<const market::InstrumentTable> instruments_;
  std::size_t hubs_;
  base::UtcTime hour_{};
  std::map<Key, Counts> subscribed_;  // where any hub has subscribers
};

}  // namespace subd::daemon
