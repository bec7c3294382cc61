#include "daemon/store_question.hpp"

#include <fmt/format.h>

namespace subd::daemon {

control::ControlError store_unavailable(const store::Store* store) {
  if (store == nullptr) return control::unavailable("nothing is stored: the configuration says store.enabled = false");
  return control::unavailable(
      fmt::format("the store does not work: {}; see the log", store::condition_name(store->condition())));
}

control::ControlError to_control(const store::StoreError& error) {
  return control::unavailable("the store: " + error.message);
}

}  // namespace subd::daemon
