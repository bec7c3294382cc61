#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "auth/key.hpp"
#include "base/result.hpp"

namespace subd::auth {

/// The public keys of an issuer.
struct KeySet {
  std::vector<Key> keys;
  /// Of each key that is of no use here, which and why: `key "2024-a": is on the curve P-384; ES256 needs P-256`.
  std::vector<std::string> skipped;
};

/// No issuer has more.
inline constexpr std::size_t kMostJwksKeys = 64;
inline constexpr std::size_t kJwksLimitBytes = std::size_t{256} * 1024;

/// Reads a JSON Web Key Set (RFC 7517 section 5): the keys for RS256 and ES256, each usable. Keys for encryption and of
/// other kinds are skipped; so are secrets and private keys, which have no business in a key set that is handed around.
/// `source` is how messages call it. Errors, naming it: no JSON object, no list `keys`, too large, too many.
[[nodiscard]] base::Result<KeySet, std::string> read_jwks(std::string_view text, std::string_view source);

}  // namespace subd::auth
