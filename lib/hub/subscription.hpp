#pragma once

#include <boost/container/small_vector.hpp>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "hub/market_link.hpp"
#include "wire/client_message.hpp"
#include "wire/condition.hpp"
#include "wire/update.hpp"

namespace subd::hub {

struct Stream;
struct Subscription;

/// One condition of one stream as this hub's sessions hold it. Owned by its Stream.
struct Condition {
  std::string text;                 ///< canonical
  std::vector<std::string> topics;  ///< ids that it reads
  std::uint32_t holders = 0;        ///< subscriptions that have it in force, and requests for it that are under way
  wire::ConditionSlot slot = 0;     ///< known before any subscription has it in force
};

/// What a subscribe request does to the condition of its stream.
struct ConditionChange {
  wire::ConditionAction action = wire::ConditionAction::Keep;
  std::string text{};                      ///< of Replace: canonical
  std::vector<std::string> topics{};       ///< of Replace: ids that it reads, all of them subscribed
  std::optional<wire::Trigger> trigger{};  ///< of Replace: absent is Level; of Keep: absent changes nothing
};

/// Place of an indicator among a hub's topics of one stream.
using TopicIndex = std::uint16_t;

/// What a hub needs of a session. All calls on the hub's io thread.
class Subscriber {
 public:
  virtual ~Subscriber() = default;

  /// One update for `subscription.view`. Must not call back into the hub; a subscriber that cannot take it says so by
  /// closing itself later.
  virtual void offer(Subscription& subscription, const wire::UpdatePtr& update) noexcept = 0;

  /// A subscribe request is in force: `subscribed` and the snapshot go out. Must not call back into the hub.
  virtual void attached(Subscription& subscription, const wire::RequestId& request, const wire::SnapshotData& snapshot,
                        const UpstreamStatus& upstream) = 0;

  /// A subscribe request was refused by the market side. The indicators that it asked for are already taken back; a
  /// subscription that came into being by it is destroyed after the call.
  virtual void refused(Subscription& subscription, const wire::RequestId& request, const wire::Error& error,
                       bool destroyed) = 0;

  virtual void upstream_changed(Subscription& subscription, const UpstreamStatus& upstream) = 0;
};

struct Throttle {
  std::chrono::milliseconds least{0};  ///< between two forming updates
  base::MonoTime next_due{};           ///< earliest time of the next one
  wire::UpdatePtr held;                ///< the newest one that came too early
};

/// What few subscriptions have.
struct SubscriptionExtras {
  Condition* condition = nullptr;                ///< in force; null: every update is delivered
  wire::Trigger trigger = wire::Trigger::Level;  ///< of the condition
  std::optional<Throttle> throttle;
  /// Serial of the first request whose answer the subscriber hears; those before were made before it was away.
  std::uint64_t answers_from = 0;
  /// Serial of the first request whose answer gives it a view: a snapshot is on its way, and nothing may overtake it.
  std::uint64_t view_from = 0;
};

/// One session's hold on one stream. Owned by its Hub; the session keeps a pointer until it calls Hub::close or is told
/// in Subscriber::refused that it is gone. There are hundreds of thousands: a pointer more is megabytes.
struct Subscription {
  Subscriber* subscriber = nullptr;
  Stream* stream = nullptr;
  /// The indicators in force, ascending; includes those whose attach is still under way.
  boost::container::small_vector<TopicIndex, 4> topics;
  /// Null until the first attach is answered: nothing is delivered before the snapshot.
  wire::ViewPtr view;
  std::unique_ptr<SubscriptionExtras> extras;  ///< null: as one that was just made
  /// Position of this subscription's pending forming update in the session's outbox; 0 = none. Used by session::Outbox.
  std::uint64_t pending_position = 0;
  std::uint32_t position = 0;  ///< in Stream::subscriptions
  /// Grows with every subscribe to the same stream by the same session, so that a late operation on an older
  /// subscription can be told from one on this.
  std::uint32_t generation = 0;
  /// `seq` of the newest answer: its view says nothing of the slots of updates up to there.
  std::uint64_t attached_seq = 0;

  /// They come into being.
  [[nodiscard]] SubscriptionExtras& own_extras() {
    if (!extras) extras = std::make_unique<SubscriptionExtras>();
    return *extras;
  }
  /// Null: none.
  [[nodiscard]] Throttle* throttle() const noexcept {
    return extras && extras->throttle ? &*extras->throttle : nullptr;
  }
  /// 0: no throttle.
  [[nodiscard]] std::chrono::milliseconds throttle_time() const noexcept {
    const Throttle* own = throttle();
    return own != nullptr ? own->least : std::chrono::milliseconds{0};
  }
  /// In force; null: every update is delivered.
  [[nodiscard]] Condition* condition() const noexcept { return extras ? extras->condition : nullptr; }
  void set_condition(Condition* wanted) {
    if (wanted != condition()) own_extras().condition = wanted;
  }
  [[nodiscard]] wire::Trigger trigger() const noexcept { return extras ? extras->trigger : wire::Trigger::Level; }
  void set_trigger(wire::Trigger wanted) {
    if (wanted != trigger()) own_extras().trigger = wanted;
  }
  /// Whether the subscriber hears the answer to that request.
  [[nodiscard]] bool hears(std::uint64_t serial) const noexcept { return !extras || serial >= extras->answers_from; }
  /// Whether the answer to that request gives it a view.
  [[nodiscard]] bool sees(std::uint64_t serial) const noexcept { return !extras || serial >= extras->view_from; }
  /// Whether the update is for this subscription at all.
  [[nodiscard]] bool wants(const wire::Update& update) const noexcept {
    const Condition* own = condition();
    return own == nullptr || wire::triggers(extras->trigger, update.condition(own->slot));
  }
  /// Whether a wanted update must reach the client even when newer ones follow: a closed bar, or the moment at which an
  /// edge condition turned true. Any other forming update is worthless after the next.
  [[nodiscard]] bool keeps(const wire::Update& update) const noexcept {
    return update.closed || (condition() != nullptr && extras->trigger == wire::Trigger::Edge);
  }
};

static_assert(sizeof(Subscription) <= 88, "what the allocator takes for it grows in steps of 16 bytes");

}  // namespace subd::hub
