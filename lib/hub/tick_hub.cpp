#include "hub/tick_hub.hpp"

#include <utility>

namespace subd::hub {
namespace {

std::uint32_t key(market::InstrumentId instrument) noexcept {
  return static_cast<std::uint32_t>(instrument);
}

}  // namespace

wire::TickForms TickHub::Topic::forms() const noexcept {
  wire::TickForms out;
  for (const wire::TickFormat format : {wire::TickFormat::Json, wire::TickFormat::Packet}) {
    for (const auto mode : {market::QuoteMode::Ltp, market::QuoteMode::Quote, market::QuoteMode::Full}) {
      if (holders[wire::index_of({format, mode})] > 0) out.add({format, mode});
    }
  }
  return out;
}

TickHub::Topic& TickHub::topic_of(market::InstrumentId instrument) noexcept {
  return *topics_.find(key(instrument))->second;
}

void TickHub::hold_forms(Topic& topic, const TickSubscription& subscription) noexcept {
  ++topic.holders[wire::index_of(subscription.form)];
  if (subscription.wanted != subscription.form) ++topic.holders[wire::index_of(subscription.wanted)];
}

void TickHub::drop_forms(Topic& topic, const TickSubscription& subscription) noexcept {
  --topic.holders[wire::index_of(subscription.form)];
  if (subscription.wanted != subscription.form) --topic.holders[wire::index_of(subscription.wanted)];
}

TickSubscription& TickHub::open(Topic& topic, TickSubscriber& subscriber, const TickWish& wish) {
  auto added = std::make_unique<TickSubscription>();
  added->subscriber = &subscriber;
  added->instrument = wish.instrument;
  added->form = wish.form;
  added->wanted = wish.form;
  added->position = static_cast<std::uint32_t>(topic.subscriptions.size());
  topic.subscriptions.push_back(std::move(added));
  ++subscriptions_;
  return *topic.subscriptions.back();
}

template <class Change>
void TickHub::note_change(Topic& topic, market::InstrumentId instrument, std::vector<TickChange>& changes,
                          Change change) {
  const wire::TickForms before = topic.forms();
  change();
  if (const wire::TickForms after = topic.forms(); after != before) changes.push_back({instrument, after});
}

void TickHub::send(TickRequest request) {
  if (request.serial != 0 || !request.changes.empty()) link_.request(std::move(request));
}

void TickHub::leave(TickSubscriber& subscriber) {
  std::erase(subscribers_, &subscriber);
  boost::unordered::erase_if(pending_, [&](const auto& entry) { return entry.second.subscriber == &subscriber; });
}

void TickHub::subscribe(TickSubscriber& subscriber, std::span<const TickWish> wishes, TickAsk ask,
                        std::vector<TickSubscription*>& created) {
  TickRequest request;
  request.serial = next_serial_++;
  PendingAsk pending{&subscriber, std::move(ask), {}};
  pending.instruments.reserve(wishes.size());
  for (const TickWish& wish : wishes) {
    std::unique_ptr<Topic>& topic = topics_[key(wish.instrument)];
    if (!topic) topic = std::make_unique<Topic>();
    TickSubscription* subscription = subscriber.find(wish.instrument);
    note_change(*topic, wish.instrument, request.changes, [&] {
      if (subscription == nullptr) {
        subscription = &open(*topic, subscriber, wish);
        created.push_back(subscription);
      } else {
        drop_forms(*topic, *subscription);
        subscription->wanted = wish.form;
      }
      hold_forms(*topic, *subscription);
    });
    subscription->serial = request.serial;
    subscription->throttle =
        std::chrono::duration<std::uint32_t, std::milli>{static_cast<std::uint32_t>(wish.throttle.count())};
    pending.instruments.push_back(wish.instrument);
  }
  request.snapshots = pending.instruments;
  pending_.emplace(request.serial, std::move(pending));
  send(std::move(request));
}

void TickHub::close(std::span<TickSubscription* const> subscriptions) {
  TickRequest request;
  for (TickSubscription* subscription : subscriptions) {
    const market::InstrumentId instrument = subscription->instrument;
    Topic& topic = topic_of(instrument);
    held_.drop(*subscription);
    note_change(topic, instrument, request.changes, [&] { drop_forms(topic, *subscription); });
    const std::uint32_t position = subscription->position;
    if (position + 1 != topic.subscriptions.size()) {
      std::swap(topic.subscriptions[position], topic.subscriptions.back());
      topic.subscriptions[position]->position = position;
    }
    topic.subscriptions.pop_back();
    --subscriptions_;
    if (topic.subscriptions.empty()) topics_.erase(key(instrument));
  }
  send(std::move(request));
}

void TickHub::attach(TickSubscription& subscription, std::vector<TickChange>& changes) {
  // The tick that is held or pending is of before the reply; what comes now must not take its place ahead of that.
  held_.drop(subscription);
  subscription.pending_position = 0;
  subscription.attached = true;
  if (subscription.form == subscription.wanted) return;
  Topic& topic = topic_of(subscription.instrument);
  note_change(topic, subscription.instrument, changes, [&] {
    drop_forms(topic, subscription);
    subscription.form = subscription.wanted;
    hold_forms(topic, subscription);
  });
}

void TickHub::attached(const TickReply& reply) {
  const auto it = pending_.find(reply.serial);
  if (it == pending_.end()) return;  // the client left meanwhile
  const PendingAsk pending = std::move(it->second);
  pending_.erase(it);
  TickRequest request;
  for (const market::InstrumentId instrument : pending.instruments) {
    TickSubscription* subscription = pending.subscriber->find(instrument);
    // Given up meanwhile, or asked for anew: then a later reply speaks of it.
    if (subscription == nullptr || subscription->serial != reply.serial) continue;
    attach(*subscription, request.changes);
  }
  pending.subscriber->attached(pending.ask, upstream_);
  const base::MonoTime now = clock_.mono_now();
  for (const wire::TickPtr& tick : reply.snapshots) {
    TickSubscription* subscription = pending.subscriber->find(tick->instrument);
    if (subscription == nullptr || subscription->serial != reply.serial || !tick->carries(subscription->form)) continue;
    subscription->next_due = now + subscription->throttle;
    subscription->subscriber->offer(*subscription, tick);
  }
  send(std::move(request));
}

void TickHub::publish(std::span<const wire::TickPtr> burst) noexcept {
  if (topics_.empty()) return;
  const base::MonoTime now = clock_.mono_now();
  for (const wire::TickPtr& tick : burst) {
    const auto it = topics_.find(key(tick->instrument));
    if (it == topics_.end()) continue;
    for (const auto& subscription : it->second->subscriptions) {
      if (subscription->attached && tick->is_for(subscription->form)) deliver(*subscription, tick, now);
    }
  }
}

void TickHub::deliver(TickSubscription& subscription, const wire::TickPtr& tick, base::MonoTime now) noexcept {
  if (subscription.throttle.count() > 0) {
    if (now < subscription.next_due) {
      held_.hold(subscription, tick);
      return;
    }
    held_.drop(subscription);  // due by now, and this one is newer
    subscription.next_due = now + subscription.throttle;
  }
  subscription.subscriber->offer(subscription, tick);
}

std::optional<base::MonoTime> TickHub::release_held() {
  if (held_.empty()) return std::nullopt;
  const base::MonoTime now = clock_.mono_now();
  while (!held_.empty() && held_.first().next_due <= now) {
    TickSubscription& subscription = held_.first();
    const wire::TickPtr tick = subscription.held;
    held_.drop(subscription);
    subscription.next_due = now + subscription.throttle;
    subscription.subscriber->offer(subscription, tick);
  }
  return held_.empty() ? std::nullopt : std::optional{held_.first().next_due};
}

void TickHub::upstream_changed(UpstreamStatus status) {
  upstream_ = status;
  for (TickSubscriber* subscriber : subscribers_) subscriber->upstream_changed(upstream_);
}

}  // namespace subd::hub
