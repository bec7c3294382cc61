#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "store/database.hpp"

namespace subd::store {

/// What was asked for within one hour; the indicator is empty for the stream itself.
struct UsageRow {
  base::UtcTime hour{};
  std::string symbol;
  std::string timeframe;
  std::string indicator;
  std::uint64_t subscribes = 0;  ///< requests that it was new to
  std::uint64_t peak = 0;        ///< most subscribers at a time
};

/// What popularity is told of.
enum class UsageBy : std::uint8_t { Symbol, Timeframe, Indicator };

struct UsageTotal {
  std::string name;
  std::uint64_t subscribes = 0;
  std::uint64_t peak = 0;  ///< over all that have the name in common, in their best hour
};

struct UsageHour {
  base::UtcTime hour{};
  std::uint64_t subscribes = 0;
  std::uint64_t peak = 0;
  std::string favourite;  ///< the name that was subscribed most
};

/// The hours of the analytics.
///
/// Owner:  whoever owns the database; cheap to make.
/// Peaks:  those of the rows that share a name are added up within an hour, although they need not have been at the
///         same time: an upper bound.
/// Errors: as Database.
class AnalyticsStore {
 public:
  explicit AnalyticsStore(Database& database) noexcept : database_{database} {}

  /// Adds the subscribes to what the hour has, and raises its peaks.
  [[nodiscard]] Result<void> add(std::span<const UsageRow> rows);
  /// Forgets the hours before; how many rows went.
  [[nodiscard]] Result<std::size_t> forget(base::UtcTime before);

  /// The most subscribed names from `since` on, best first.
  [[nodiscard]] Result<std::vector<UsageTotal>> top(UsageBy by, base::UtcTime since, std::size_t limit);
  /// Every hour from `since` on in which something was subscribed, oldest first.
  [[nodiscard]] Result<std::vector<UsageHour>> trend(UsageBy by, base::UtcTime since);

 private:
  Database& database_;
};

}  // namespace subd::store
