#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "hub/tick_hub.hpp"
#include "session/client.hpp"
#include "session/directory.hpp"

namespace subd::session {

/// The instruments that one client takes ticks of.
///
/// Owner:      a client; its io thread.
/// Invariants: holds exactly the client's subscriptions at the hub; gives them up when it is destroyed.
class TickSet {
 public:
  TickSet(hub::TickHub& hub, hub::TickSubscriber& owner) : hub_{hub}, owner_{owner} { hub_.join(owner_); }
  ~TickSet() {
    clear();
    hub_.leave(owner_);
  }
  TickSet(const TickSet&) = delete;
  TickSet& operator=(const TickSet&) = delete;

  /// Takes every wish from now on, each instrument once; the rest stays. See hub::TickHub::subscribe.
  void take(std::span<const hub::TickWish> wishes, hub::TickAsk ask);
  /// Gives up those that it has.
  void drop(std::span<const market::InstrumentId> instruments);
  void clear();

  [[nodiscard]] hub::TickSubscription* find(market::InstrumentId instrument) const noexcept {
    const auto it = subscriptions_.find(static_cast<std::uint32_t>(instrument));
    return it != subscriptions_.end() ? it->second : nullptr;
  }
  [[nodiscard]] std::size_t size() const noexcept { return subscriptions_.size(); }
  /// How many of the instruments, each once, it does not have.
  [[nodiscard]] std::size_t count_new(std::span<const market::InstrumentId> instruments) const noexcept;
  /// In the order of the instruments' numbers.
  [[nodiscard]] std::vector<const hub::TickSubscription*> listed() const;

 private:
  hub::TickHub& hub_;
  hub::TickSubscriber& owner_;
  boost::unordered_flat_map<std::uint32_t, hub::TickSubscription*> subscriptions_;  // by InstrumentId
};

/// Adds the instruments of the set to the report, by what the directory calls them.
void describe_ticks(const TickSet& set, const Directory& directory, ClientReport& report);

}  // namespace subd::session
