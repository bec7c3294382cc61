#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "store/database.hpp"

namespace subd::store {

struct StoredSignal {
  std::uint64_t position = 0;  ///< in the order in which signals were stored; never used twice
  std::string id;
  bool premium = false;
  base::UtcTime created{};
  std::string members;  ///< the rest, as text
};

/// A signal that is to be stored.
struct OfferedSignal {
  std::string id;
  bool premium = false;
  std::optional<base::UtcTime> created;  ///< nullopt: when it is stored
  std::string members;
};

/// What became of an offered one.
enum class SignalOutcome : std::uint8_t {
  Stored,
  Duplicate,  ///< it was there, and says the same
  Conflict,   ///< it was there, and says something else; nothing of its request was stored
};

/// The signals of one request: all of them are stored, or none.
struct SignalRequest {
  std::vector<OfferedSignal> signals;
  std::vector<SignalOutcome> outcomes;  ///< by signals; up to the conflict if there is one

  [[nodiscard]] bool conflicts() const noexcept {
    return !outcomes.empty() && outcomes.back() == SignalOutcome::Conflict;
  }
};

/// The signals.
///
/// Owner:  whoever owns the database; cheap to make.
/// Errors: as Database. What is acknowledged survives a loss of power.
class SignalStore {
 public:
  explicit SignalStore(Database& database) noexcept : database_{database} {}

  /// Stores several requests with one transaction, in their order, and fills in their outcomes. Answers what is new in
  /// the order of positions.
  [[nodiscard]] Result<std::vector<StoredSignal>> add(std::span<SignalRequest> requests, base::UtcTime now);

  /// nullopt when there is no such signal.
  [[nodiscard]] Result<std::optional<std::uint64_t>> position_of(std::string_view id);
  /// The oldest `limit` beyond the position, oldest first; without `premium` those that are not.
  [[nodiscard]] Result<std::vector<StoredSignal>> after(std::uint64_t position, bool premium, std::size_t limit);
  /// The newest `limit`, oldest first.
  [[nodiscard]] Result<std::vector<StoredSignal>> newest(bool premium, std::size_t limit);
  /// Forgets what was stored before; how many went.
  [[nodiscard]] Result<std::size_t> forget(base::UtcTime before);

 private:
  Database& database_;
};

}  // namespace subd::store
