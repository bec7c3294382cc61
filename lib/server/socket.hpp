#pragma once

#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <string>

#include "base/ip_network.hpp"

namespace subd::server {

using Tcp = boost::asio::ip::tcp;

/// The executor is named, not erased: it saves memory in each socket and in each operation that waits.
using Socket = boost::asio::basic_stream_socket<Tcp, boost::asio::io_context::executor_type>;

[[nodiscard]] base::IpAddress address_of(const Tcp::endpoint& endpoint);
/// An endpoint without a port: what is known of a client behind a proxy.
[[nodiscard]] Tcp::endpoint endpoint_of(const base::IpAddress& address);

/// `127.0.0.1:53124`, `[::1]:53124`, `203.0.113.7` without a port; an IPv4 address mapped into IPv6 is written as IPv4.
[[nodiscard]] std::string endpoint_text(const Tcp::endpoint& endpoint);

}  // namespace subd::server
