#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "probe/problem.hpp"

namespace subd::probe {

/// Where the server under test listens.
struct Endpoint {
  std::string host;  ///< name or address, no brackets
  std::uint16_t port = 0;
  std::string prefix;  ///< path before the protocol's own, without a final slash; for proxies

  /// `ws://127.0.0.1:8081/prefix/ws/indicators`
  [[nodiscard]] std::string url(std::string_view path = "/ws/indicators") const;
  /// `host:port`, with brackets around IPv6.
  [[nodiscard]] std::string authority() const;
};

/// `ws://host:port[/prefix]`; a prefix that ends in /ws/indicators is taken without it. The error says what is wrong.
[[nodiscard]] base::Result<Endpoint, Problem> parse_endpoint(std::string_view url);

/// `http://host:port[/target]`, for what is asked beside the server under test; the target is kept whole in `prefix`.
[[nodiscard]] base::Result<Endpoint, Problem> parse_http_url(std::string_view url);

}  // namespace subd::probe
