#pragma once

#include <cstddef>
#include <optional>
#include <vector>

namespace subd::indicator {

/// Answers each value with the one `distance` values earlier.
class Lag {
 public:
  /// distance >= 1.
  explicit Lag(std::size_t distance) : ring_(distance) {}

  /// nullopt for the first `distance` values.
  std::optional<double> push(double x) noexcept {
    const std::optional<double> earlier = peek(x);
    ring_[next_] = x;
    if (++next_ == ring_.size()) {
      next_ = 0;
      full_ = true;
    }
    return earlier;
  }

  [[nodiscard]] std::optional<double> peek(double) const noexcept {
    if (!full_) return std::nullopt;
    return ring_[next_];
  }

 private:
  std::vector<double> ring_;
  std::size_t next_ = 0;
  bool full_ = false;
};

/// Lag by one, without the ring.
class Previous {
 public:
  std::optional<double> push(double x) noexcept {
    const std::optional<double> earlier = last_;
    last_ = x;
    return earlier;
  }

  [[nodiscard]] std::optional<double> peek(double) const noexcept { return last_; }

 private:
  std::optional<double> last_;
};

}  // namespace subd::indicator
