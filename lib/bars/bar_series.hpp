#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "market/bar.hpp"

namespace subd::bars {

/// Closed bars of one stream, oldest first, as many as the capacity; the oldest make room.
///
/// Owner:      its stream; one thread. Memory grows on demand.
/// Invariants: starts strictly increase; size() <= capacity.
class BarSeries {
 public:
  /// REQUIRES: capacity > 0.
  explicit BarSeries(std::size_t capacity = 5000) noexcept : capacity_{capacity} {}

  /// False, and nothing changed, for a bar that does not start after back().
  bool push(const market::Bar& bar);

  [[nodiscard]] std::size_t size() const noexcept { return bars_.size(); }
  /// Bar `i`, 0 = oldest. REQUIRES: i < size().
  [[nodiscard]] const market::Bar& operator[](std::size_t i) const noexcept {
    const std::size_t at = first_ + i;
    return bars_[at < bars_.size() ? at : at - bars_.size()];
  }
  /// Newest. REQUIRES: size() > 0.
  [[nodiscard]] const market::Bar& back() const noexcept { return (*this)[bars_.size() - 1]; }
  [[nodiscard]] std::uint64_t total_pushed() const noexcept { return total_pushed_; }

 private:
  std::size_t capacity_;
  std::size_t first_ = 0;  // place of the oldest once the series is full
  std::uint64_t total_pushed_ = 0;
  std::vector<market::Bar> bars_;
};

}  // namespace subd::bars
