#pragma once

#include <string>
#include <vector>

#include "base/clock.hpp"
#include "store/database.hpp"

namespace subd::store {

/// Tokens that hold no more, as they are kept.
struct RevokedTokens {
  std::string kind;  ///< `user session jti`
  std::string value;
  base::UtcTime at{};
};

/// The revocations of tokens. They are few, made by hand, and kept for ever: nobody knows how long a token that was made
/// elsewhere lasts.
///
/// Owner:  whoever owns the database; cheap to make.
/// Errors: as Database. What is acknowledged survives a loss of power.
class RevocationStore {
 public:
  explicit RevocationStore(Database& database) noexcept : database_{database} {}

  /// One of the same name is replaced.
  [[nodiscard]] Result<void> put(const RevokedTokens& revoked);
  /// Oldest first.
  [[nodiscard]] Result<std::vector<RevokedTokens>> all();

 private:
  Database& database_;
};

}  // namespace subd::store
