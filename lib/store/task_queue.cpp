#include "store/task_queue.hpp"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <system_error>
#include <utility>

namespace subd::store {

TaskQueue::TaskQueue() : event_{::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)} {
  if (event_ < 0) throw std::system_error{errno, std::generic_category(), "eventfd"};
}

TaskQueue::~TaskQueue() {
  for (const Task& dropped : take()) static_cast<void>(dropped);
  ::close(event_);
}

void TaskQueue::push(Task task) {
  auto* node = new Node{std::move(task), newest_.load(std::memory_order_relaxed)};
  // take() only ever takes the whole chain, so a head that is still there is unchanged: no ABA.
  while (!newest_.compare_exchange_weak(node->next, node, std::memory_order_release, std::memory_order_relaxed)) {
  }
  wake();
}

std::vector<TaskQueue::Task> TaskQueue::take() {
  std::vector<Task> out;
  for (Node* node = newest_.exchange(nullptr, std::memory_order_acquire); node != nullptr;) {
    const std::unique_ptr<Node> owned{std::exchange(node, node->next)};
    out.push_back(std::move(owned->task));
  }
  std::reverse(out.begin(), out.end());
  return out;
}

void TaskQueue::wait(std::chrono::milliseconds limit) noexcept {
  pollfd waited{event_, POLLIN, 0};
  if (::poll(&waited, 1, static_cast<int>(limit.count())) <= 0) return;
  std::uint64_t rung = 0;
  [[maybe_unused]] const ssize_t size = ::read(event_, &rung, sizeof rung);
}

void TaskQueue::wake() noexcept {
  // It fails only when it is rung so often already that it cannot be missed.
  const std::uint64_t once = 1;
  [[maybe_unused]] const ssize_t size = ::write(event_, &once, sizeof once);
}

}  // namespace subd::store
