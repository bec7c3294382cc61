#include "session/request_limits.hpp"

#include <algorithm>
#include <functional>
#include <string>

namespace subd::session {
namespace {

constexpr double kNanosecondsPerSecond = 1e9;
/// Of a key that happens to be the mark of a free place.
constexpr std::uint64_t kInsteadOfNone = 0x9E37'79B9'7F4A'7C15;

std::int64_t nanoseconds(base::MonoTime time) noexcept {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(time.time_since_epoch()).count();
}

}  // namespace

SharedBuckets::SharedBuckets(double rate, double burst, std::size_t places)
    : per_request_{rate > 0 ? static_cast<std::int64_t>(kNanosecondsPerSecond / rate) : 0},
      burst_{static_cast<std::int64_t>(static_cast<double>(per_request_) * std::max(burst, 1.0))},
      places_(per_request_ > 0 ? places : 0) {}

SharedBuckets::Place& SharedBuckets::place(std::uint64_t key, std::int64_t now) noexcept {
  const std::size_t first = key % places_.size();
  const auto nth = [&](std::size_t i) -> Place& { return places_[(first + i) % places_.size()]; };
  for (std::size_t i = 0; i < kPlacesOfAKey; ++i) {
    if (nth(i).key.load(std::memory_order_relaxed) == key) return nth(i);
  }
  for (std::size_t i = 0; i < kPlacesOfAKey; ++i) {
    Place& free = nth(i);
    std::uint64_t before = free.key.load(std::memory_order_relaxed);
    if (before != 0 && free.full_at.load(std::memory_order_relaxed) > now) continue;
    // Whoever loses the race looks on; a charge that still goes to the old key costs the new one a request at most.
    if (free.key.compare_exchange_strong(before, key, std::memory_order_relaxed) || before == key) return free;
  }
  return nth(0);
}

std::optional<std::chrono::milliseconds> SharedBuckets::take(std::uint64_t key, base::MonoTime time) noexcept {
  if (per_request_ == 0) return std::nullopt;
  const std::int64_t now = nanoseconds(time);
  Place& bucket = place(key != 0 ? key : kInsteadOfNone, now);
  std::int64_t before = bucket.full_at.load(std::memory_order_relaxed);
  while (true) {
    const std::int64_t after = std::max(before, now) + per_request_;
    if (after - now > burst_) {
      return std::chrono::ceil<std::chrono::milliseconds>(std::chrono::nanoseconds{after - now - burst_});
    }
    // Only the number itself is shared: no order with other memory is needed.
    if (bucket.full_at.compare_exchange_weak(before, after, std::memory_order_relaxed)) return std::nullopt;
  }
}

std::optional<RequestLimits::Refusal> RequestLimits::take(const auth::Principal& principal,
                                                          base::MonoTime now) noexcept {
  if (const auto wait = users_.take(std::hash<std::string>{}(principal.user_id), now)) {
    return Refusal{"user", settings_.user_rate, *wait};
  }
  if (const auto wait = tokens_.take(principal.credential, now)) {
    return Refusal{"token", settings_.token_rate, *wait};
  }
  return std::nullopt;
}

}  // namespace subd::session
