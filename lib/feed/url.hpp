#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace subd::feed {

/// Where a server is: `wss://ws.kite.trade:443/`, in parts.
struct Url {
  bool tls = true;
  std::string host;  ///< name or address, no brackets
  std::uint16_t port = 443;
  std::string path = "/";

  /// `host:port`, with brackets around IPv6: what may be shown, and what a Host header says.
  [[nodiscard]] std::string authority() const;
};

/// `SCHEME://host[:port][/path]`, SCHEME being `plain` (port 80) or `secure` (port 443); nullopt for anything else, and
/// for one with a user, a query or a fragment.
[[nodiscard]] std::optional<Url> parse_url(std::string_view text, std::string_view plain, std::string_view secure);

/// For a query: everything but letters, digits and `-._~` as %XX.
void append_percent_encoded(std::string& out, std::string_view text);

}  // namespace subd::feed
