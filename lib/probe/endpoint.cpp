#include "probe/endpoint.hpp"

#include "base/number_text.hpp"

namespace subd::probe {

std::string Endpoint::authority() const {
  const bool v6 = host.find(':') != std::string::npos;
  return (v6 ? '[' + host + ']' : host) + ':' + std::to_string(port);
}

std::string Endpoint::url(std::string_view path) const {
  return "ws://" + authority() + prefix + std::string{path};
}

base::Result<Endpoint, Problem> parse_endpoint(std::string_view url) {
  const auto refuse = [&](std::string_view why) {
    return Problem{std::string{"url \'"} + std::string{url} + "': " + std::string{why} +
                   "; it looks like ws://127.0.0.1:8081"};
  };
  constexpr std::string_view kScheme = "ws://";
  if (url.substr(0, 6) == "wss://") return refuse("TLS is not supported, point it at a plain listener");
  if (url.substr(0, kScheme.size()) != kScheme) return refuse("the scheme is not ws://");
  std::string_view rest = url.substr(kScheme.size());
  Endpoint endpoint;
  if (const auto slash = rest.find('/'); slash != std::string_view::npos) {
    endpoint.prefix = rest.substr(slash);
    rest = rest.substr(0, slash);
  }
  if (endpoint.prefix.find_first_of("?# \r\n") != std::string::npos) return refuse("a prefix is a plain path");
  if (constexpr std::string_view kPath = "/ws/indicators";
      endpoint.prefix.size() >= kPath.size() &&
      endpoint.prefix.compare(endpoint.prefix.size() - kPath.size(), kPath.size(), kPath) == 0) {
    endpoint.prefix.resize(endpoint.prefix.size() - kPath.size());
  }
  while (!endpoint.prefix.empty() && endpoint.prefix.back() == '/') endpoint.prefix.pop_back();
  const auto colon = rest.rfind(':');
  if (colon == std::string_view::npos || (rest.find(']') != std::string_view::npos && colon < rest.find(']'))) {
    return refuse("there is no port");
  }
  const auto port = base::parse_integer(rest.substr(colon + 1));
  if (!port || *port < 1 || *port > 65535) return refuse("the port is a number of 1 to 65535");
  endpoint.port = static_cast<std::uint16_t>(*port);
  rest = rest.substr(0, colon);
  if (rest.size() > 2 && rest.front() == '[' && rest.back() == ']') rest = rest.substr(1, rest.size() - 2);
  if (rest.empty()) return refuse("there is no host");
  if (rest.find_first_of("[]@ \r\n") != std::string_view::npos) return refuse("the host is not a name or an address");
  endpoint.host = rest;
  return endpoint;
}

}  // namespace subd::probe
