#pragma once

#include <chrono>
#include <cstdint>
#include <unordered_map>
#include <vector>

#include "base/clock.hpp"
#include "metrics/histogram.hpp"

namespace subd::probe {

/// Round trips on a fixed schedule, each measured from the moment at which it was due, not from the one at which it
/// was sent. When the server or the probe stalls for a second, the hundred heartbeats that were due meanwhile are late
/// by up to a second each, and all of them say so; measured from their sending they would all look fast
/// (coordinated omission).
///
/// Threads: one owner. Pure.
class HeartbeatMeter {
 public:
  /// `period` is the distance between two heartbeats of all tabs together; the first is due one period after `start`.
  HeartbeatMeter(base::MonoTime start, std::chrono::nanoseconds period) : next_{start + period}, period_{period} {}

  /// The moments that are due at `now` and were not answered by an earlier call, oldest first.
  [[nodiscard]] std::vector<base::MonoTime> due(base::MonoTime now);

  void sent(std::size_t tab, std::uint64_t id, base::MonoTime was_due);
  /// An answer that nobody waits for is ignored.
  void answered(std::size_t tab, std::uint64_t id, base::MonoTime now);
  /// Counts what is unanswered as having taken until now: leaving out the slowest would flatter the rest.
  void finish(base::MonoTime now);

  /// Microseconds.
  [[nodiscard]] const metrics::Histogram& round_trips() const noexcept { return round_trips_; }
  [[nodiscard]] std::size_t unanswered() const noexcept { return waiting_.size(); }

 private:
  [[nodiscard]] static std::uint64_t key(std::size_t tab, std::uint64_t id) noexcept {
    return static_cast<std::uint64_t>(tab) << 32 | (id & 0xFFFF'FFFFU);
  }
  void record(base::MonoTime was_due, base::MonoTime now);

  base::MonoTime next_;
  std::chrono::nanoseconds period_;
  std::unordered_map<std::uint64_t, base::MonoTime> waiting_;
  metrics::Histogram round_trips_;
};

}  // namespace subd::probe
