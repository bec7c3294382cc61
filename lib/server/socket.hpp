#pragma once

#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <string>

namespace subd::server {

using Tcp = boost::asio::ip::tcp;

/// The executor is named, not erased: it saves memory in each socket and in each operation that waits.
using Socket = boost::asio::basic_stream_socket<Tcp, boost::asio::io_context::executor_type>;

/// `127.0.0.1:53124`, `[::1]:53124`; an IPv4 address mapped into IPv6 is written as IPv4.
[[nodiscard]] std::string endpoint_text(const Tcp::endpoint& endpoint);
[[nodiscard]] bool is_loopback(const Tcp::endpoint& endpoint);

}  // namespace subd::server
