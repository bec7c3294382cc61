#include "session/tick_set.hpp"

#include <algorithm>
#include <utility>

namespace subd::session {

void TickSet::take(std::span<const hub::TickWish> wishes, hub::TickAsk ask) {
  std::vector<hub::TickSubscription*> created;
  hub_.subscribe(owner_, wishes, std::move(ask), created);
  for (hub::TickSubscription* subscription : created) {
    subscriptions_.emplace(static_cast<std::uint32_t>(subscription->instrument), subscription);
  }
}

void TickSet::drop(std::span<const market::InstrumentId> instruments) {
  std::vector<hub::TickSubscription*> dropped;
  for (const market::InstrumentId instrument : instruments) {
    const auto it = subscriptions_.find(static_cast<std::uint32_t>(instrument));
    if (it == subscriptions_.end()) continue;
    dropped.push_back(it->second);
    subscriptions_.erase(it);
  }
  hub_.close(dropped);
}

void TickSet::clear() {
  std::vector<hub::TickSubscription*> dropped;
  dropped.reserve(subscriptions_.size());
  for (const auto& [instrument, subscription] : subscriptions_) dropped.push_back(subscription);
  subscriptions_.clear();
  hub_.close(dropped);
}

std::size_t TickSet::count_new(std::span<const market::InstrumentId> instruments) const noexcept {
  return static_cast<std::size_t>(std::count_if(instruments.begin(), instruments.end(),
                                                [this](auto instrument) { return find(instrument) == nullptr; }));
}

std::vector<const hub::TickSubscription*> TickSet::listed() const {
  std::vector<const hub::TickSubscription*> out;
  out.reserve(subscriptions_.size());
  for (const auto& [instrument, subscription] : subscriptions_) out.push_back(subscription);
  std::sort(out.begin(), out.end(), [](const auto* a, const auto* b) { return a->instrument < b->instrument; });
  return out;
}

void describe_ticks(const TickSet& set, const Directory& directory, ClientReport& report) {
  for (const hub::TickSubscription* subscription : set.listed()) {
    const ResolvedInstrument what = directory.instrument(subscription->instrument);
    report.ticks.push_back({what.token, std::string{what.symbol}, subscription->wanted.mode, subscription->throttle});
  }
}

}  // namespace subd::session
