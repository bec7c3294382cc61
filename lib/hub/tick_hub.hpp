#pragma once

#include <array>
#include <boost/unordered/unordered_flat_map.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "base/clock.hpp"
#include "hub/held_ticks.hpp"
#include "hub/tick_link.hpp"
#include "hub/tick_subscription.hpp"
#include "wire/tick_update.hpp"

namespace subd::hub {

/// One instrument as a request wants it.
struct TickWish {
  market::InstrumentId instrument{};
  wire::TickForm form;
  std::chrono::milliseconds throttle{0};
};

/// Instruments and who takes their ticks on one io thread; the fan-out.
///
/// Owner:      one io thread; every call on it. Knows no socket and no JSON.
/// Invariants: the TickLink is told what the subscribers of an instrument take together, exactly when that changes. A
///             tick reaches exactly the attached subscriptions of its instrument, each in its form; held back by a
///             throttle, the newest is delivered when that is over.
/// Errors:     none but bad_alloc.
class TickHub {
 public:
  TickHub(TickLink& link, const base::Clock& clock) noexcept : link_{link}, clock_{clock} {}
  TickHub(const TickHub&) = delete;
  TickHub& operator=(const TickHub&) = delete;

  /// From here until leave() the subscriber is told of the upstream's state.
  void join(TickSubscriber& subscriber) { subscribers_.push_back(&subscriber); }
  /// Requests under way are forgotten. REQUIRES: the subscriber has no subscription any more.
  void leave(TickSubscriber& subscriber);

  /// The subscriber takes every wish of its one request from now on, each instrument once; new subscriptions are
  /// appended to `created`. The answer comes later as TickSubscriber::attached; until then a subscription that was
  /// there keeps its form. A throttle holds at once.
  void subscribe(TickSubscriber& subscriber, std::span<const TickWish> wishes, TickAsk ask,
                 std::vector<TickSubscription*>& created);
  /// Ends the subscriptions and destroys them.
  void close(std::span<TickSubscription* const> subscriptions);

  // From the market thread, posted to this io thread.
  void attached(const TickReply& reply);
  void publish(std::span<const wire::TickPtr> burst) noexcept;
  void upstream_changed(UpstreamStatus status);

  /// Delivers ticks whose throttle is over. Returns when to call again; nullopt = nothing is held.
  std::optional<base::MonoTime> release_held();

  /// Instruments that somebody takes, and the subscriptions to them.
  [[nodiscard]] std::size_t instrument_count() const noexcept { return topics_.size(); }
  [[nodiscard]] std::size_t subscription_count() const noexcept { return subscriptions_; }

 private:
  /// One instrument with its subscriptions.
  struct Topic {
    std::vector<std::unique_ptr<TickSubscription>> subscriptions;
    std::array<std::uint32_t, wire::kTickForms> holders{};  // in force or wanted, by form
    [[nodiscard]] wire::TickForms forms() const noexcept;
  };
  struct PendingAsk {
    TickSubscriber* subscriber;
    TickAsk ask;
    std::vector<market::InstrumentId> instruments;
  };

  [[nodiscard]] Topic& topic_of(market::InstrumentId instrument) noexcept;
  // A subscription counts once for its form in force and once for the one that it wants, if that is another.
  static void hold_forms(Topic& topic, const TickSubscription& subscription) noexcept;
  static void drop_forms(Topic& topic, const TickSubscription& subscription) noexcept;
  /// A subscription that did not exist; its forms are not held yet.
  TickSubscription& open(Topic& topic, TickSubscriber& subscriber, const TickWish& wish);
  /// Runs `change` on the topic and lists the instrument when its forms are others afterwards.
  template <class Change>
  static void note_change(Topic& topic, market::InstrumentId instrument, std::vector<TickChange>& changes,
                          Change change);
  /// Puts the answered request's form in force.
  void attach(TickSubscription& subscription, std::vector<TickChange>& changes);
  void deliver(TickSubscription& subscription, const wire::TickPtr& tick, base::MonoTime now) noexcept;
  void send(TickRequest request);

  TickLink& link_;
  const base::Clock& clock_;
  UpstreamStatus upstream_;
  std::uint64_t next_serial_ = 1;
  std::size_t subscriptions_ = 0;
  std::vector<TickSubscriber*> subscribers_;
  boost::unordered_flat_map<std::uint32_t, std::unique_ptr<Topic>> topics_;  // by InstrumentId
  boost::unordered_flat_map<std::uint64_t, PendingAsk> pending_;             // by serial
  HeldTicks held_;
};

}  // namespace subd::hub
