#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "auth/key.hpp"
#include "base/clock.hpp"

namespace subd::auth {

/// What a new token says about its bearer. Empty texts are left out, but for the user.
struct Claims {
  std::string user_id = {};
  std::string session_claim = {};
  std::string tier = {};
  bool admin = false;
};

/// Mints HS256 tokens that a JwtVerifier with the same secret accepts.
///
/// Threads: issue() from any number of threads at once.
class JwtIssuer {
 public:
  /// Tokens carry `issuer` and `audience` unless empty. Throws std::runtime_error for a secret under
  /// kLeastSecretBytes.
  explicit JwtIssuer(const std::string& secret, std::string issuer = {}, std::string audience = {});
  JwtIssuer(JwtIssuer&&) noexcept;
  JwtIssuer& operator=(JwtIssuer&&) noexcept;
  ~JwtIssuer();

  /// sub, session_id, tier, role, iat, exp, a random jti, iss, aud.
  /// Throws std::invalid_argument, naming the field, for claims that a verifier would refuse (no user, control
  /// characters, too long, not UTF-8) and for a ttl that is not positive.
  [[nodiscard]] std::string issue(const Claims& claims, base::UtcTime now, std::chrono::seconds ttl) const;

 private:
  struct Signer;
  std::unique_ptr<const Signer> signer_;
};

}  // namespace subd::auth
