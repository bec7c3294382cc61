#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "auth/auth_error.hpp"
#include "auth/key.hpp"
#include "auth/principal.hpp"
#include "base/clock.hpp"
#include "base/result.hpp"

namespace subd::auth {

/// Longer tokens are refused unread.
inline constexpr std::size_t kTokenLimitBytes = 8192;
/// The most that user, session and tier may have.
inline constexpr std::size_t kClaimLimitBytes = 256;

struct JwtSettings {
  /// The algorithms accepted, of HS256 HS384 HS512 RS256 ES256. What is not listed does not exist, `none` least of all.
  std::vector<std::string> algorithms{"HS256"};
  std::vector<Key> keys = {};
  /// How far the issuer's clock may be off, for `exp`, `nbf` and `iat`.
  std::chrono::seconds leeway{30};
  /// Compared with `iss`, looked for in `aud`; empty = not checked.
  std::string issuer = {};
  std::string audience = {};
};

/// Turns a compact JWT into the principal it speaks for.
///
/// Threads: verify() from any number of threads at once; nothing in here changes after construction.
class JwtVerifier {
 public:
  /// Throws std::runtime_error for settings that cannot work: an unknown algorithm, an algorithm without a key, a
  /// secret under kLeastSecretBytes, a public key that cannot be read or is of another family.
  explicit JwtVerifier(const JwtSettings& settings);
  JwtVerifier(JwtVerifier&&) noexcept;
  JwtVerifier& operator=(JwtVerifier&&) noexcept;
  ~JwtVerifier();

  /// Checks in this order: size and shape, header, algorithm, key, signature, times, issuer and audience, claims.
  /// Nothing the token claims is reported before its signature is found good, but for the algorithm.
  [[nodiscard]] base::Result<Principal, AuthError> verify(std::string_view token, base::UtcTime now) const;

 private:
  struct Rules;
  std::unique_ptr<const Rules> rules_;
};

}  // namespace subd::auth
