#pragma once

#include <atomic>
#include <cstddef>
#include <functional>
#include <iterator>
#include <memory>
#include <utility>
#include <vector>

#include "daemon/service.hpp"

namespace subd::daemon {

/// Asks every io thread for its part of a list, without waiting for any: `done` runs on the thread that answers last, or
/// never, when one of them has ended. `question` runs on each of them, perhaps at the same time. Any thread.
template <class T, class Question>
void survey(Service& service, Question question, std::function<void(std::vector<T>)> done) {
  struct Answers {
    std::vector<std::vector<T>> parts;
    std::atomic<std::size_t> left;
    std::function<void(std::vector<T>)> done;
  };
  const std::size_t count = service.io_threads.size();
  auto answers = std::make_shared<Answers>();
  answers->parts.resize(count);
  answers->left = count;
  answers->done = std::move(done);
  for (std::size_t i = 0; i < count; ++i) {
    server::IoThread* io = service.io_threads[i].get();
    io->post([answers, question, io, i] {
      answers->parts[i] = question(*io);
      // acquire-release: whoever is last sees what the others wrote.
      if (answers->left.fetch_sub(1, std::memory_order_acq_rel) > 1) return;
      std::vector<T> all = std::move(answers->parts.front());
      for (std::size_t part = 1; part < answers->parts.size(); ++part) {
        std::move(answers->parts[part].begin(), answers->parts[part].end(), std::back_inserter(all));
      }
      answers->done(std::move(all));
    });
  }
}

}  // namespace subd::daemon
