#include "hub/held_ticks.hpp"

#include <utility>

namespace subd::hub {

void HeldTicks::hold(TickSubscription& subscription, const wire::TickPtr& tick) {
  const bool listed = subscription.held != nullptr;
  subscription.held = tick;
  if (listed) return;
  heap_.push_back(&subscription);
  place(heap_.size() - 1, &subscription);
  rise(heap_.size() - 1);
}

void HeldTicks::drop(TickSubscription& subscription) noexcept {
  if (!subscription.held) return;
  subscription.held.reset();
  const std::size_t gap = subscription.held_place;
  TickSubscription* last = heap_.back();
  heap_.pop_back();
  if (gap == heap_.size()) return;
  place(gap, last);
  rise(gap);
  sink(last->held_place);
}

void HeldTicks::place(std::size_t at, TickSubscription* subscription) noexcept {
  heap_[at] = subscription;
  subscription->held_place = static_cast<std::uint32_t>(at);
}

void HeldTicks::rise(std::size_t at) noexcept {
  while (at > 0) {
    const std::size_t parent = (at - 1) / 2;
    if (heap_[parent]->next_due <= heap_[at]->next_due) return;
    TickSubscription* above = heap_[parent];
    place(parent, heap_[at]);
    place(at, above);
    at = parent;
  }
}

void HeldTicks::sink(std::size_t at) noexcept {
  while (true) {
    std::size_t least = at;
    for (const std::size_t child : {2 * at + 1, 2 * at + 2}) {
      if (child < heap_.size() && heap_[child]->next_due < heap_[least]->next_due) least = child;
    }
    if (least == at) return;
    TickSubscription* below = heap_[least];
    place(least, heap_[at]);
    place(at, below);
    at = least;
  }
}

}  // namespace subd::hub
