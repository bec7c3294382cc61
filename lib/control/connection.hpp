#pragma once

#include <boost/asio/local/stream_protocol.hpp>
#include <boost/beast/core/basic_stream.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <functional>
#include <memory>
#include <optional>

#include "control/backend.hpp"
#include "control/server.hpp"

namespace subd::control {

/// One client of the control socket: a request, its answer, the next request. Private to this module.
///
/// Owner: the control thread. Lives while an operation is pending; `on_end` runs once, in the destructor.
class Connection : public std::enable_shared_from_this<Connection> {
 public:
  using Socket = boost::asio::local::stream_protocol::socket;

  Connection(Socket socket, bool admitted, Backend& backend, const ServerLimits& limits, std::function<void()> on_end);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  void start() { read(); }
  /// Ends the pending operation, and with it this connection.
  void close();

 private:
  void read();
  void on_header(boost::beast::error_code error);
  void on_read(boost::beast::error_code error);
  void refuse_unread(boost::beast::error_code error);
  void refuse_body();
  void write(struct Response&& response, bool keep_alive);
  void on_write(boost::beast::error_code error);

  boost::beast::basic_stream<boost::asio::local::stream_protocol> stream_;
  bool admitted_;
  Backend& backend_;
  const ServerLimits& limits_;
  std::function<void()> on_end_;
  boost::beast::flat_buffer buffer_;
  std::optional<boost::beast::http::request_parser<boost::beast::http::string_body>> parser_;
  std::size_t body_limit_ = 0;  // of the request that is read
  boost::beast::http::response<boost::beast::http::string_body> response_;
};

}  // namespace subd::control
