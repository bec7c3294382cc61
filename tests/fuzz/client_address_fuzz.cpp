#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "base/ip_network.hpp"
#include "server/client_address.hpp"

namespace {

using subd::base::IpAddress;
using subd::base::IpNetwork;

void require(bool holds) {
  if (!holds) std::abort();
}

void check_texts(std::string_view text) {
  if (const auto address = IpAddress::parse(text)) require(IpAddress::parse(address->text()) == address);
  if (const auto network = IpNetwork::parse(text)) require(IpNetwork::parse(network->text()) == network);
}

}  // namespace

/// The first line is a network, the rest a header as a proxy passes it on. What is read is written so that it reads back;
/// the client is the peer or stands in the header; and what a client says before a proxy's word changes nothing.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  const auto line = text.find('\n');
  const std::string_view network_text = text.substr(0, line);
  const std::string header{line == std::string_view::npos ? std::string_view{} : text.substr(line + 1)};
  check_texts(network_text);
  check_texts(header);

  const IpAddress peer = *IpAddress::parse("10.0.0.1");
  std::vector<IpNetwork> proxies{*IpNetwork::parse("10.0.0.0/8")};
  if (const auto network = IpNetwork::parse(network_text)) proxies.push_back(*network);
  const IpAddress client = subd::server::client_address(peer, header, proxies);
  const IpAddress stranger = *IpAddress::parse("203.0.113.7");
  if (!subd::server::is_trusted_proxy(stranger, proxies)) {
    require(subd::server::client_address(peer, header + ", 203.0.113.7", proxies) == stranger);
    require(subd::server::client_address(stranger, header, proxies) == stranger);
  }
  // Nobody but a proxy can have said it, and a proxy only where there is no one before it.
  const bool found = subd::server::is_trusted_proxy(client, proxies);
  if (!found) require(subd::server::client_address(peer, "1.1.1.1," + header, proxies) == client);
  return 0;
}
