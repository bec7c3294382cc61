#pragma once

#include <atomic>
#include <cstdint>

namespace subd::daemon {

/// Totals of signals and of the tiers that they need. Written on the store thread, read on any.
struct SignalCounters {
  std::atomic<std::uint64_t> stored{0};
  std::atomic<std::uint64_t> duplicates{0};
  std::atomic<std::uint64_t> conflicts{0};  ///< requests
  std::atomic<std::uint64_t> failed{0};     ///< requests that the store could not take
  std::atomic<std::uint64_t> writes{0};     ///< transactions
  std::atomic<std::uint64_t> polls{0};
  std::atomic<std::uint64_t> tier_queries{0};
  std::atomic<std::uint64_t> tiers_read{0};  ///< users that those queries asked for
};

}  // namespace subd::daemon
