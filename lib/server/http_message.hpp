#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/ip_network.hpp"

namespace subd::server {

/// One request as far as any endpoint looks at it. A header that came several times is joined by commas.
struct HttpRequest {
  std::string method;
  std::string target;
  bool keep_alive = true;
  bool http_1_0 = false;
  /// The peer is a process of this host and does not speak for somebody else (no forwarding header).
  bool local = false;
  base::IpAddress client;  ///< see client_address()
  std::string authorization;
  std::string api_key;        ///< X-API-Key
  std::string session_id;     ///< X-Session-ID
  std::string cookies;        ///< Cookie
  std::string forwarded_for;  ///< X-Forwarded-For, as it came
  std::string connection;
  std::string upgrade;
  std::string websocket_key;
  std::string websocket_version;
  std::string websocket_protocols;
  std::string websocket_extensions;
  std::string if_none_match;
  std::string body;

  [[nodiscard]] std::string_view path() const noexcept { return std::string_view{target}.substr(0, target.find('?')); }
  /// What follows the `?`, still percent-encoded.
  [[nodiscard]] std::string_view query() const noexcept {
    const auto mark = target.find('?');
    return mark == std::string::npos ? std::string_view{} : std::string_view{target}.substr(mark + 1);
  }
};

struct HttpResponse {
  unsigned status = 200;
  std::string_view content_type;  ///< literal
  std::string body;
  /// Further header fields; names and values without line breaks.
  std::vector<std::pair<std::string_view, std::string>> fields;
  /// Of an error its `code`, a literal; else empty.
  std::string_view problem_code;
  /// A literal that tells metrics more than `problem_code`; may be empty.
  std::string_view refusal_reason{};
};

/// Where a response goes that comes later: from any thread, at most once; also when nobody waits for it any more, and
/// after the IoThread is gone.
using Respond = std::function<void(HttpResponse response)>;

/// How a response goes out.
struct Delivery {
  bool keep_alive = true;
  bool head_only = false;  ///< the answer to HEAD: Content-Length of a body that is not sent
};

/// An error as application/problem+json. `code` is a literal; `detail` UTF-8.
[[nodiscard]] HttpResponse problem(unsigned status, std::string_view code, std::string_view detail);

/// The same with Retry-After.
[[nodiscard]] HttpResponse come_back_later(unsigned status, std::string_view code, std::string_view detail,
                                           int retry_after_seconds);

/// `body` as application/json.
[[nodiscard]] HttpResponse json_response(unsigned status, std::string body);

/// The bytes of the response. `version` is that of the software, for the Server header.
[[nodiscard]] std::string response_text(const HttpResponse& response, Delivery delivery, std::string_view version);

}  // namespace subd::server
