#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "server/http_message.hpp"

/// The server's half of the WebSocket opening handshake, RFC 6455 section 4.2. Pure.
namespace subd::server {

/// What keeps a GET from becoming a WebSocket: 426 for a request that asks for none or for another version, 400 for a
/// broken key. nullopt: nothing.
[[nodiscard]] std::optional<HttpResponse> handshake_problem(const HttpRequest& request);

/// The 101 response. `extensions` are those that are accepted, as their header has them; empty: none.
/// REQUIRES: !handshake_problem(request).
[[nodiscard]] std::string handshake_response(const HttpRequest& request, bool select_subprotocol,
                                             std::string_view extensions, std::string_view version);

/// `Sec-WebSocket-Accept` for a key.
[[nodiscard]] std::string accept_value(std::string_view key);

}  // namespace subd::server
