#include "probe/endpoint.hpp"

#include "base/number_text.hpp"

namespace subd::probe {

std::string Endpoint::authority() const {
  const bool v6 = host.find(':') != std::string::npos;
  return (v6 ? '[' + host + ']' : host) + ':' + std::to_string(port);
}

std::string Endpoint::url(std::string_view path) const {
  return (trust ? "wss://" : "ws://") + authority() + prefix + std::string{path};
}

std::string Endpoint::origin() const {
  return (trust ? "https://" : "http://") + authority();
}

namespace {

/// What stands in a problem's text beside the reason.
struct UrlShape {
  std::string_view scheme;
  std::string_view example;
};

constexpr UrlShape kPlain{"ws://", "ws://127.0.0.1:8081"};
constexpr UrlShape kEncrypted{"wss://", "wss://example.com:8443"};

Problem refusal(std::string_view url, const UrlShape& shape, std::string_view why) {
  return Problem{"url '", url, "': ", why, "; it looks like ", shape.example};
}

/// The path, as it stands, is in `prefix`.
base::Result<Endpoint, Problem> parse_url(std::string_view url, const UrlShape& shape) {
  if (!url.starts_with(shape.scheme)) {
    return refusal(url, shape, "the scheme is not " + std::string{shape.scheme});
  }
  std::string_view rest = url.substr(shape.scheme.size());
  Endpoint endpoint;
  if (const auto slash = rest.find('/'); slash != std::string_view::npos) {
    endpoint.prefix = rest.substr(slash);
    rest = rest.substr(0, slash);
  }
  const auto colon = rest.rfind(':');
  if (colon == std::string_view::npos || (rest.find(']') != std::string_view::npos && colon < rest.find(']'))) {
    return refusal(url, shape, "there is no port");
  }
  const auto port = base::parse_integer(rest.substr(colon + 1));
  if (!port || *port < 1 || *port > 65535) return refusal(url, shape, "the port is a number of 1 to 65535");
  endpoint.port = static_cast<std::uint16_t>(*port);
  rest = rest.substr(0, colon);
  if (rest.size() > 2 && rest.front() == '[' && rest.back() == ']') rest = rest.substr(1, rest.size() - 2);
  if (rest.empty()) return refusal(url, shape, "there is no host");
  if (rest.find_first_of("[]@ \r\n") != std::string_view::npos) {
    return refusal(url, shape, "the host is not a name or an address");
  }
  endpoint.host = rest;
  return endpoint;
}

}  // namespace

bool is_wss(std::string_view url) noexcept {
  return url.starts_with(kEncrypted.scheme);
}

base::Result<Endpoint, Problem> parse_endpoint(std::string_view url) {
  const UrlShape& shape = is_wss(url) ? kEncrypted : kPlain;
  auto endpoint = parse_url(url, shape);
  if (!endpoint) return endpoint;
  std::string& prefix = endpoint->prefix;
  if (prefix.find_first_of("?# \r\n") != std::string::npos) {
    return refusal(url, shape, "a prefix is a plain path");
  }
  if (constexpr std::string_view kPath = "/ws/indicators"; prefix.ends_with(kPath)) {
    prefix.resize(prefix.size() - kPath.size());
  }
  while (!prefix.empty() && prefix.back() == '/') prefix.pop_back();
  return endpoint;
}

base::Result<Endpoint, Problem> parse_http_url(std::string_view url) {
  constexpr UrlShape kShape{"http://", "http://127.0.0.1:8474/proxies"};
  auto endpoint = parse_url(url, kShape);
  if (!endpoint) return endpoint;
  for (const char character : endpoint->prefix) {
    if (character <= ' ' || character > '~' || character == '#') {
      return refusal(url, kShape, "a target has no spaces, no fragment and nothing outside of ASCII");
    }
  }
  if (endpoint->prefix.empty()) endpoint->prefix = "/";
  return endpoint;
}

}  // namespace subd::probe
