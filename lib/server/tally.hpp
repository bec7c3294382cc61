#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace subd::server {

/// How many hold each key at a time, up to a limit that is the same for all keys and may change.
///
/// Threads:    any; a key is counted under the lock of its shard, for as long as a look-up takes. See
///             docs/adr/0008-connections-are-counted-under-a-lock.md.
/// Invariants: no key comes to be held by more than limit(). A key that nobody holds takes no memory.
/// Lifetime:   outlives every Hold.
class Tally {
  struct Count {
    Tally& tally;
    std::size_t holders = 0;
  };
  using Counts = std::unordered_map<std::string, Count>;

 public:
  /// One of those that hold a key; given back when destroyed. Without a key where nothing is counted.
  class Hold {
   public:
    Hold() noexcept = default;
    Hold(Hold&& other) noexcept : entry_{std::exchange(other.entry_, nullptr)} {}
    Hold& operator=(Hold&& other) noexcept {
      std::swap(entry_, other.entry_);
      return *this;
    }
    ~Hold() {
      if (entry_ != nullptr) entry_->second.tally.give_back(*entry_);
    }
    [[nodiscard]] bool is_of(std::string_view key) const noexcept { return entry_ != nullptr && entry_->first == key; }

   private:
    friend class Tally;
    explicit Hold(Counts::value_type& entry) noexcept : entry_{&entry} {}

    Counts::value_type* entry_ = nullptr;  // of a node map: stays where it is
  };

  /// A `limit` of 0 counts nothing and lets everybody in.
  explicit Tally(std::size_t limit) noexcept : limit_{limit} {}
  Tally(const Tally&) = delete;
  Tally& operator=(const Tally&) = delete;

  /// nullopt when as many hold the key as may.
  [[nodiscard]] std::optional<Hold> take(std::string_view key);

  [[nodiscard]] std::size_t limit() const noexcept { return limit_.load(std::memory_order_relaxed); }
  /// For those that come from now on; who was let in uncounted stays so.
  void change(std::size_t limit) noexcept { limit_.store(limit, std::memory_order_relaxed); }
  /// Keys that somebody holds.
  [[nodiscard]] std::size_t keys() const;

 private:
  struct Shard {
    mutable std::mutex mutex;
    Counts counts;
  };

  static constexpr std::size_t kShards = 16;

  [[nodiscard]] Shard& shard_of(std::string_view key) noexcept;
  void give_back(Counts::value_type& entry) noexcept;

  std::atomic<std::size_t> limit_;
  std::array<Shard, kShards> shards_;
};

}  // namespace subd::server
