#pragma once

#include <chrono>
#include <cstdint>

#include "base/clock.hpp"

namespace subd::session {

/// Lets `rate` requests per second through, and `burst` at once. One owner thread.
class TokenBucket {
 public:
  TokenBucket(double rate, double burst, base::MonoTime now) noexcept
      : rate_{rate}, burst_{burst}, tokens_{burst}, last_{now} {}

  /// True and one token less, or false and nothing changed.
  [[nodiscard]] bool take(base::MonoTime now) noexcept {
    const double seconds = std::chrono::duration<double>(now - last_).count();
    if (seconds > 0) {
      tokens_ = tokens_ + seconds * rate_ < burst_ ? tokens_ + seconds * rate_ : burst_;
      last_ = now;
    }
    if (tokens_ < 1) return false;
    tokens_ -= 1;
    return true;
  }

  /// Time until the next take can succeed.
  [[nodiscard]] std::chrono::milliseconds wait() const noexcept {
    if (tokens_ >= 1) return std::chrono::milliseconds{0};
    return std::chrono::milliseconds{static_cast<std::int64_t>((1 - tokens_) / rate_ * 1000) + 1};
  }

 private:
  double rate_;
  double burst_;
  double tokens_;
  base::MonoTime last_;
};

/// Counts errors in consecutive windows; the window starts with its first error.
class ErrorBudget {
 public:
  /// True when this error is one too many.
  [[nodiscard]] bool spend(base::MonoTime now, std::uint32_t allowed, std::chrono::milliseconds window) noexcept {
    if (count_ == 0 || now - start_ > window) {
      start_ = now;
      count_ = 0;
    }
    return ++count_ > allowed;
  }

 private:
  base::MonoTime start_{};
  std::uint32_t count_ = 0;
};

}  // namespace subd::session
