#pragma once

#include <atomic>
#include <cstddef>

namespace subd::engine {

/// How many of one thing may run, over all engines that share it.
///
/// Threads: any; nobody waits.
class Allowance {
 public:
  explicit Allowance(std::size_t limit) noexcept : limit_{limit} {}

  /// All of `count`, or none and false where that would be more than the limit.
  [[nodiscard]] bool take(std::size_t count) noexcept {
    // relaxed: the figure guards nothing but itself.
    std::size_t used = used_.load(std::memory_order_relaxed);
    do {
      if (count > 0 && (used >= limit_ || count > limit_ - used)) return false;
    } while (!used_.compare_exchange_weak(used, used + count, std::memory_order_relaxed));
    return true;
  }
  /// Whatever the limit says, for what nobody asked for.
  void take_anyway(std::size_t count) noexcept { used_.fetch_add(count, std::memory_order_relaxed); }
  /// REQUIRES: so many are taken.
  void give_back(std::size_t count) noexcept { used_.fetch_sub(count, std::memory_order_relaxed); }

  [[nodiscard]] bool exhausted() const noexcept { return used_.load(std::memory_order_relaxed) >= limit_; }
  [[nodiscard]] std::size_t limit() const noexcept { return limit_; }

 private:
  std::size_t limit_;
  std::atomic<std::size_t> used_{0};
};

/// What the engines of a daemon may run together.
struct Allowances {
  Allowances(std::size_t most_streams, std::size_t most_topics, std::size_t most_conditions) noexcept
      : streams{most_streams}, topics{most_topics}, conditions{most_conditions} {}

  Allowance streams;
  Allowance topics;
  Allowance conditions;
};

}  // namespace subd::engine
