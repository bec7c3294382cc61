#include "server/client_address.hpp"

#include <algorithm>

namespace subd::server {
namespace {

/// Takes the last entry off the list.
std::string_view take_last(std::string_view& list) noexcept {
  const auto comma = list.rfind(',');
  std::string_view entry = comma == std::string_view::npos ? list : list.substr(comma + 1);
  list = comma == std::string_view::npos ? std::string_view{} : list.substr(0, comma);
  const auto first = entry.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return entry.substr(first, entry.find_last_not_of(" \t") - first + 1);
}

}  // namespace

bool is_trusted_proxy(const base::IpAddress& address, std::span<const base::IpNetwork> trusted_proxies) noexcept {
  return std::any_of(trusted_proxies.begin(), trusted_proxies.end(),
                     [&](const base::IpNetwork& network) { return network.contains(address); });
}

base::IpAddress client_address(const base::IpAddress& peer, std::string_view forwarded_for,
                               std::span<const base::IpNetwork> trusted_proxies) noexcept {
  base::IpAddress client = peer;
  while (!forwarded_for.empty() && is_trusted_proxy(client, trusted_proxies)) {
    const auto before = base::IpAddress::parse(take_last(forwarded_for));
    if (!before) break;
    client = *before;
  }
  return client;
}

}  // namespace subd::server
