#pragma once

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include "auth/foreign_tokens.hpp"

/// Tokens made by hand, sharing nothing with lib/auth but OpenSSL's HMAC.
namespace subd::auth::test {

inline std::string base64url(std::string_view bytes) {
  static constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  std::string text;
  for (std::size_t at = 0; at < bytes.size(); at += 3) {
    unsigned group = 0;
    const std::size_t count = std::min<std::size_t>(3, bytes.size() - at);
    for (std::size_t i = 0; i < 3; ++i) {
      group = group << 8 | (i < count ? static_cast<unsigned char>(bytes[at + i]) : 0u);
    }
    for (std::size_t i = 0; i <= count; ++i) text += kDigits[group >> (18 - 6 * i) & 0x3F];
  }
  return text;
}

inline std::string hmac_sha256(std::string_view secret, std::string_view text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()),
       reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data(), &size);
  return {reinterpret_cast<const char*>(digest.data()), size};
}

/// A token of any header and claims whatsoever, signed with HMAC-SHA256.
inline std::string signed_token(std::string_view header, std::string_view claims, std::string_view secret = kSecret) {
  const std::string text = base64url(header) + "." + base64url(claims);
  return text + "." + base64url(hmac_sha256(secret, text));
}

inline constexpr std::string_view kPlainHeader = R"({"alg":"HS256","typ":"JWT"})";

inline std::string token_of_claims(std::string_view claims) {
  return signed_token(kPlainHeader, claims);
}

}  // namespace subd::auth::test
