#pragma once

#include <chrono>
#include <functional>
#include <memory>

#include "base/clock.hpp"

namespace boost::asio {
class io_context;
}

namespace subd::probe {

/// The one thread that everything of a run happens on. A plan is straight code that says what it waits for; sockets
/// and timers are served while it waits.
///
/// Threads: one owner; the callbacks of tabs and timers run inside run_until() and run_for().
class Loop {
 public:
  Loop();
  ~Loop();
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  /// Serves until `done()` holds; false: it did not within `limit`, or the run was interrupted.
  bool run_until(const std::function<bool()>& done, std::chrono::milliseconds limit);
  void run_for(std::chrono::milliseconds duration);

  /// Calls `work` every `period` from now on, on a fixed schedule, until the answer is destroyed, which must be before
  /// the loop is.
  [[nodiscard]] std::shared_ptr<void> every(std::chrono::milliseconds period, std::function<void()> work);

  /// SIGINT and SIGTERM end the waiting instead of the process. Call once.
  void watch_signals();
  [[nodiscard]] bool interrupted() const noexcept;

  [[nodiscard]] const base::Clock& clock() const noexcept { return clock_; }
  [[nodiscard]] base::MonoTime now() const noexcept { return clock_.mono_now(); }
  [[nodiscard]] boost::asio::io_context& context() noexcept;

 private:
  struct Parts;
  base::SystemClock clock_;
  std::unique_ptr<Parts> parts_;
};

}  // namespace subd::probe
