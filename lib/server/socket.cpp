#include "server/socket.hpp"

#include <boost/asio/ip/address.hpp>

namespace subd::server {
namespace {

boost::asio::ip::address unmapped(const boost::asio::ip::address& address) {
  if (address.is_v6() && address.to_v6().is_v4_mapped()) {
    return boost::asio::ip::make_address_v4(boost::asio::ip::v4_mapped, address.to_v6());
  }
  return address;
}

}  // namespace

std::string endpoint_text(const Tcp::endpoint& endpoint) {
  const auto address = unmapped(endpoint.address());
  const std::string port = std::to_string(endpoint.port());
  if (address.is_v6()) return "[" + address.to_string() + "]:" + port;
  return address.to_string() + ":" + port;
}

bool is_loopback(const Tcp::endpoint& endpoint) {
  return unmapped(endpoint.address()).is_loopback();
}

}  // namespace subd::server
