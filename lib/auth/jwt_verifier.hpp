#pragma once

#include <atomic>
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
  /// Keys come and go (a key set): an algorithm without one refuses its tokens, where it would refuse the settings.
  bool keys_change = false;
  /// Set when a token names a key that is not among these, which may be newer than they are; null: nobody wants to know.
  std::shared_ptr<std::atomic<bool>> missed_key = {};
  /// How far the issuer's clock may be off, for `exp`, `nbf` and `iat`.
  std::chrono::seconds leeway{30};
  /// Compared with `iss`, looked for in `aud`; empty = not checked.
  std::string issuer = {};
  std::string audience = {};
};

/// Turns a compact JWT into the principal it speaks for. Copies are cheap and share what it knows.
///
/// Threads: verify() from any number of threads at once; nothing in here changes after construction. Keys change by
///          giving each thread another verifier.
class JwtVerifier {
 public:
  /// Throws std::runtime_error for settings that cannot work: an unknown algorithm, an algorithm without a key, a
  /// secret under kLeastSecretBytes, a public key that cannot be read or is of another family.
  explicit JwtVerifier(const JwtSettings& settings);
  /// Checks in this order: size and shape, header, algorithm, key, signature, times, issuer and audience, claims.
  /// Nothing the token claims is reported before its signature is found good, but for the algorithm.
  [[nodiscard]] base::Result<Principal, AuthError> verify(std::string_view token, base::UtcTime now) const;

 private:
  struct Rules;
  std::shared_ptr<const Rules> rules_;  ///< never null
};

}  // namespace subd::auth
