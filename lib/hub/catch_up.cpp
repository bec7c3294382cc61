// What a Hub does for subscribers that were away; the rest of it is in hub.cpp.
#include <utility>

#include "hub/hub.hpp"

namespace subd::hub {

void Hub::leave(Subscription& subscription) {
  unhold(subscription);
  subscription.own_extras().answers_from = next_serial_;
}

bool Hub::catch_up(Subscription& subscription, const Position& position) {
  const RecentUpdates& recent = subscription.stream->recent;
  // Before its last answer the subscription had another view: a slot of today may have been another indicator's.
  if (!subscription.view || position.seq < subscription.attached_seq || !recent.covers(position)) return false;
  for (const RecentUpdates::Entry& entry : recent.kept()) {
    const wire::UpdatePtr& update = entry.update;
    if (update->seq <= position.seq || !subscription.wants(*update) || !subscription.keeps(*update)) continue;
    subscription.subscriber->offer(subscription, update);
  }
  const wire::UpdatePtr& newest = recent.newest();
  if (newest && newest->seq > position.seq && subscription.wants(*newest) && !subscription.keeps(*newest)) {
    subscription.subscriber->offer(subscription, newest);
  }
  return true;
}

void Hub::start_over(Subscription& subscription, std::uint32_t history, wire::RequestId request) {
  unhold(subscription);
  subscription.view.reset();
  subscription.own_extras().view_from = next_serial_;
  const Stream& stream = *subscription.stream;
  subscribe(*subscription.subscriber, &subscription, stream.id, stream.symbol, stream.timeframe, {}, history,
            std::move(request), subscription.throttle_time());
}

}  // namespace subd::hub
