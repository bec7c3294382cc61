#pragma once

#include <chrono>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include "auth/foreign_tokens.hpp"
#include "auth/jwt_verifier.hpp"
#include "auth/signing.hpp"

/// Verifiers of one key, and what they say, as texts that read well in a table.
namespace subd::auth::test {

/// Within the life of all the tokens in foreign_tokens.hpp but those of the RFC.
inline constexpr base::UtcTime kNow{std::chrono::seconds{1'700'000'000}};

inline JwtSettings with_key(std::string algorithm, KeyFamily family, std::string_view material, std::string id = {}) {
  return {.algorithms = {std::move(algorithm)}, .keys = {{family, std::string{material}, std::move(id)}}};
}

inline JwtSettings hs256() {
  return with_key("HS256", KeyFamily::Hmac, kSecret);
}
inline JwtSettings rs256() {
  return with_key("RS256", KeyFamily::Rsa, kRsaPublicPem);
}
inline JwtSettings es256() {
  return with_key("ES256", KeyFamily::EcP256, kEcPublicPem);
}

inline base::Result<Principal, AuthError> verify(const JwtSettings& settings, std::string_view token,
                                                 base::UtcTime now = kNow) {
  return JwtVerifier{settings}.verify(token, now);
}

/// What verification says against the token; empty when it is accepted.
inline std::string refusal(const JwtSettings& settings, std::string_view token, base::UtcTime now = kNow) {
  const auto result = verify(settings, token, now);
  return result ? std::string{} : std::string{result.error().code_name()} + ": " + result.error().message;
}

inline std::string code_of(const JwtSettings& settings, std::string_view token, base::UtcTime now = kNow) {
  const auto text = refusal(settings, token, now);
  return text.substr(0, text.find(':'));
}

inline std::string code_of_claims(std::string_view claims, const JwtSettings& settings = hs256()) {
  return code_of(settings, token_of_claims(claims));
}

inline std::string startup_error(const JwtSettings& settings) {
  try {
    const JwtVerifier verifier{settings};
  } catch (const std::runtime_error& error) {
    return error.what();
  }
  return {};
}

}  // namespace subd::auth::test
