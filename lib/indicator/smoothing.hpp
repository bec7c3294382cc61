#pragma once

#include <cstddef>
#include <optional>

namespace subd::indicator {

/// Exponential average with smoothing 2 / (length + 1), seeded with the mean of its first `length` values.
class Ema {
 public:
  /// length >= 1. The first `skip` values are ignored.
  explicit Ema(std::size_t length, std::size_t skip = 0) noexcept
      : length_{static_cast<double>(length)}, smoothing_{2.0 / (length_ + 1)}, skip_{skip} {}

  /// nullopt while the seed is incomplete.
  std::optional<double> push(double x) noexcept {
    if (skip_ > 0) {
      --skip_;
      return std::nullopt;
    }
    if (seeded_ < length_) {
      average_ += x;
      if (++seeded_ < length_) return std::nullopt;
      average_ /= length_;
    } else {
      average_ += (x - average_) * smoothing_;
    }
    return average_;
  }

  [[nodiscard]] std::optional<double> peek(double x) const noexcept { return Ema{*this}.push(x); }

 private:
  double length_;
  double smoothing_;
  std::size_t skip_;
  double seeded_ = 0;
  /// The sum of the values so far until the seed is complete.
  double average_ = 0;
};

/// Wilder's average: smoothing 1 / length, seeded with the mean of its first `length` values.
class Wilder {
 public:
  /// length >= 1.
  explicit Wilder(std::size_t length) noexcept : length_{static_cast<double>(length)} {}

  /// nullopt while the seed is incomplete.
  std::optional<double> push(double x) noexcept {
    if (seeded_ < length_) {
      average_ += x;
      if (++seeded_ < length_) return std::nullopt;
      average_ /= length_;
    } else {
      average_ = (average_ * (length_ - 1) + x) / length_;
    }
    return average_;
  }

  [[nodiscard]] std::optional<double> peek(double x) const noexcept { return Wilder{*this}.push(x); }

 private:
  double length_;
  double seeded_ = 0;
  /// The sum of the values so far until the seed is complete.
  double average_ = 0;
};

}  // namespace subd::indicator
