#pragma once

#include <cstdint>
#include <vector>

#include "fanout/plan.hpp"

namespace subd::bench {

/// How many messages are owed of what was published, by burst; at most a window of publications at a time.
class Windows {
 public:
  Windows(const Plan& plan, std::uint32_t window) : plan_{plan}, owed_(plan.bursts.size()) { set_window(window); }

  void set_window(std::uint32_t window) {
    window_ = window;
    due_.clear();
    for (std::uint32_t burst = 0; burst < owed_.size(); ++burst) {
      if (has_room(burst)) due_.push_back(burst);
    }
  }

  void published(std::uint32_t burst) {
    owed_[burst] += plan_.deliveries[burst];
    all_owed_ += plan_.deliveries[burst];
  }

  /// `count` messages of the stream have come, or have given way to one that came.
  void delivered(std::uint16_t stream, std::uint64_t count) {
    const std::uint32_t burst = plan_.burst_of[stream];
    const bool had_room = has_room(burst);
    owed_[burst] -= static_cast<std::int64_t>(count);
    all_owed_ -= static_cast<std::int64_t>(count);
    if (!had_room && has_room(burst)) due_.push_back(burst);
  }

  /// Calls `publish(burst)` for each burst that has room, until it has none.
  template <class Publish>
  void fill(Publish publish) {
    for (const std::uint32_t burst : due_) {
      while (has_room(burst)) publish(burst);
    }
    due_.clear();
  }

  [[nodiscard]] std::int64_t owed() const noexcept { return all_owed_; }

 private:
  [[nodiscard]] bool has_room(std::uint32_t burst) const noexcept {
    return plan_.deliveries[burst] > 0 &&
           owed_[burst] <= static_cast<std::int64_t>(window_ - 1) * plan_.deliveries[burst];
  }

  const Plan& plan_;
  std::uint32_t window_ = 1;
  std::vector<std::int64_t> owed_;
  std::vector<std::uint32_t> due_;
  std::int64_t all_owed_ = 0;
};

}  // namespace subd::bench
