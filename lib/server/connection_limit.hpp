#pragma once

#include <atomic>
#include <cstddef>
#include <utility>

namespace subd::server {

/// How many connections may be open at a time over all io threads.
///
/// Threads:    any. Outlives every Place.
/// Invariants: never more than `most` places are held.
class ConnectionLimit {
 public:
  /// The right to one connection; given back when destroyed.
  class Place {
   public:
    Place() noexcept = default;
    Place(Place&& other) noexcept : limit_{std::exchange(other.limit_, nullptr)} {}
    Place& operator=(Place&& other) noexcept {
      std::swap(limit_, other.limit_);
      return *this;
    }
    ~Place() {
      if (limit_ != nullptr) limit_->taken_.fetch_sub(1, std::memory_order_relaxed);
    }
    [[nodiscard]] explicit operator bool() const noexcept { return limit_ != nullptr; }

   private:
    friend class ConnectionLimit;
    explicit Place(ConnectionLimit& limit) noexcept : limit_{&limit} {}
    ConnectionLimit* limit_ = nullptr;
  };

  explicit ConnectionLimit(std::size_t most) noexcept : most_{most} {}
  ConnectionLimit(const ConnectionLimit&) = delete;
  ConnectionLimit& operator=(const ConnectionLimit&) = delete;

  /// An empty place when all are taken.
  [[nodiscard]] Place take() noexcept {
    std::size_t taken = taken_.load(std::memory_order_relaxed);
    while (taken < most_) {
      if (taken_.compare_exchange_weak(taken, taken + 1, std::memory_order_relaxed)) return Place{*this};
    }
    return {};
  }

  [[nodiscard]] std::size_t taken() const noexcept { return taken_.load(std::memory_order_relaxed); }
  [[nodiscard]] std::size_t most() const noexcept { return most_; }

 private:
  const std::size_t most_;
  std::atomic<std::size_t> taken_{0};
};

}  // namespace subd::server
