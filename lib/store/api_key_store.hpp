#pragma once

#include <array>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "store/database.hpp"

namespace subd::store {

/// A key as it is kept: of the key itself only a salted SHA-256, see auth::ApiKeyDigest.
struct ApiKey {
  std::array<unsigned char, 32> hash{};
  std::string salt;
  std::string hint;
  std::string user;
  std::string role;
  std::string name;  ///< for the operator; may be empty
  base::UtcTime created{};
};

/// The keys of programs.
///
/// Owner:  whoever owns the database; cheap to make.
/// Errors: as Database. What is acknowledged survives a loss of power.
class ApiKeyStore {
 public:
  explicit ApiKeyStore(Database& database) noexcept : database_{database} {}

  /// REQUIRES: the hash is new.
  [[nodiscard]] Result<void> add(const ApiKey& key);
  /// False when there is no such key.
  [[nodiscard]] Result<bool> remove(const std::array<unsigned char, 32>& hash);
  /// Oldest first.
  [[nodiscard]] Result<std::vector<ApiKey>> all();

 private:
  Database& database_;
};

}  // namespace subd::store
