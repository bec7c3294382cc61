#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/beast/core/role.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/websocket/teardown.hpp>
#include <boost/system/error_code.hpp>
#include <optional>
#include <string>
#include <utility>

#include "probe/endpoint.hpp"
#include "tls/trust.hpp"

namespace subd::probe {

/// A connection to an endpoint, through TLS where the endpoint says so: what Beast reads from and writes to. Asio's
/// TLS, not the server's.
///
/// Threads: the loop's.
/// Memory:  through TLS about 70 KB.
/// Stays where it is while an operation is under way.
class ClientStream {
 public:
  using next_layer_type = boost::beast::tcp_stream;
  using executor_type = next_layer_type::executor_type;

  explicit ClientStream(boost::asio::io_context& context) : resolver_{context}, tcp_{context} {}

  /// Connects, after an end also anew; `done(error_code)` once. The time limit is that of next_layer().
  template <class Done>
  void async_open(const Endpoint& endpoint, Done done) {
    using boost::asio::ip::tcp;
    tls_.reset();
    if (endpoint.trust) tls_.emplace(tcp_, endpoint.trust->expect(endpoint.host).release());
    auto connected = [this, done = std::move(done)](const boost::system::error_code& error,
                                                    const tcp::endpoint& = {}) mutable {
      boost::system::error_code ignored;
      if (!error) tcp_.socket().set_option(tcp::no_delay{true}, ignored);
      if (error || !tls_) return done(error);
      tls_->async_handshake(boost::asio::ssl::stream_base::client, std::move(done));
    };
    boost::system::error_code is_name;
    const auto address = boost::asio::ip::make_address(endpoint.host, is_name);
    if (!is_name) {
      // No detour through the resolver: thousands of tabs connect at once.
      tcp_.async_connect(tcp::endpoint{address, endpoint.port}, std::move(connected));
      return;
    }
    resolver_.async_resolve(endpoint.host, std::to_string(endpoint.port),
                            [this, connected = std::move(connected)](const boost::system::error_code& error,
                                                                     const tcp::resolver::results_type& found) mutable {
                              if (error) return connected(error);
                              tcp_.async_connect(found, std::move(connected));
                            });
  }

  /// What an error of any operation means, for a person: `certificate refused: unknown issuer (...)`.
  [[nodiscard]] std::string describe(const boost::system::error_code& error) {
    if (!tls_ || error.category() != boost::asio::error::get_ssl_category()) return error.message();
    const std::string refusal = tls::refusal_of_certificate(*tls_->native_handle());
    return refusal.empty() ? "TLS: " + error.message() : "certificate refused: " + refusal;
  }

  [[nodiscard]] next_layer_type& next_layer() noexcept { return tcp_; }
  [[nodiscard]] const next_layer_type& next_layer() const noexcept { return tcp_; }
  [[nodiscard]] executor_type get_executor() noexcept { return tcp_.get_executor(); }
  void close() { tcp_.close(); }

  template <class Buffers, class Handler>
  void async_read_some(const Buffers& buffers, Handler&& handler) {
    if (tls_) {
      tls_->async_read_some(buffers, std::forward<Handler>(handler));
    } else {
      tcp_.async_read_some(buffers, std::forward<Handler>(handler));
    }
  }
  template <class Buffers, class Handler>
  void async_write_some(const Buffers& buffers, Handler&& handler) {
    if (tls_) {
      tls_->async_write_some(buffers, std::forward<Handler>(handler));
    } else {
      tcp_.async_write_some(buffers, std::forward<Handler>(handler));
    }
  }
  /// How a WebSocket ends what it stands on: without a word of TLS, because the close frames have said it.
  template <class Handler>
  friend void async_teardown(boost::beast::role_type role, ClientStream& stream, Handler&& handler) {
    boost::beast::websocket::async_teardown(role, stream.tcp_.socket(), std::forward<Handler>(handler));
  }

 private:
  boost::asio::ip::tcp::resolver resolver_;
  next_layer_type tcp_;
  std::optional<boost::asio::ssl::stream<next_layer_type&>> tls_;
};

}  // namespace subd::probe
