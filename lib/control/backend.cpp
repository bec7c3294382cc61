#include "control/backend.hpp"

#include <utility>

namespace subd::control {

ControlError bad_request(std::string message) {
  return {400, "bad_request", std::move(message)};
}

ControlError not_found(std::string code, std::string message) {
  return {404, std::move(code), std::move(message)};
}

ControlError owner_timeout() {
  return {504, "timeout", "a thread of the daemon did not answer within 2 s; it is overloaded or stuck"};
}

ControlError unavailable(std::string message) {
  return {503, "unavailable", std::move(message)};
}

}  // namespace subd::control
