#include "probe/loop.hpp"

#include <algorithm>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <csignal>
#include <utility>

namespace subd::probe {

namespace asio = boost::asio;

namespace {

// The longest that run_until() sleeps before it looks at its condition again without anything having happened.
constexpr std::chrono::milliseconds kLook{100};

struct Repetition : std::enable_shared_from_this<Repetition> {
  Repetition(asio::io_context& context, std::chrono::milliseconds every, std::function<void()> what)
      : timer{context}, period{every}, work{std::move(what)} {}

  void schedule(asio::steady_timer::time_point at) {
    timer.expires_at(at);
    timer.async_wait([held = weak_from_this()](const boost::system::error_code& error) {
      const auto self = held.lock();
      if (error || !self) return;
      self->work();
      // A schedule that has been missed is not caught up with in a burst.
      self->schedule(std::max(self->timer.expiry() + self->period, asio::steady_timer::clock_type::now()));
    });
  }

  asio::steady_timer timer;
  std::chrono::milliseconds period;
  std::function<void()> work;
};

}  // namespace

struct Loop::Parts {
  asio::io_context context{1};
  asio::executor_work_guard<asio::io_context::executor_type> work{context.get_executor()};
  asio::signal_set signals{context};
  bool interrupted = false;
};

Loop::Loop() : parts_{std::make_unique<Parts>()} {}
Loop::~Loop() = default;

bool Loop::run_until(const std::function<bool()>& done, std::chrono::milliseconds limit) {
  const auto deadline = now() + limit;
  while (!done()) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - now());
    if (left.count() <= 0 || parts_->interrupted) return false;
    if (parts_->context.run_one_for(std::min(left, kLook)) > 0) parts_->context.poll();
  }
  return true;
}

void Loop::run_for(std::chrono::milliseconds duration) {
  run_until([] { return false; }, duration);
}

std::shared_ptr<void> Loop::every(std::chrono::milliseconds period, std::function<void()> work) {
  auto repetition = std::make_shared<Repetition>(parts_->context, period, std::move(work));
  repetition->schedule(now() + period);
  return repetition;
}

void Loop::watch_signals() {
  parts_->signals.add(SIGINT);
  parts_->signals.add(SIGTERM);
  parts_->signals.async_wait([this](const boost::system::error_code& error, int) {
    if (!error) parts_->interrupted = true;
  });
}

bool Loop::interrupted() const noexcept {
  return parts_->interrupted;
}

asio::io_context& Loop::context() noexcept {
  return parts_->context;
}

}  // namespace subd::probe
