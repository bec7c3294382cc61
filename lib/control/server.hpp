#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>

#include "base/result.hpp"
#include "control/backend.hpp"
#include "control/socket_file.hpp"

namespace subd::control {

struct ServerLimits {
  std::size_t connections = 64;  ///< one more is answered 503 and closed
  std::size_t header_bytes = std::size_t{8} * 1024;
  std::size_t body_bytes = std::size_t{64} * 1024;
  std::size_t file_bytes = std::size_t{64} * 1024 * 1024;  ///< body of a command that takes a file
  std::chrono::milliseconds idle{10'000};  ///< to send a whole request, to take a whole answer, between two requests
};

/// HTTP/1.1 over the control socket: reads requests, checks who asks, has router.hpp answer them.
///
/// Threads: open, start and stop on one thread (the daemon's main thread). start() makes the control thread; the
///          backend is called there only, and must outlive stop().
/// Errors:  of a client they end its connection at most, with an answer where HTTP has one.
class Server {
 public:
  /// Claims the path (see SocketFile); nothing is accepted before start(), clients wait in the backlog.
  [[nodiscard]] static base::Result<std::unique_ptr<Server>, SocketError> open(const std::string& path,
                                                                               Backend& backend,
                                                                               ServerLimits limits = {});
  /// Stops.
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  void start();
  /// Closes the connections, ends the control thread and removes the socket file. Waits for a command that is being
  /// answered (so at most as long as the backend). Again: does nothing.
  void stop();

  /// Any thread: runs `task` on the control thread, between commands; not after stop().
  void post(std::function<void()> task);

  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  class Listener;  // keeps Asio and Beast out of this header

  Server(SocketFile file, Backend& backend, ServerLimits limits);

  std::string path_;
  std::unique_ptr<Listener> listener_;
};

}  // namespace subd::control
