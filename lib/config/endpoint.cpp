#include <arpa/inet.h>

#include "base/number_text.hpp"
#include "config/value.hpp"

namespace subd::config {

std::string Endpoint::text() const {
  const bool is_v6 = address.find(':') != std::string::npos;
  return (is_v6 ? "[" + address + "]" : address) + ":" + std::to_string(port);
}

std::optional<Endpoint> parse_endpoint(std::string_view text) {
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  const auto port = base::parse_integer(text.substr(colon + 1));
  if (!port || *port < 0 || *port > 65'535) return std::nullopt;
  std::string_view host = text.substr(0, colon);
  int family = AF_INET;
  if (host.size() > 2 && host.front() == '[' && host.back() == ']') {
    family = AF_INET6;
    host = host.substr(1, host.size() - 2);
  }
  if (host.find('\0') != std::string_view::npos) return std::nullopt;
  Endpoint endpoint{std::string{host}, static_cast<std::uint16_t>(*port)};
  in6_addr parsed{};
  if (::inet_pton(family, endpoint.address.c_str(), &parsed) != 1) return std::nullopt;
  return endpoint;
}

}  // namespace subd::config
