#pragma once

#include <string>
#include <vector>

#include "base/clock.hpp"
#include "store/database.hpp"

namespace subd::store {

/// One stream of a REST session.
struct RestStreamRow {
  std::string symbol;
  std::string timeframe;
  std::vector<std::string> indicators;  ///< ids, without commas
};

struct RestSessionRow {
  std::string user;
  std::string session;  ///< as the client calls it; two users may call theirs the same
  base::UtcTime used{};
  std::vector<RestStreamRow> streams;
};

/// The sessions of clients without a connection.
///
/// Owner:  whoever owns the database; cheap to make.
/// Errors: as Database.
class RestSessionStore {
 public:
  explicit RestSessionStore(Database& database) noexcept : database_{database} {}

  /// Takes the place of what is stored of the session; without streams nothing is.
  [[nodiscard]] Result<void> put(const RestSessionRow& row);
  /// The one that was not used for longest first.
  [[nodiscard]] Result<std::vector<RestSessionRow>> all();

 private:
  Database& database_;
};

}  // namespace subd::store
