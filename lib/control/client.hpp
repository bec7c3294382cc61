#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "control/percent.hpp"

namespace subd::control {

struct ClientError {
  enum class Kind : std::uint8_t {
    Unavailable,   ///< nobody listens: the message names every path that was tried
    NotPermitted,  ///< the socket is there, but not for this user
    Timeout,       ///< no answer in time
    BadAnswer,     ///< what answered does not speak HTTP, or broke off
  };
  Kind kind = Kind::Unavailable;
  std::string message;
};

struct Answer {
  int status = 0;
  std::string content_type;
  std::string body;
};

/// Asks the daemon over its control socket. Blocks; one connection per request.
///
/// Owner: any one thread.
class Client {
 public:
  /// Tries the paths in order until somebody listens. `timeout` covers a whole request.
  explicit Client(std::vector<std::string> paths, std::chrono::milliseconds timeout = std::chrono::seconds{5});

  /// `target` like `/v1/status`; `body` is of `content_type`, or empty. An HTTP error status is an Answer, not an
  /// error.
  [[nodiscard]] base::Result<Answer, ClientError> request(std::string_view method, std::string_view target,
                                                          std::string body = {},
                                                          std::string_view content_type = "application/json");
  [[nodiscard]] base::Result<Answer, ClientError> read(std::string_view target) { return request("GET", target); }

  /// The path that answered last; empty before.
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::vector<std::string> paths_;
  std::chrono::milliseconds timeout_;
  std::string path_;
};

}  // namespace subd::control
