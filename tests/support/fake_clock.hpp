#pragma once

#include <chrono>

#include "base/clock.hpp"

namespace subd::test {

/// A clock that stands still until the test moves it.
class FakeClock final : public base::Clock {
 public:
  explicit FakeClock(base::UtcTime start = base::UtcTime{std::chrono::milliseconds{1'700'000'000'000}}) : utc_{start} {}

  [[nodiscard]] base::UtcTime utc_now() const noexcept override { return utc_; }
  [[nodiscard]] base::MonoTime mono_now() const noexcept override { return mono_; }

  void advance(std::chrono::milliseconds by) {
    utc_ += by;
    mono_ += by;
  }

 private:
  base::UtcTime utc_;
  base::MonoTime mono_{std::chrono::seconds{1000}};
};

}  // namespace subd::test
