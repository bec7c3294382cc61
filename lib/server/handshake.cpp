#include "server/handshake.hpp"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <cctype>

#include "auth/request_token.hpp"

namespace subd::server {
namespace {

bool equal_ignoring_case(std::string_view left, std::string_view right) noexcept {
  return std::equal(left.begin(), left.end(), right.begin(), right.end(), [](char a, char b) {
    return std::tolower(static_cast<unsigned char>(a)) == std::tolower(static_cast<unsigned char>(b));
  });
}

std::string_view trimmed(std::string_view text) noexcept {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

/// Whether a comma-separated header value holds `token`.
bool lists(std::string_view value, std::string_view token) noexcept {
  while (true) {
    const auto comma = value.find(',');
    if (equal_ignoring_case(trimmed(value.substr(0, comma)), token)) return true;
    if (comma == std::string_view::npos) return false;
    value.remove_prefix(comma + 1);
  }
}

/// 16 bytes in base64: 22 digits and two signs of padding.
bool is_websocket_key(std::string_view key) noexcept {
  if (key.size() != 24 || !key.ends_with("==")) return false;
  return std::all_of(key.begin(), key.end() - 2,
                     [](char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '+' || c == '/'; });
}

HttpResponse upgrade_required(std::string_view detail) {
  HttpResponse response = problem(426, "upgrade_required", detail);
  response.fields.emplace_back("Upgrade", "websocket");
  response.fields.emplace_back("Sec-WebSocket-Version", "13");
  return response;
}

}  // namespace

std::optional<HttpResponse> handshake_problem(const HttpRequest& request) {
  if (request.http_1_0 || !lists(request.connection, "upgrade") || !lists(request.upgrade, "websocket")) {
    return upgrade_required("this endpoint speaks WebSocket only: send Connection: Upgrade and Upgrade: websocket");
  }
  if (trimmed(request.websocket_version) != "13") {
    return upgrade_required("Sec-WebSocket-Version must be 13");
  }
  if (!is_websocket_key(trimmed(request.websocket_key))) {
    return problem(400, "bad_request", "Sec-WebSocket-Key must be 16 bytes in base64");
  }
  return std::nullopt;
}

std::string handshake_response(const HttpRequest& request, bool select_subprotocol, std::string_view extensions,
                               std::string_view version) {
  std::string text = fmt::format(
      "HTTP/1.1 101 Switching Protocols\r\nServer: subd/{}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
      "Sec-WebSocket-Accept: {}\r\n",
      version, accept_value(trimmed(request.websocket_key)));
  if (select_subprotocol)
    fmt::format_to(std::back_inserter(text), "Sec-WebSocket-Protocol: {}\r\n", auth::kSubprotocol);
  if (!extensions.empty()) fmt::format_to(std::back_inserter(text), "Sec-WebSocket-Extensions: {}\r\n", extensions);
  text += "\r\n";
  return text;
}

std::string accept_value(std::string_view key) {
  const std::string text = std::string{key} + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  if (EVP_Digest(text.data(), text.size(), digest.data(), &size, EVP_sha1(), nullptr) != 1) return {};
  std::string encoded(4 * ((size + 2) / 3) + 1, '\0');
  const int written =
      EVP_EncodeBlock(reinterpret_cast<unsigned char*>(encoded.data()), digest.data(), static_cast<int>(size));
  encoded.resize(static_cast<std::size_t>(written));
  return encoded;
}

}  // namespace subd::server
