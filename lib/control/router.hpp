#pragma once

#include <string>
#include <string_view>

#include "control/backend.hpp"

namespace subd::control {

struct Request {
  std::string_view method;  ///< `GET`
  std::string_view target;  ///< as sent: path and perhaps a query, still percent-encoded
  std::string_view body;
};

struct Response {
  int status = 200;
  std::string content_type = "application/json";
  std::string body;
  std::string allow;  ///< value of the Allow header, with 405 only
};

/// Finds the command in the table of reads or in that of writes, runs it and writes the answer. No I/O of its own, no
/// state, never throws; errors are `application/problem+json`.
///
/// Threads: the control thread, because it calls `backend`.
[[nodiscard]] Response answer(Backend& backend, const Request& request);

/// True for a command whose body is a file, which may be larger than a request otherwise is.
[[nodiscard]] bool takes_file(std::string_view method, std::string_view target);

/// An error as the response that carries it.
[[nodiscard]] Response problem(const ControlError& error);

}  // namespace subd::control
