#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "base/clock.hpp"

namespace subd::market {

/// What a wall clock of an exchange shows.
using LocalTime = std::chrono::local_time<std::chrono::milliseconds>;

/// The offsets of a time zone as a table, so that a time is converted without the zone library.
///
/// Holds what the system's zone database knows from 1970 to 2099. The database commonly ends in 2037: the offset of
/// then stays, and so does the one of 1970 before. Immutable after construction; safe to read from any thread.
class ZoneOffsets {
 public:
  /// A stretch of time with one offset. Local time is UTC plus offset.
  struct Stretch {
    base::UtcTime begins{};
    base::UtcTime ends{};  ///< exclusive
    std::chrono::seconds offset{};
  };

  /// `name` is of the IANA database. Throws std::runtime_error that names it when it is unknown, or says that there is
  /// no database. `UTC` needs none.
  explicit ZoneOffsets(const std::string& name);

  [[nodiscard]] const Stretch& at(base::UtcTime time) const noexcept;

  /// A local time that occurs twice is the first one; one that the clock skips is moved on by what it skips.
  [[nodiscard]] base::UtcTime utc_of(LocalTime local) const noexcept;
  /// The same, faster when the time is well inside `near`.
  [[nodiscard]] base::UtcTime utc_of(LocalTime local, const Stretch& near) const noexcept;

 private:
  std::vector<Stretch> stretches_;  // never empty; adjoining
};

/// Whether the system's zone database has a zone of that name.
[[nodiscard]] bool is_time_zone(const std::string& name);

}  // namespace subd::market
