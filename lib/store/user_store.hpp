#pragma once

#include <span>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "store/database.hpp"

namespace subd::store {

/// A user whose tier somebody set. Of everybody else the store knows nothing.
struct User {
  std::string id;
  std::string tier;
  base::UtcTime changed{};
};

/// The users.
///
/// Owner:  whoever owns the database; cheap to make.
/// Errors: as Database. What is acknowledged survives a loss of power.
class UserStore {
 public:
  explicit UserStore(Database& database) noexcept : database_{database} {}

  /// A tier that the user has already is replaced.
  [[nodiscard]] Result<void> set_tier(const User& user);
  /// By id.
  [[nodiscard]] Result<std::vector<User>> all();
  /// Those of `ids` that are known, with one query however many they are.
  [[nodiscard]] Result<std::vector<User>> find(std::span<const std::string> ids);

 private:
  Database& database_;
};

}  // namespace subd::store
