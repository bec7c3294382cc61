#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "wire/update.hpp"

namespace subd::hub {

/// How much of each stream a hub remembers for subscribers that come back.
struct Retention {
  std::size_t updates = 0;           ///< at most so many; 0: nothing is remembered
  std::chrono::milliseconds age{0};  ///< and no older ones, once a newer one comes
};

/// Where a subscriber stands in a stream: the last update that it has.
struct Position {
  std::string_view epoch;
  std::uint64_t seq = 0;
};

/// The newest updates of one stream that somebody must not miss (closed bars, and what an edge condition let through),
/// and the newest of all.
///
/// Owner:      a hub's Stream; its io thread.
/// Memory:     32 bytes for each; the update itself is shared by all hubs. One with 20 indicators takes 1.5 KB: a stream
///             of 1s bars has some 150 KB after the default 100 s, one of 1min bars 3 KB.
/// Invariants: holds every such update after `complete_after`, in the order of seq.
class RecentUpdates {
 public:
  /// A snapshot tells where the stream stands. What comes after it is remembered.
  void begin(std::string_view epoch, std::uint64_t seq);
  /// An update of the stream; `kept` when somebody must not miss it. Ignored before begin().
  void add(const wire::UpdatePtr& update, bool kept, base::MonoTime now, const Retention& retention);

  /// Whether everything that must not be missed after the position is at hand.
  [[nodiscard]] bool covers(const Position& position) const noexcept;

  struct Entry {
    wire::UpdatePtr update;
    base::MonoTime at;
  };
  [[nodiscard]] const std::deque<Entry>& kept() const noexcept { return kept_; }
  /// Null before the first update.
  [[nodiscard]] const wire::UpdatePtr& newest() const noexcept { return newest_; }

 private:
  bool begun_ = false;
  std::string epoch_;
  std::uint64_t complete_after_ = 0;
  std::uint64_t newest_seq_ = 0;
  wire::UpdatePtr newest_;
  std::deque<Entry> kept_;
};

}  // namespace subd::hub
