#pragma once

#include <chrono>

namespace subd::base {

/// Wall-clock time in UTC, the resolution of the wire protocol.
using UtcTime = std::chrono::sys_time<std::chrono::milliseconds>;

/// Monotonic time: for timeouts, rates and ages. Never shown to a user.
using MonoTime = std::chrono::steady_clock::time_point;

/// Where time comes from. Injected everywhere, so that tests move it by hand.
///
/// Threads: all members may be called from any thread.
class Clock {
 public:
  virtual ~Clock() = default;
  [[nodiscard]] virtual UtcTime utc_now() const noexcept = 0;
  [[nodiscard]] virtual MonoTime mono_now() const noexcept = 0;
};

/// The machine's clocks.
class SystemClock final : public Clock {
 public:
  [[nodiscard]] UtcTime utc_now() const noexcept override;
  [[nodiscard]] MonoTime mono_now() const noexcept override;
};

}  // namespace subd::base
