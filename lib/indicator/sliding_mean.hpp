#pragma once

#include <cstddef>
#include <optional>

#include "indicator/sliding_fold.hpp"

namespace subd::indicator {

/// Mean of the last `length` values; it drifts no more than SlidingFold does.
class SlidingMean {
 public:
  /// length >= 1.
  explicit SlidingMean(std::size_t length) : length_{static_cast<double>(length)}, sums_{length} {}

  /// nullopt while there are fewer values.
  std::optional<double> push(double x) noexcept { return mean(sums_.push(x)); }
  [[nodiscard]] std::optional<double> peek(double x) const noexcept { return mean(sums_.peek(x)); }

 private:
  [[nodiscard]] std::optional<double> mean(const std::optional<double>& sum) const noexcept {
    if (!sum) return std::nullopt;
    return *sum / length_;
  }

  double length_;
  SlidingFold<Sum> sums_;
};

/// Linearly weighted mean of the last `length` values: the newest weighs `length`, the oldest 1.
class SlidingWeightedMean {
 public:
  /// length >= 1.
  explicit SlidingWeightedMean(std::size_t length)
      : total_weight_{static_cast<double>(length) * static_cast<double>(length + 1) / 2}, sums_{length} {}

  /// nullopt while there are fewer values.
  std::optional<double> push(double x) noexcept { return mean(sums_.push(x)); }
  [[nodiscard]] std::optional<double> peek(double x) const noexcept { return mean(sums_.peek(x)); }

 private:
  [[nodiscard]] std::optional<double> mean(const std::optional<WeightedSum::Value>& sums) const noexcept {
    if (!sums) return std::nullopt;
    return sums->weighted / total_weight_;
  }

  double total_weight_;
  SlidingFold<WeightedSum> sums_;
};

}  // namespace subd::indicator
