#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "store/closed_bar.hpp"

namespace subd::store {

/// Closed bars on their way from the market thread to the store thread.
///
/// Threads:    push from one thread, take from one other; the figures from any. Neither side ever waits for the other:
///             no lock, one allocation per push.
/// Bound:      when more than `bound` bars wait, the oldest batches are dropped and counted until a quarter of it is
///             free, so that what is lost is the far past and not the present, and that dropping is rare. The newest
///             batch always stays.
/// Invariants: bars are taken in the order in which they were pushed.
class BarQueue {
 public:
  explicit BarQueue(std::size_t bound) noexcept : bound_{bound} {}
  ~BarQueue();
  BarQueue(const BarQueue&) = delete;
  BarQueue& operator=(const BarQueue&) = delete;

  void push(std::vector<ClosedBar> bars);
  /// Appends everything that waits to `out`, oldest first.
  void take(std::vector<ClosedBar>& out);

  /// Bars that wait.
  [[nodiscard]] std::size_t size() const noexcept { return size_.load(std::memory_order_relaxed); }
  /// Bars lost to the bound since the start.
  [[nodiscard]] std::uint64_t dropped() const noexcept { return dropped_.load(std::memory_order_relaxed); }

 private:
  struct Batch {
    std::vector<ClosedBar> bars;
    std::unique_ptr<Batch> next;
  };

  /// All batches that wait, the newest first; they are the caller's then.
  [[nodiscard]] std::unique_ptr<Batch> take_all() noexcept;
  void trim();

  std::size_t bound_;
  std::atomic<Batch*> newest_{nullptr};  // owned by whoever exchanges it for null
  std::atomic<std::size_t> size_{0};
  std::atomic<std::uint64_t> dropped_{0};
};

}  // namespace subd::store
