#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "market/timeframe.hpp"
#include "store/bar_rows.hpp"
#include "store/database.hpp"
#include "store/retention.hpp"

namespace subd::store {

/// Forgets bars that are older than their retention, and gaps among them, in steps short enough to come between two
/// batches of new bars.
///
/// Owner: Store; the store thread.
class Pruner {
 public:
  /// Bars that one step deletes at most.
  static constexpr std::size_t kBarsPerStep = 2000;

  Pruner(std::string source, Retention retention) : source_{std::move(source)}, retention_{retention} {}

  /// Starts a round over all streams of the source.
  void start_round() noexcept { round_ = Round::Due; }
  [[nodiscard]] bool is_idle() const noexcept { return round_ == Round::Done; }
  /// One step of the round; returns how many bars went. REQUIRES: !is_idle().
  [[nodiscard]] Result<std::size_t> step(Database& database);

 private:
  enum class Round : std::uint8_t { Done, Due, Running };
  struct Target {
    StreamRow stream;
    std::int64_t before_ms;
  };

  void plan(SQLite::Database& connection);

  std::string source_;
  Retention retention_;
  Round round_ = Round::Done;
  std::vector<Target> targets_;  // of this round, not yet done
};

}  // namespace subd::store
