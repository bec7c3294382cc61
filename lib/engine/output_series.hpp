#pragma once

#include <algorithm>
#include <cstddef>
#include <span>
#include <vector>

namespace subd::engine {

/// Values of one computation, a row per closed bar, bounded like the bars: row i belongs to bar i, oldest first.
///
/// Owner: a Computation. Memory grows on demand up to capacity * width doubles.
class OutputSeries {
 public:
  OutputSeries(std::size_t width, std::size_t capacity) noexcept : width_{width}, capacity_{capacity} {}

  /// REQUIRES: row.size() == width.
  void push(std::span<const double> row) {
    if (rows_ < capacity_) {
      values_.insert(values_.end(), row.begin(), row.end());
      ++rows_;
      return;
    }
    std::copy(row.begin(), row.end(), values_.begin() + static_cast<std::ptrdiff_t>(first_ * width_));
    first_ = (first_ + 1) % capacity_;
  }

  [[nodiscard]] std::size_t rows() const noexcept { return rows_; }
  [[nodiscard]] std::size_t width() const noexcept { return width_; }

  /// Row `i`, 0 = oldest. REQUIRES: i < rows().
  [[nodiscard]] std::span<const double> operator[](std::size_t i) const noexcept {
    return std::span{values_}.subspan(((first_ + i) % capacity_) * width_, width_);
  }

 private:
  std::size_t width_;
  std::size_t capacity_;
  std::size_t rows_ = 0;
  std::size_t first_ = 0;  // place of the oldest row once the series is full
  std::vector<double> values_;
};

}  // namespace subd::engine
