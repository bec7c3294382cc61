#include "server/socket.hpp"

#include <boost/asio/ip/address.hpp>

namespace subd::server {

base::IpAddress address_of(const Tcp::endpoint& endpoint) {
  const auto address = endpoint.address();
  return address.is_v4() ? base::IpAddress::v4(address.to_v4().to_bytes())
                         : base::IpAddress{address.to_v6().to_bytes()};
}

Tcp::endpoint endpoint_of(const base::IpAddress& address) {
  return {boost::asio::ip::address_v6{address.bytes()}, 0};
}

std::string endpoint_text(const Tcp::endpoint& endpoint) {
  const base::IpAddress address = address_of(endpoint);
  if (endpoint.port() == 0) return address.text();
  const std::string port = std::to_string(endpoint.port());
  return address.is_v4() ? address.text() + ":" + port : "[" + address.text() + "]:" + port;
}

}  // namespace subd::server
