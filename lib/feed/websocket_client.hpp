#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

#include "feed/url.hpp"

namespace boost::asio {
class io_context;
namespace ssl {
class context;
}
}  // namespace boost::asio

namespace subd::feed {

/// How a connection ended, or why there was none.
struct SocketEnd {
  int http_status = 0;  ///< of a handshake that was answered with anything but 101; else 0
  std::string why;      ///< for people; never the URL
};

/// Calls come from the loop, never from within a member of the client; it may be cut in any of them.
class SocketObserver {
 public:
  virtual ~SocketObserver() = default;
  virtual void on_open() = 0;
  virtual void on_message(std::string_view bytes, bool is_text) = 0;
  /// Everything that was to be sent is with the kernel.
  virtual void on_sent() = 0;
  /// Once per connect(), unless it was cut.
  virtual void on_end(const SocketEnd& end) = 0;
};

/// One WebSocket connection of a client, with TLS or without. Compression is not offered.
///
/// Threads: the loop's. `context`, `tls` and the observer outlive the client.
/// Bounds:  a message above kMostBytes ends the connection. What is to be sent waits without a bound: the caller sends
///          on after on_sent().
class WebSocketClient {
 public:
  static constexpr std::size_t kMostBytes = std::size_t{16} << 20;

  WebSocketClient(boost::asio::io_context& context, boost::asio::ssl::context& tls, SocketObserver& observer);
  ~WebSocketClient();  ///< cuts the connection
  WebSocketClient(const WebSocketClient&) = delete;
  WebSocketClient& operator=(const WebSocketClient&) = delete;

  /// Opens `url` with `query` behind its path; a connection that there was is cut. Whoever calls limits the time.
  void connect(const Url& url, std::string_view query);
  /// Queues a text message; nothing happens unless the connection is open.
  void send(std::string text);
  /// Everything that was to be sent is with the kernel.
  [[nodiscard]] bool is_drained() const noexcept;
  /// Closes the socket without a goodbye, and nothing more is told of it.
  void cut();

 private:
  class Connection;
  template <class Layer>
  class ConnectionOn;

  boost::asio::io_context& context_;
  boost::asio::ssl::context& tls_;
  SocketObserver& observer_;
  std::shared_ptr<Connection> connection_;  // shared with the handlers under way
};

}  // namespace subd::feed
