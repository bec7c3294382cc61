#pragma once

#include <algorithm>
#include <boost/container_hash/hash.hpp>
#include <boost/unordered/unordered_flat_map.hpp>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "wire/stream_id.hpp"

namespace subd::hub {

/// What happened to one topic of one hub since the last look.
struct Usage {
  wire::StreamId stream{};
  std::string id;  ///< of an indicator; empty: the stream itself
  std::uint32_t subscribes = 0;
  std::uint32_t peak = 0;         ///< most subscribers at a time
  std::uint32_t subscribers = 0;  ///< of now
};

/// Counts subscribes for analytics: one look-up in a table per change, nothing per update.
///
/// Owner: a Hub; its io thread.
class UsageLog {
 public:
  /// One more subscriber; `now` is how many there are.
  void joined(wire::StreamId stream, std::string_view id, std::uint32_t now) {
    Entry& entry = entries_[{static_cast<std::uint64_t>(stream), std::string{id}}];
    ++entry.subscribes;
    entry.peak = std::max(entry.peak, now);
    entry.subscribers = now;
  }
  /// One less.
  void left(wire::StreamId stream, std::string_view id, std::uint32_t now) {
    Entry& entry = entries_[{static_cast<std::uint64_t>(stream), std::string{id}}];
    entry.peak = std::max(entry.peak, now + 1);
    entry.subscribers = now;
  }

  /// Everything since the last call.
  [[nodiscard]] std::vector<Usage> take() {
    std::vector<Usage> out;
    out.reserve(entries_.size());
    for (auto& [key, entry] : entries_) {
      out.push_back({wire::StreamId{key.first}, key.second, entry.subscribes, entry.peak, entry.subscribers});
    }
    entries_.clear();
    return out;
  }

 private:
  using Key = std::pair<std::uint64_t, std::string>;
  struct Entry {
    std::uint32_t subscribes = 0;
    std::uint32_t peak = 0;
    std::uint32_t subscribers = 0;
  };

  boost::unordered_flat_map<Key, Entry, boost::hash<Key>> entries_;
};

}  // namespace subd::hub
