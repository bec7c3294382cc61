#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/basic_stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <string>

#include "base/clock.hpp"
#include "server/listener.hpp"
#include "server/socket.hpp"

namespace subd::server {

/// Takes connections off a listener and hands them to `admit`, a bounded number per wake.
///
/// Owner:  one io thread.
/// Errors: when the process is out of descriptors or memory it says so once a second, leaves the clients in the
///         backlog and tries again a little later.
class Acceptor {
 public:
  using Admit = std::function<void(int descriptor, const Tcp::endpoint& peer)>;

  Acceptor(boost::asio::io_context& io_context, Listener listener, const base::Clock& clock, Admit admit);
  ~Acceptor();
  Acceptor(const Acceptor&) = delete;
  Acceptor& operator=(const Acceptor&) = delete;

  void start();
  /// Closes the listener; clients in its backlog are refused by the kernel.
  void stop();
  [[nodiscard]] const std::string& address() const noexcept { return listener_.address(); }

 private:
  void await_clients();
  void accept_waiting();
  void pause(int error);

  Listener listener_;
  const base::Clock& clock_;
  Admit admit_;
  boost::asio::posix::basic_stream_descriptor<boost::asio::io_context::executor_type> readiness_;  ///< of listener_
  boost::asio::steady_timer retry_;
  base::MonoTime next_complaint_{};
  bool stopped_ = false;
};

}  // namespace subd::server
