#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "auth/principal.hpp"
#include "base/clock.hpp"

namespace subd::session {

/// Token buckets for many keys, shared by threads.
///
/// Threads: any, without a lock: a bucket is one atomic time, the one at which it will be full again (the generic cell
///          rate algorithm).
/// Memory:  a table that never grows. A bucket that is full is worth nothing and gives its place to another key; where
///          all places of a key are in use, it shares one, so that a crowd is limited more, never less.
class SharedBuckets {
 public:
  /// `rate` requests per second and key, `burst` at once; a rate of 0 lets everything through.
  SharedBuckets(double rate, double burst, std::size_t places = 16'384);

  /// Takes one; or how long to wait until one can be had, and nothing is taken.
  [[nodiscard]] std::optional<std::chrono::milliseconds> take(std::uint64_t key, base::MonoTime now) noexcept;

 private:
  static constexpr std::size_t kPlacesOfAKey = 8;

  struct Place {
    std::atomic<std::uint64_t> key{0};
    std::atomic<std::int64_t> full_at{0};  // nanoseconds of the monotonic clock
  };

  [[nodiscard]] Place& place(std::uint64_t key, std::int64_t now) noexcept;

  std::int64_t per_request_;  // nanoseconds; 0 = no limit
  std::int64_t burst_;        // nanoseconds that a bucket may be from full
  std::vector<Place> places_;
};

struct RequestLimitSettings {
  double user_rate = 0;  ///< per second; 0 = no limit
  double user_burst = 1;
  double token_rate = 0;
  double token_burst = 1;
};

/// What users and tokens may ask, over all of their connections.
///
/// Threads: any.
class RequestLimits {
 public:
  explicit RequestLimits(const RequestLimitSettings& settings = {})
      : settings_{settings},
        users_{settings.user_rate, settings.user_burst},
        tokens_{settings.token_rate, settings.token_burst} {}

  struct Refusal {
    std::string_view whose;  ///< `user` or `token`
    double rate = 0;         ///< that it has, per second
    std::chrono::milliseconds retry_after{};
  };
  /// Charges one request; nullopt when it may go on.
  [[nodiscard]] std::optional<Refusal> take(const auth::Principal& principal, base::MonoTime now) noexcept;

 private:
  RequestLimitSettings settings_;
  SharedBuckets users_;
  SharedBuckets tokens_;
};

}  // namespace subd::session
