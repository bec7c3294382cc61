#pragma once

#include <atomic>
#include <chrono>

#include "base/clock.hpp"

namespace subd::test {

/// A clock that stands still until the test moves it. One thread moves it, any may look.
class FakeClock final : public base::Clock {
 public:
  explicit FakeClock(base::UtcTime start = base::UtcTime{std::chrono::milliseconds{1'700'000'000'000}}) : utc_{start} {}

  [[nodiscard]] base::UtcTime utc_now() const noexcept override { return utc_.load(); }
  [[nodiscard]] base::MonoTime mono_now() const noexcept override { return mono_.load(); }

  void advance(std::chrono::milliseconds by) {
    utc_.store(utc_.load() + by);
    mono_.store(mono_.load() + by);
  }

 private:
  std::atomic<base::UtcTime> utc_;
  std::atomic<base::MonoTime> mono_{base::MonoTime{std::chrono::seconds{1000}}};
};

}  // namespace subd::test
