#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "probe/problem.hpp"

namespace subd::tls {
class Trust;
}

namespace subd::probe {

/// Where the server under test listens.
struct Endpoint {
  std::string host;  ///< name or address, no brackets
  std::uint16_t port = 0;
  std::string prefix;  ///< path before the protocol's own, without a final slash; for proxies
  /// Whom the certificate has to be vouched for by; null: no TLS.
  std::shared_ptr<const tls::Trust> trust{};

  /// `ws://127.0.0.1:8081/prefix/ws/indicators`, through TLS `wss://`.
  [[nodiscard]] std::string url(std::string_view path = "/ws/indicators") const;
  /// `host:port`, with brackets around IPv6.
  [[nodiscard]] std::string authority() const;
  /// `http://host:port`, through TLS `https://`.
  [[nodiscard]] std::string origin() const;
};

/// Whether the URL asks for TLS.
[[nodiscard]] bool is_wss(std::string_view url) noexcept;

/// `ws://host:port[/prefix]`, or `wss://`, and then `trust` is for the caller to set. A prefix that ends in
/// /ws/indicators is taken without it. The error says what is wrong.
[[nodiscard]] base::Result<Endpoint, Problem> parse_endpoint(std::string_view url);

/// `http://host:port[/target]`, for what is asked beside the server under test; the target is kept whole in `prefix`.
[[nodiscard]] base::Result<Endpoint, Problem> parse_http_url(std::string_view url);

}  // namespace subd::probe
