#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "base/clock.hpp"
#include "hub/tick_subscription.hpp"

namespace subd::hub {

/// Subscriptions with a tick that their throttle holds back, earliest due first.
///
/// A binary heap of pointers whose places the subscriptions know: holding, replacing and dropping allocate nothing once
/// the heap has grown.
///
/// Owner:      a TickHub; its io thread.
/// Invariants: a subscription is listed exactly while it has a held tick; its next_due stays as it is meanwhile.
class HeldTicks {
 public:
  /// The newest tick takes the place of an older one.
  void hold(TickSubscription& subscription, const wire::TickPtr& tick);
  /// Forgets the held tick, if there is one.
  void drop(TickSubscription& subscription) noexcept;
  [[nodiscard]] bool empty() const noexcept { return heap_.empty(); }
  /// The one that is due first. REQUIRES: !empty().
  [[nodiscard]] TickSubscription& first() const noexcept { return *heap_.front(); }

 private:
  void place(std::size_t at, TickSubscription* subscription) noexcept;
  void rise(std::size_t at) noexcept;
  void sink(std::size_t at) noexcept;

  std::vector<TickSubscription*> heap_;
};

}  // namespace subd::hub
