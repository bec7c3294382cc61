#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "hub/signal_link.hpp"
#include "wire/signal.hpp"

namespace subd::hub {

class SignalSubscriber;

/// One client's place among those who take signals. Owned by its SignalHub; the client keeps a pointer until leave().
struct SignalSubscription {
  SignalSubscriber* subscriber = nullptr;
  std::string user;
  std::string tier_claim;
  std::uint64_t serial = 0;    ///< of the newest question; older replies do not count any more
  std::uint32_t position = 0;  ///< among the subscriptions
  bool attached = false;       ///< nothing is delivered before the first reply
  SignalStanding standing;     ///< once attached
};

/// What a signal hub needs of a client. All calls on the hub's io thread; none may call back into the hub.
class SignalSubscriber {
 public:
  virtual ~SignalSubscriber() = default;
  /// It takes signals from here on; the reply has what comes before.
  virtual void attached(const SignalReply& reply) = 0;
  virtual void standing_changed(const SignalStanding& standing) = 0;
  virtual void offer(const wire::SignalPtr& signal) noexcept = 0;
};

/// Who takes signals on one io thread; the fan-out, and the filter of tiers.
///
/// Owner:      one io thread; every call on it. Knows no socket, no JSON and no database.
/// Invariants: a client gets every signal of its standing once, in the order of their positions, from its replay on. A
///             premium signal reaches nobody whose standing of now is not premium.
/// Tiers:      asked for anew every `refresh`, all of them with one question; after kRetryInterval where the store could
///             not answer; and at once after recheck().
/// Errors:     none but bad_alloc.
class SignalHub {
 public:
  static constexpr std::chrono::seconds kRetryInterval{1};

  SignalHub(SignalLink& link, const base::Clock& clock, std::chrono::milliseconds refresh) noexcept
      : link_{link}, clock_{clock}, refresh_{refresh} {}
  SignalHub(const SignalHub&) = delete;
  SignalHub& operator=(const SignalHub&) = delete;

  /// `since` may be empty. The answer comes later as SignalSubscriber::attached.
  [[nodiscard]] SignalSubscription& join(SignalSubscriber& subscriber, std::string user, std::string tier_claim,
                                         std::string since);
  /// Destroys the subscription.
  void leave(SignalSubscription& subscription);
  /// Its token has another tier from now on.
  void claim_changed(SignalSubscription& subscription, std::string tier_claim);

  // Posted to this io thread.
  void answered(std::span<const SignalReply> replies);
  void publish(std::span<const wire::SignalPtr> burst) noexcept;
  /// The stored tier of the user is another one.
  void recheck(std::string_view user);

  /// A few times a second: asks for the tiers anew when it is time.
  void on_timer();

  [[nodiscard]] std::size_t size() const noexcept { return subscriptions_.size(); }

 private:
  [[nodiscard]] SignalAsk question(SignalSubscription& subscription);
  void apply(SignalSubscription& subscription, const SignalReply& reply);

  SignalLink& link_;
  const base::Clock& clock_;
  std::chrono::milliseconds refresh_;
  std::uint64_t next_serial_ = 1;
  base::MonoTime next_refresh_{};
  std::vector<std::unique_ptr<SignalSubscription>> subscriptions_;
  boost::unordered_flat_map<std::uint64_t, SignalSubscription*> waiting_;  // by the serial of their newest question
};

}  // namespace subd::hub
