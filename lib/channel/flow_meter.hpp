#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>

#include "base/clock.hpp"

namespace subd::channel {

/// How fast a figure grows that is counted up through the day, by the market's clock, to within kStep.
///
/// Owner: the market thread. Fixed size, no allocation.
class FlowMeter {
 public:
  static constexpr std::chrono::seconds kStep{10};

  /// REQUIRES: times do not go back. A total that does is the first of a new day.
  void add(base::UtcTime time, double total) noexcept;

  /// What was added in the minute up to `now`.
  [[nodiscard]] double per_minute(base::UtcTime now) const noexcept;
  /// That less what was added in the minute before.
  [[nodiscard]] double acceleration(base::UtcTime now) const noexcept;

 private:
  static constexpr std::int64_t kMinute = std::chrono::minutes{1} / kStep;  // in steps

  struct Sample {
    std::int64_t step = 0;  // since 1970
    double total = 0;       // at its end
  };

  [[nodiscard]] static std::int64_t step_of(base::UtcTime time) noexcept {
    return std::chrono::floor<std::chrono::seconds>(time).time_since_epoch() / kStep;
  }
  /// At the end of the step; before the first sample what that says, as nothing is known of the time before it.
  [[nodiscard]] double total_at(std::int64_t step) const noexcept;

  std::array<Sample, 2 * kMinute + 1> samples_;  // a ring; newest at (next_ - 1)
  std::size_t count_ = 0;
  std::size_t next_ = 0;
};

}  // namespace subd::channel
