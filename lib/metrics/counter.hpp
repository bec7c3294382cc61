#pragma once

#include <atomic>
#include <cstdint>

namespace subd::metrics {

/// Counts events. It costs a plain load and store, not a locked instruction, which is why only one thread may write.
///
/// Threads: add from the owner's thread alone; value from any.
class Counter {
 public:
  void add(std::uint64_t events = 1) noexcept {
    value_.store(value_.load(std::memory_order_relaxed) + events, std::memory_order_relaxed);
  }
  [[nodiscard]] std::uint64_t value() const noexcept { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::uint64_t> value_{0};
};

/// A level that goes up and down: sessions, bytes waiting.
///
/// Threads: as Counter.
class Gauge {
 public:
  void set(std::int64_t level) noexcept { value_.store(level, std::memory_order_relaxed); }
  void add(std::int64_t change) noexcept { set(value() + change); }
  [[nodiscard]] std::int64_t value() const noexcept { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::int64_t> value_{0};
};

}  // namespace subd::metrics
