#pragma once

#include <chrono>
#include <functional>
#include <future>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

namespace subd::daemon {

/// Longest that the control thread waits for an owner thread.
inline constexpr std::chrono::seconds kAskTimeout{2};

/// The same for files and stored bars: a large import takes a second, a slow disk longer.
inline constexpr std::chrono::seconds kLongAskTimeout{30};

/// Runs `question` where `post` takes it and waits for the copy that it returns; nullopt when the owner does not answer
/// in time. The question may then still run later, so it must own what it uses beyond its owner's objects.
template <class Post, class Question>
auto ask(Post&& post, Question question) {
  using Answer = std::invoke_result_t<Question>;
  auto promise = std::make_shared<std::promise<Answer>>();
  std::future<Answer> answer = promise->get_future();
  std::forward<Post>(post)([promise, question = std::move(question)]() mutable { promise->set_value(question()); });
  if (answer.wait_for(kAskTimeout) != std::future_status::ready) return std::optional<Answer>{};
  return std::optional<Answer>{answer.get()};
}

}  // namespace subd::daemon
