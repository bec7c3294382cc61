#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "market/bar.hpp"
#include "market/timeframe.hpp"
#include "store/database.hpp"

namespace subd::store {

/// Whose bars. Markets do not mix: the same symbol of another source is another stream.
struct StreamKey {
  std::string source;  ///< `replay:ticks.csv`, `sim:seed=1`, a vendor's name
  std::string symbol;
  market::Timeframe timeframe{};
};

/// Time inside the trading session in which a stream was not recorded; `to` is exclusive.
struct Gap {
  base::UtcTime from{};
  base::UtcTime to{};
  friend bool operator==(const Gap&, const Gap&) = default;
};

/// From `from` on and before `to`, by the start of a bar.
struct TimeRange {
  base::UtcTime from{base::UtcTime::min()};
  base::UtcTime to{base::UtcTime::max()};
};

/// What is stored of one stream.
struct StreamSummary {
  StreamKey key;
  std::size_t bars = 0;
  base::UtcTime first{};  ///< start of the oldest bar; only with bars
  base::UtcTime last{};   ///< start of the newest bar; only with bars
  std::size_t gaps = 0;
};

/// The stored bars as a person or a warm-up asks for them.
///
/// Owner:  whoever owns the database; cheap to make. A stream that is not stored has no bars; that is no error.
/// Errors: as Database.
class BarStore {
 public:
  explicit BarStore(Database& database) noexcept : database_{database} {}

  /// The newest `count` bars that start before `before`, oldest first.
  [[nodiscard]] Result<std::vector<market::Bar>> newest(const StreamKey& key, std::size_t count,
                                                        base::UtcTime before = base::UtcTime::max());
  /// At most `limit` bars of the range, oldest first; to go on, ask from after the last one.
  [[nodiscard]] Result<std::vector<market::Bar>> range(const StreamKey& key, TimeRange range, std::size_t limit);
  [[nodiscard]] Result<std::size_t> count(const StreamKey& key, TimeRange range);
  /// Oldest first.
  [[nodiscard]] Result<std::vector<Gap>> gaps(const StreamKey& key);
  /// Every stream of `source` that has bars, by symbol, then by length; an empty source means all of them.
  [[nodiscard]] Result<std::vector<StreamSummary>> streams(std::string_view source);

  /// Stores bars that a person brings, in any order, as one transaction that survives a loss of power. A bar that is
  /// stored already is replaced, so that doing it twice is doing it once. From the first of them to the end of the last
  /// the past is taken as complete: gaps in there are closed. Returns how many bars there are now in that range.
  [[nodiscard]] Result<std::size_t> import(const StreamKey& key, std::span<const market::Bar> bars);
  /// Forgets bars and gaps of the range; returns how many bars. Survives a loss of power.
  [[nodiscard]] Result<std::size_t> erase(const StreamKey& key, TimeRange range);

 private:
  Database& database_;
};

}  // namespace subd::store
