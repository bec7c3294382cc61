#pragma once

#include <chrono>
#include <string>

#include "auth/jwt_issuer.hpp"
#include "auth/jwt_verifier.hpp"

namespace subd::test {

inline const std::string kSecret = "a secret for tests, longer than thirty-two bytes";

inline auth::JwtVerifier test_verifier() {
  auth::JwtSettings settings;
  settings.keys = {auth::Key{auth::KeyFamily::Hmac, kSecret, {}, "test"}};
  return auth::JwtVerifier{settings};
}

inline std::string test_token(const std::string& user, base::UtcTime now,
                              std::chrono::seconds ttl = std::chrono::hours{1}) {
  auth::Claims claims;
  claims.user_id = user;
  return auth::JwtIssuer{kSecret}.issue(claims, now, ttl);
}

}  // namespace subd::test
