#include "base/clock.hpp"

namespace subd::base {

UtcTime SystemClock::utc_now() const noexcept {
  return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

MonoTime SystemClock::mono_now() const noexcept {
  return std::chrono::steady_clock::now();
}

}  // namespace subd::base
