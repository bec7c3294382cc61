#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "base/clock.hpp"

/// What the control socket reports of what is asked for.
namespace subd::control {

struct UsageQuery {
  std::string by;  ///< `symbol timeframe indicator`
  std::chrono::seconds since{};
  std::size_t limit = 0;  ///< names at most; of a trend not used
};

struct UsageTotalReport {
  std::string name;
  std::uint64_t subscribes = 0;
  std::uint64_t peak = 0;
};

struct UsageTop {
  std::string by;
  base::UtcTime since{};
  std::vector<UsageTotalReport> names;  ///< best first
};

struct UsageHourReport {
  base::UtcTime hour{};
  std::uint64_t subscribes = 0;
  std::uint64_t peak = 0;
  std::string favourite;
};

struct UsageTrend {
  std::string by;
  base::UtcTime since{};
  std::vector<UsageHourReport> hours;  ///< oldest first
};

}  // namespace subd::control
