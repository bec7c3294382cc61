#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <utility>
#include <vector>

#include "engine/hub_set.hpp"

namespace subd::daemon {

/// Requests of the hubs, each hub's in its order, the hubs in turn.
///
/// A request that has to wait for something parks its hub: it stays in front of what that hub asks later, while the
/// other hubs are served on. So the order that hub::MarketLink promises holds without anybody waiting for another.
///
/// Owner: a RequestTurns; its thread.
class HubRequests {
 public:
  enum class Outcome : std::uint8_t {
    Done,
    Parked,  ///< to be asked again after resume(); what it waits for must call that
  };
  using Request = std::function<Outcome()>;

  void add(engine::HubId hub, Request request) {
    if (hub >= hubs_.size()) hubs_.resize(hub + std::size_t{1});
    hubs_[hub].push_back(std::move(request));
    if (hubs_[hub].size() == 1) ready_.push_back(hub);
  }

  /// The hub's first request is asked again. REQUIRES: it was parked.
  void resume(engine::HubId hub) { ready_.push_back(hub); }

  [[nodiscard]] bool has_ready() const noexcept { return !ready_.empty(); }

  /// One request of the hub whose turn it is. REQUIRES: has_ready().
  void serve_one() {
    const engine::HubId hub = ready_.front();
    ready_.pop_front();
    if (hubs_[hub].front()() == Outcome::Parked) return;
    hubs_[hub].pop_front();
    if (!hubs_[hub].empty()) ready_.push_back(hub);
  }

 private:
  std::vector<std::deque<Request>> hubs_;
  std::deque<engine::HubId> ready_;  // with requests and not parked, each once
};

}  // namespace subd::daemon
