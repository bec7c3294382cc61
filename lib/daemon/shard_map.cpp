#include "daemon/shard_map.hpp"

#include <string_view>

namespace subd::daemon {
namespace {

using market::Instrument;
using market::InstrumentId;

/// An option of a future of an index is the longest that exchanges list; a table that names instruments each other's
/// underlying ends here, too.
constexpr int kLongestDerivation = 4;

/// FNV-1a, 64 bits, and MurmurHash3's end: alone, symbols that differ in the last character would stay together.
std::uint64_t hash(std::string_view text) noexcept {
  std::uint64_t out = 0xcbf29ce484222325;
  for (const char c : text) out = (out ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  out = (out ^ (out >> 33)) * 0xff51afd7ed558ccd;
  out = (out ^ (out >> 33)) * 0xc4ceb9fe1a85ec53;
  return out ^ (out >> 33);
}

InstrumentId root_of(const market::InstrumentTable& instruments, InstrumentId instrument) {
  for (int step = 0; step < kLongestDerivation; ++step) {
    const Instrument& derived = instruments[instrument];
    if (!market::is_option(derived.type) && derived.type != market::InstrumentType::Future) break;
    const auto underlying = instruments.find(derived.underlying);
    if (!underlying || *underlying == instrument) break;
    instrument = *underlying;
  }
  return instrument;
}

}  // namespace

ShardMap::ShardMap(const market::InstrumentTable& instruments, std::size_t shards) {
  shards_.reserve(instruments.size());
  for (std::uint32_t i = 0; i < instruments.size(); ++i) {
    const Instrument& root = instruments[root_of(instruments, InstrumentId{i})];
    shards_.push_back(static_cast<std::uint8_t>(hash(root.symbol) % shards));
  }
}

}  // namespace subd::daemon
