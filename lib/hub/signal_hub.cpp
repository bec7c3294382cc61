#include "hub/signal_hub.hpp"

#include <algorithm>
#include <utility>

namespace subd::hub {

SignalSubscription& SignalHub::join(SignalSubscriber& subscriber, std::string user, std::string tier_claim,
                                    std::string since) {
  auto made = std::make_unique<SignalSubscription>();
  SignalSubscription& subscription = *made;
  subscription.subscriber = &subscriber;
  subscription.user = std::move(user);
  subscription.tier_claim = std::move(tier_claim);
  subscription.position = static_cast<std::uint32_t>(subscriptions_.size());
  subscriptions_.push_back(std::move(made));
  SignalAsk ask = question(subscription);
  ask.joins = true;
  ask.since = std::move(since);
  std::vector<SignalAsk> asks;
  asks.push_back(std::move(ask));
  link_.ask(std::move(asks));
  return subscription;
}

void SignalHub::leave(SignalSubscription& subscription) {
  waiting_.erase(subscription.serial);
  const std::uint32_t position = subscription.position;
  if (position + 1 != subscriptions_.size()) {
    std::swap(subscriptions_[position], subscriptions_.back());
    subscriptions_[position]->position = position;
  }
  subscriptions_.pop_back();
}

void SignalHub::claim_changed(SignalSubscription& subscription, std::string tier_claim) {
  if (subscription.tier_claim == tier_claim) return;
  subscription.tier_claim = std::move(tier_claim);
  // Who has not joined yet is answered with the claim that it came with; the next refresh knows better.
  if (subscription.attached) link_.ask({question(subscription)});
}

SignalAsk SignalHub::question(SignalSubscription& subscription) {
  waiting_.erase(subscription.serial);
  subscription.serial = next_serial_++;
  waiting_.emplace(subscription.serial, &subscription);
  return {subscription.serial, subscription.user, subscription.tier_claim, false, {}};
}

void SignalHub::answered(std::span<const SignalReply> replies) {
  for (const SignalReply& reply : replies) {
    const auto found = waiting_.find(reply.serial);
    if (found == waiting_.end()) continue;  // it left, or was asked about again
    SignalSubscription& subscription = *found->second;
    waiting_.erase(found);
    apply(subscription, reply);
  }
}

void SignalHub::apply(SignalSubscription& subscription, const SignalReply& reply) {
  if (!reply.standing.known) next_refresh_ = std::min(next_refresh_, clock_.mono_now() + kRetryInterval);
  if (!subscription.attached) {
    subscription.standing = reply.standing;
    subscription.attached = true;
    subscription.subscriber->attached(reply);
    return;
  }
  // A store that cannot be asked takes no tier away.
  if (!reply.standing.known || reply.standing == subscription.standing) return;
  subscription.standing = reply.standing;
  subscription.subscriber->standing_changed(reply.standing);
}

void SignalHub::publish(std::span<const wire::SignalPtr> burst) noexcept {
  for (const auto& subscription : subscriptions_) {
    if (!subscription->attached) continue;
    for (const wire::SignalPtr& signal : burst) {
      if (!signal->premium || subscription->standing.premium) subscription->subscriber->offer(signal);
    }
  }
}

void SignalHub::recheck(std::string_view user) {
  std::vector<SignalAsk> asks;
  for (const auto& subscription : subscriptions_) {
    if (subscription->attached && subscription->user == user) asks.push_back(question(*subscription));
  }
  if (!asks.empty()) link_.ask(std::move(asks));
}

void SignalHub::on_timer() {
  const base::MonoTime now = clock_.mono_now();
  if (now < next_refresh_) return;
  next_refresh_ = now + refresh_;
  std::vector<SignalAsk> asks;
  for (const auto& subscription : subscriptions_) {
    if (subscription->attached) asks.push_back(question(*subscription));
  }
  if (!asks.empty()) link_.ask(std::move(asks));
}

}  // namespace subd::hub
