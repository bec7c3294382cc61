#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>

#include "base/clock.hpp"

namespace subd::session {

/// Lets `rate` requests per second through, and `burst` at once. One owner thread.
class TokenBucket {
 public:
  TokenBucket(double rate, double burst, base::MonoTime now) noexcept
      : rate_{rate}, burst_{burst}, tokens_{burst}, last_{now} {}

  /// True and `cost` tokens less, at most a burst, or false and nothing changed.
  [[nodiscard]] bool take(base::MonoTime now, double cost = 1) noexcept {
    cost = std::min(cost, burst_);
    const double seconds = std::chrono::duration<double>(now - last_).count();
    if (seconds > 0) {
      tokens_ = tokens_ + seconds * rate_ < burst_ ? tokens_ + seconds * rate_ : burst_;
      last_ = now;
    }
    if (tokens_ < cost) return false;
    tokens_ -= cost;
    return true;
  }

  /// Time until the next take of so many can succeed.
  [[nodiscard]] std::chrono::milliseconds wait(double cost = 1) const noexcept {
    cost = std::min(cost, burst_);
    if (tokens_ >= cost) return std::chrono::milliseconds{0};
    return std::chrono::milliseconds{static_cast<std::int64_t>((cost - tokens_) / rate_ * 1000) + 1};
  }

 private:
  double rate_;
  double burst_;
  double tokens_;
  base::MonoTime last_;
};

/// A bucket that keeps nothing but the time at which it will be full again: what it lets through may be changed with
/// every call. One owner thread.
class Meter {
 public:
  /// Spends `cost` of `burst`, which comes back at `rate` per second; or false, and nothing is spent.
  [[nodiscard]] bool take(base::MonoTime now, double cost, double rate, double burst) noexcept {
    const auto full_at = std::max(full_at_, now) + time_of(cost, rate);
    if (full_at - now > time_of(burst, rate)) return false;
    full_at_ = full_at;
    return true;
  }

 private:
  static base::MonoTime::duration time_of(double cost, double rate) noexcept {
    return std::chrono::round<base::MonoTime::duration>(std::chrono::duration<double>{cost / rate});
  }

  base::MonoTime full_at_{};
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
