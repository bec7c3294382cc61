#pragma once

#include <chrono>
#include <cstdint>

#include "base/clock.hpp"

namespace subd::engine {

/// Events per second over the last one to two windows of five seconds. One owner thread.
class RateMeter {
 public:
  void count(base::MonoTime now) noexcept {
    roll(now);
    ++current_;
  }

  [[nodiscard]] double per_second(base::MonoTime now) noexcept {
    roll(now);
    const double seconds = std::chrono::duration<double>(now - start_).count();
    return static_cast<double>(previous_ + current_) / (previous_span_ + (seconds > 0.5 ? seconds : 0.5));
  }

 private:
  static constexpr std::chrono::seconds kWindow{5};

  void roll(base::MonoTime now) noexcept {
    if (start_ == base::MonoTime{}) start_ = now;
    const auto age = now - start_;
    if (age < kWindow) return;
    previous_ = age < 2 * kWindow ? current_ : 0;
    previous_span_ = 5.0;
    current_ = 0;
    start_ = now;
  }

  base::MonoTime start_{};
  std::uint64_t current_ = 0;
  std::uint64_t previous_ = 0;
  double previous_span_ = 0;
};

}  // namespace subd::engine
