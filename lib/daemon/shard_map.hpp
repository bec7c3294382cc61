#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "market/instrument_table.hpp"

namespace subd::daemon {

/// Which shard computes the streams of an instrument: a hash of its symbol, the same on every machine and in every run.
/// What has an underlying in the table, an option or a future, is where that is: greeks are made of the prices of both.
///
/// Threads: immutable after construction; safe to read from any.
class ShardMap {
 public:
  static constexpr std::size_t kMostShards = 32;

  /// REQUIRES: 1 <= shards <= kMostShards.
  ShardMap(const market::InstrumentTable& instruments, std::size_t shards);

  [[nodiscard]] std::size_t operator[](market::InstrumentId instrument) const noexcept {
    return shards_[static_cast<std::size_t>(instrument)];
  }

 private:
  std::vector<std::uint8_t> shards_;  // by InstrumentId
};

}  // namespace subd::daemon
