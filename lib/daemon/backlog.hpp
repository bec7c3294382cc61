#pragma once

#include <atomic>
#include <cstddef>

namespace subd::daemon {

/// Batches on their way to a shard or in its hands, so that a feed that is faster than the shard is held back before
/// they grow without bound.
///
/// Threads: add() and full() from the market thread, done() from the shard's.
class Backlog {
 public:
  /// So many that a shard finds the next one ready when it has taken one, and no more.
  static constexpr std::size_t kMost = 4;

  void add() noexcept { waiting_.fetch_add(1); }
  /// True: the next done() wakes the market thread.
  [[nodiscard]] bool full() noexcept {
    if (waiting_.load() < kMost) return false;
    // In this order, as done() has its two: one of the sides sees what the other wrote, so no wake-up is lost.
    awaited_.store(true);
    if (waiting_.load() >= kMost) return true;
    awaited_.store(false);
    return false;
  }
  /// True: the market thread waits for this, and has to be woken.
  [[nodiscard]] bool done() noexcept {
    waiting_.fetch_sub(1);
    return awaited_.load() && awaited_.exchange(false);
  }

 private:
  std::atomic<std::size_t> waiting_{0};
  std::atomic<bool> awaited_{false};  // by the market thread
};

}  // namespace subd::daemon
