#include "feed/tick_buffer.hpp"

#include <algorithm>
#include <boost/unordered/unordered_flat_set.hpp>

namespace subd::feed {

void TickBuffer::add(const kite::Packet& packet, base::UtcTime arrived) {
  if (size() >= limit_) keep_newest();
  entries_.push_back({packet, arrived});
}

void TickBuffer::pop_front() {
  if (++first_ == entries_.size()) clear();
}

void TickBuffer::clear() {
  entries_.clear();
  first_ = 0;
}

void TickBuffer::keep_newest() {
  boost::unordered_flat_set<std::uint32_t> seen;
  const std::size_t before = size();
  // From the newest back, so that the first one met of a token is the one to keep.
  auto kept = entries_.end();
  for (auto at = entries_.end(); at != entries_.begin() + static_cast<std::ptrdiff_t>(first_);) {
    --at;
    if (!seen.insert(at->packet.token).second) continue;
    --kept;
    if (kept != at) *kept = *at;
  }
  entries_.erase(entries_.begin(), kept);
  first_ = 0;
  conflated_ += before - entries_.size();
}

}  // namespace subd::feed
