#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <boost/unordered/unordered_flat_set.hpp>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "auth/principal.hpp"
#include "base/clock.hpp"

namespace subd::auth {

/// What a revocation names.
enum class RevokedBy : std::uint8_t { User, Session, TokenId };

/// `user session jti`.
[[nodiscard]] std::string_view revoked_by_name(RevokedBy by) noexcept;
[[nodiscard]] std::optional<RevokedBy> parse_revoked_by(std::string_view name) noexcept;

/// Tokens that hold no more although nothing is wrong with them: all of a user or of a session claim that were issued
/// up to a moment, or the one of an id (`jti`).
struct Revocation {
  RevokedBy by{};
  std::string value;
  base::UtcTime at{};  ///< of TokenId not used
};

/// The revocations of one moment. A change makes a new set, which takes the place of this one.
///
/// Threads: any; nothing in here changes after construction.
class RevocationSet {
 public:
  explicit RevocationSet(std::span<const Revocation> revocations = {});

  /// Whether the token that the principal came with is revoked. A token that does not say when it was issued is taken
  /// for older than any revocation; `iat` has whole seconds, so one of the same second is revoked too. What comes with
  /// an API key never is: the key is removed instead.
  [[nodiscard]] bool covers(const Principal& principal) const noexcept;

 private:
  using Moments = boost::unordered_flat_map<std::string, base::UtcTime>;

  Moments users_;
  Moments sessions_;
  boost::unordered_flat_set<std::string> token_ids_;
};

/// What somebody is told whose token is revoked.
inline constexpr std::string_view kRevokedMessage = "the token was revoked; get another one";

}  // namespace subd::auth
