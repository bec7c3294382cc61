#include "feed/url.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "base/number_text.hpp"

namespace subd::feed {
namespace {

bool is_printable(std::string_view text) noexcept {
  return std::all_of(text.begin(), text.end(), [](char c) { return std::isgraph(static_cast<unsigned char>(c)) != 0; });
}

}  // namespace

std::string Url::authority() const {
  const bool is_ipv6 = host.find(':') != std::string::npos;
  return is_ipv6 ? fmt::format("[{}]:{}", host, port) : fmt::format("{}:{}", host, port);
}

std::optional<Url> parse_url(std::string_view text, std::string_view plain, std::string_view secure) {
  const auto scheme_end = text.find("://");
  if (scheme_end == std::string_view::npos || !is_printable(text)) return std::nullopt;
  if (text.find_first_of("@?#") != std::string_view::npos) return std::nullopt;
  const std::string_view scheme = text.substr(0, scheme_end);
  if (scheme != plain && scheme != secure) return std::nullopt;
  Url out;
  out.tls = scheme == secure;
  out.port = out.tls ? 443 : 80;
  std::string_view rest = text.substr(scheme_end + 3);
  if (const auto slash = rest.find('/'); slash != std::string_view::npos) {
    out.path = rest.substr(slash);
    rest = rest.substr(0, slash);
  }
  std::string_view port;
  if (rest.starts_with('[')) {
    const auto bracket = rest.find(']');
    if (bracket == std::string_view::npos) return std::nullopt;
    out.host = rest.substr(1, bracket - 1);
    port = rest.substr(bracket + 1);
  } else {
    out.host = rest.substr(0, rest.find(':'));
    port = rest.substr(out.host.size());
  }
  if (out.host.empty()) return std::nullopt;
  if (!port.empty()) {
    const auto number = port.front() == ':' ? base::parse_integer(port.substr(1)) : std::nullopt;
    if (!number || *number < 1 || *number > 65535) return std::nullopt;
    out.port = static_cast<std::uint16_t>(*number);
  }
  return out;
}

void append_percent_encoded(std::string& out, std::string_view text) {
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (std::isalnum(byte) != 0 || c == '-' || c == '.' || c == '_' || c == '~') {
      out += c;
    } else {
      out += fmt::format("%{:02X}", byte);
    }
  }
}

}  // namespace subd::feed
