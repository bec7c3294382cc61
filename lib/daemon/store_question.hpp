#pragma once

#include <future>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

#include "control/backend.hpp"
#include "daemon/gather.hpp"
#include "daemon/service.hpp"
#include "store/store.hpp"

namespace subd::daemon {

/// 503 with the reason: nothing is stored, or the store does not work.
[[nodiscard]] control::ControlError store_unavailable(const store::Store* store);
[[nodiscard]] control::ControlError to_control(const store::StoreError& error);

/// Runs `question(database)` on the store thread and waits for the store::Result that it returns. What was asked may
/// still happen after a timeout, so the question must own what it uses.
template <class Question>
auto ask_store(Service& service, Question question) {
  using Answer = std::invoke_result_t<Question, store::Database&>;
  using Reply = control::Reply<typename Answer::value_type>;
  if (service.store == nullptr) return Reply{store_unavailable(nullptr)};
  auto promise = std::make_shared<std::promise<std::optional<Answer>>>();
  std::future<std::optional<Answer>> future = promise->get_future();
  service.store->post([promise, question = std::move(question)](store::Database* database) mutable {
    promise->set_value(database == nullptr ? std::nullopt : std::optional<Answer>{question(*database)});
  });
  if (future.wait_for(kLongAskTimeout) != std::future_status::ready) return Reply{control::owner_timeout()};
  std::optional<Answer> answer = future.get();
  if (!answer) return Reply{store_unavailable(service.store)};
  if (!*answer) return Reply{to_control(answer->error())};
  if constexpr (std::is_void_v<typename Answer::value_type>) {
    return Reply{};
  } else {
    // By name: a number would do for a ControlError too.
    return Reply{boost::system::in_place_value, std::move(**answer)};
  }
}

}  // namespace subd::daemon
