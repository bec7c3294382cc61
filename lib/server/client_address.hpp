#pragma once

#include <span>
#include <string_view>

#include "base/ip_network.hpp"

namespace subd::server {

[[nodiscard]] bool is_trusted_proxy(const base::IpAddress& address,
                                    std::span<const base::IpNetwork> trusted_proxies) noexcept;

/// Who sends a request: the peer, unless it is a trusted proxy. Then the rightmost address of `forwarded_for`, the
/// X-Forwarded-For header, that is not a trusted proxy itself; what stands left of it is the client's own word and is
/// not looked at. Where an entry is no plain address, the proxy right of it counts, as nobody knows better.
[[nodiscard]] base::IpAddress client_address(const base::IpAddress& peer, std::string_view forwarded_for,
                                             std::span<const base::IpNetwork> trusted_proxies) noexcept;

}  // namespace subd::server
