#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

namespace subd::metrics {

/// The distribution of many non-negative numbers, usually latencies in microseconds, in 16 KB however many there are.
///
/// Values below 128 are kept exactly. Above, each power of two is cut into 64 equal buckets and a bucket answers with
/// its middle, so that a quantile is within 1/128 (0.8 %) of a value that was recorded. Values from 2^36 on (19 hours
/// in microseconds) share the last bucket: they are counted, and max() still knows the largest.
///
/// Threads: record, merge and clear from the owner's thread alone; the rest from any. A reader beside the writer may
/// see a value counted in one figure and not yet in another.
class Histogram {
 public:
  Histogram() = default;
  Histogram(const Histogram& other) noexcept;
  Histogram& operator=(const Histogram& other) noexcept;

  /// Counts `value` as seen `times` times.
  void record(std::uint64_t value, std::uint64_t times = 1) noexcept;
  /// Adds everything that `other` has seen.
  void merge(const Histogram& other) noexcept;
  void clear() noexcept;

  [[nodiscard]] std::uint64_t count() const noexcept { return count_.load(std::memory_order_relaxed); }
  /// Exact, modulo 2^64.
  [[nodiscard]] std::uint64_t sum() const noexcept { return sum_.load(std::memory_order_relaxed); }
  /// Exact; 0 when empty.
  [[nodiscard]] std::uint64_t max() const noexcept { return max_.load(std::memory_order_relaxed); }
  /// 0 when empty.
  [[nodiscard]] double mean() const noexcept;

  /// The value that a share `q` of all values does not exceed, within the error above and never more than max().
  /// `q` outside 0..1 is taken as the nearer end; 0 when empty.
  [[nodiscard]] std::uint64_t quantile(double q) const noexcept;

  /// How many values are at most `bound`; those in the bucket of `bound` itself are all taken as within.
  [[nodiscard]] std::uint64_t count_up_to(std::uint64_t bound) const noexcept;

 private:
  static constexpr unsigned kSubBits = 6;  // 64 buckets per power of two
  static constexpr unsigned kTopBit = 36;  // the first power of two that is out of range
  static constexpr std::size_t kExact = std::size_t{2} << kSubBits;
  static constexpr std::size_t kBuckets = kExact + (kTopBit - kSubBits - 1) * (std::size_t{1} << kSubBits);

  using Cell = std::atomic<std::uint64_t>;

  [[nodiscard]] static std::size_t bucket_of(std::uint64_t value) noexcept;
  [[nodiscard]] static std::uint64_t middle_of(std::size_t bucket) noexcept;
  static void add(Cell& cell, std::uint64_t amount) noexcept {
    cell.store(cell.load(std::memory_order_relaxed) + amount, std::memory_order_relaxed);
  }

  std::array<Cell, kBuckets> buckets_{};
  Cell count_{0};
  Cell sum_{0};
  Cell max_{0};
};

}  // namespace subd::metrics
