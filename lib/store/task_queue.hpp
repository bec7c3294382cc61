#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <vector>

#include "store/database.hpp"

namespace subd::store {

/// Tasks for the store thread, from any thread, and its alarm clock.
///
/// Threads: push from any; take and wait from one. No lock: a push costs one allocation and one write to an eventfd.
class TaskQueue {
 public:
  using Task = std::function<void(Database*)>;

  /// Throws std::system_error when the process has no descriptor left.
  TaskQueue();
  ~TaskQueue();
  TaskQueue(const TaskQueue&) = delete;
  TaskQueue& operator=(const TaskQueue&) = delete;

  void push(Task task);
  /// Everything that was pushed, in order.
  [[nodiscard]] std::vector<Task> take();

  /// Returns when something was pushed or woken since the last wait, at the latest after `limit`.
  void wait(std::chrono::milliseconds limit) noexcept;
  void wake() noexcept;

 private:
  struct Node {
    Task task;
    Node* next;
  };

  std::atomic<Node*> newest_{nullptr};  // owned by whoever exchanges it for null
  int event_;
};

}  // namespace subd::store
