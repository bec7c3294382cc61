#pragma once

#include <chrono>
#include <cstdint>

#include "base/clock.hpp"
#include "hub/market_link.hpp"
#include "market/instrument.hpp"
#include "wire/client_message.hpp"
#include "wire/tick_update.hpp"

namespace subd::hub {

class TickSubscriber;

/// One client's hold on the ticks of one instrument. Owned by its TickHub; the client keeps a pointer until it calls
/// TickHub::close. About 90 bytes.
struct TickSubscription {
  TickSubscriber* subscriber = nullptr;
  market::InstrumentId instrument{};
  wire::TickForm form;    ///< in force, once attached
  wire::TickForm wanted;  ///< of the newest request
  bool attached = false;  ///< nothing is delivered before the first reply
  std::chrono::duration<std::uint32_t, std::milli> throttle{0};
  std::uint32_t position = 0;    ///< among the subscriptions of its instrument
  std::uint32_t held_place = 0;  ///< in HeldTicks; meaningful while `held`
  std::uint64_t serial = 0;      ///< of the newest request: older replies do not speak of it
  /// Position of this subscription's pending tick in the client's outbox; 0 = none. Used by session::Outbox.
  std::uint64_t pending_position = 0;
  base::MonoTime next_due{};  ///< earliest time of the next tick
  wire::TickPtr held;         ///< the newest tick held back by `throttle`
};

/// Which request of a client a reply belongs to.
struct TickAsk {
  enum class Kind : std::uint8_t { Add, ReplaceAll };
  Kind kind = Kind::Add;
  wire::RequestId id{};
};

/// What a tick hub needs of a client. All calls on the hub's io thread.
class TickSubscriber {
 public:
  virtual ~TickSubscriber() = default;

  /// One tick in `subscription.form`. Must not call back into the hub; a subscriber that cannot take it says so by
  /// closing itself later.
  virtual void offer(TickSubscription& subscription, const wire::TickPtr& tick) noexcept = 0;

  /// A subscribe request is in force; the newest ticks of its instruments follow, as far as they are known. Must not
  /// call back into the hub.
  virtual void attached(const TickAsk& ask, const UpstreamStatus& upstream) = 0;

  /// The client's subscription to the instrument; null when it has none.
  [[nodiscard]] virtual TickSubscription* find(market::InstrumentId instrument) const noexcept = 0;

  virtual void upstream_changed(const UpstreamStatus& upstream) = 0;
};

}  // namespace subd::hub
