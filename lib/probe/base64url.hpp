#pragma once

#include <string>
#include <string_view>

/// The two primitives that minting a token takes.
namespace subd::probe {

/// Base64 of RFC 4648 section 5, without padding.
[[nodiscard]] std::string base64url(std::string_view bytes);

/// HMAC-SHA-256, 32 bytes.
[[nodiscard]] std::string hmac_sha256(std::string_view key, std::string_view text);

}  // namespace subd::probe
