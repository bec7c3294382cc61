#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/clock.hpp"

namespace subd::auth {

/// Who is on the other end of a connection, as a verified token has it.
///
/// Invariants: user_id is not empty, but for those who share one token; no text is longer than 256 bytes or holds
///             control characters, so that all of them may go into logs and reports.
struct Principal {
  std::string user_id;
  /// Which of the user's sessions the token was made for; empty when the token does not say.
  std::string session_claim;
  /// The service level; empty when the token does not say.
  std::string tier;
  bool admin = false;
  /// The token's `exp`, without the leeway that verification grants.
  base::UtcTime expires_at{};
  /// Tells one token or key from another; by chance two may have the same.
  std::uint64_t credential = 0;
  /// It came with an API key rather than a token.
  bool by_key = false;
  /// Of a token its `iat` and its `jti`, as far as it says them.
  std::optional<base::UtcTime> issued_at{};
  std::string token_id{};
};

}  // namespace subd::auth
