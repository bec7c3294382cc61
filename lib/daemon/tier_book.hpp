#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <chrono>
#include <optional>
#include <span>
#include <string>

#include "auth/tier.hpp"
#include "base/clock.hpp"
#include "daemon/signal_counters.hpp"
#include "store/database.hpp"

namespace subd::daemon {

/// The stored tiers of the users who are here: the cache of the users' table.
///
/// Owner:  SignalDesk; the store thread.
/// Misses: however many users are asked for together, the database is asked once. What was read holds for `keep`, then
///         it is read again by whoever needs it next; who is not needed any more is forgotten.
class TierBook {
 public:
  TierBook(const base::Clock& clock, std::chrono::milliseconds keep, SignalCounters& counters) noexcept
      : clock_{clock}, keep_{keep}, counters_{counters} {}

  /// Makes sure of the users. After an error those that were known before still are.
  [[nodiscard]] store::Result<void> read(store::Database& database, std::span<const std::string> users);
  /// The tier is another one from now on.
  void set(const std::string& user, auth::Tier tier);

  [[nodiscard]] bool knows(const std::string& user) const { return entries_.contains(user); }
  /// nullopt for a user whose tier nobody set, and for one that is not known.
  [[nodiscard]] std::optional<auth::Tier> stored(const std::string& user) const;

 private:
  struct Entry {
    std::optional<auth::Tier> tier;
    base::MonoTime read_at{};
  };

  void forget_old(base::MonoTime now);

  const base::Clock& clock_;
  std::chrono::milliseconds keep_;
  SignalCounters& counters_;
  base::MonoTime next_forget_{};
  boost::unordered_flat_map<std::string, Entry> entries_;
};

}  // namespace subd::daemon
