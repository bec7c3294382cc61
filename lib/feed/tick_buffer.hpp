#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/clock.hpp"
#include "kite/packet.hpp"

namespace subd::feed {

/// Ticks of one link between their arrival and their turn, in order of arrival.
///
/// Bound: beyond `limit` only the newest tick of each token is kept, so that a burst that the market thread cannot
///        follow costs intermediate ticks and never the last one. Tokens that arrive are fewer than `limit`.
/// Owner: KiteFeed; the market thread.
class TickBuffer {
 public:
  struct Entry {
    kite::Packet packet;
    base::UtcTime arrived{};
  };

  /// REQUIRES: different tokens that are added are at most half of `limit`, which keeps the cost of a tick constant.
  explicit TickBuffer(std::size_t limit) : limit_{limit} {}

  void add(const kite::Packet& packet, base::UtcTime arrived);

  [[nodiscard]] bool empty() const noexcept { return first_ == entries_.size(); }
  [[nodiscard]] std::size_t size() const noexcept { return entries_.size() - first_; }
  /// The oldest. REQUIRES: !empty().
  [[nodiscard]] const Entry& front() const noexcept { return entries_[first_]; }
  void pop_front();
  void clear();

  /// Ticks that gave way to newer ones of their token, since the start.
  [[nodiscard]] std::uint64_t conflated() const noexcept { return conflated_; }

 private:
  void keep_newest();

  std::size_t limit_;
  std::vector<Entry> entries_;
  std::size_t first_ = 0;  // of entries_ that is still to be taken
  std::uint64_t conflated_ = 0;
};

}  // namespace subd::feed
