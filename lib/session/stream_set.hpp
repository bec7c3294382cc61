#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "hub/hub.hpp"
#include "session/directory.hpp"
#include "session/limits.hpp"
#include "session/rate_limit.hpp"
#include "wire/client_message.hpp"
#include "wire/error.hpp"
#include "wire/server_message.hpp"

namespace subd::session {

/// What a StreamSet works with. Outlives it.
struct StreamContext {
  hub::Hub& hub;
  const Directory& directory;
  const Limits& limits;
  const base::Clock& clock;
};

/// The streams that one session takes, and what it may do to them.
///
/// Owner:      a session; the hub's io thread.
/// Invariants: holds exactly the owner's subscriptions at the hub; gives them up when it is destroyed. What is refused
///             changes nothing.
class StreamSet {
 public:
  StreamSet(const StreamContext& context, hub::Subscriber& owner);
  ~StreamSet() { clear(); }
  StreamSet(const StreamSet&) = delete;
  StreamSet& operator=(const StreamSet&) = delete;

  /// Adds to what is taken of a stream; the answer comes as Subscriber::attached or ::refused. Or what is wrong with the
  /// request.
  [[nodiscard]] std::optional<wire::Error> subscribe(const wire::SubscribeRequest& request);
  /// The same for what was subscribed in an earlier run: charges nobody.
  [[nodiscard]] std::optional<wire::Error> restore(const wire::SubscribeRequest& request);
  /// Asks for a snapshot of what is taken; the answer comes as after subscribe().
  [[nodiscard]] std::optional<wire::Error> refresh(hub::Subscription& subscription, std::uint32_t history,
                                                   wire::RequestId request);
  /// Gives up some indicators, a stream or everything; `left` is what is still in force of the stream, for the reply.
  [[nodiscard]] std::optional<wire::Error> unsubscribe(const wire::UnsubscribeRequest& request,
                                                       wire::StreamListing& left);
  /// A subscription that the hub destroyed.
  void forget(hub::Subscription& subscription) { std::erase(subscriptions_, &subscription); }
  void clear();

  [[nodiscard]] hub::Subscription* find(wire::StreamId stream) const noexcept;
  [[nodiscard]] const std::vector<hub::Subscription*>& subscriptions() const noexcept { return subscriptions_; }
  [[nodiscard]] bool empty() const noexcept { return subscriptions_.empty(); }
  /// Views into the subscriptions.
  [[nodiscard]] std::vector<wire::StreamListing> listings() const;

 private:
  /// The error for one request too many, or for more history than may be. A long history of many columns is charged as
  /// what it costs to send.
  [[nodiscard]] std::optional<wire::Error> over_limit(std::uint32_t history, std::size_t columns);
  /// What a snapshot that answers the request has of each bar, at most: the bar itself, and indicators.
  [[nodiscard]] std::size_t columns_of(const wire::SubscribeRequest& request) const;
  /// What the request does to the stream's condition; `added` are the indicators that it subscribes.
  [[nodiscard]] base::Result<hub::ConditionChange, wire::Error> condition_change(
      const wire::SubscribeRequest& request, const hub::Subscription* existing,
      const std::vector<std::string>& added) const;
  /// The error for giving up one of `ids` while the condition reads it.
  [[nodiscard]] std::optional<wire::Error> needed_by_condition(const hub::Subscription& subscription,
                                                               const std::vector<std::string>& ids) const;

  const StreamContext& context_;
  hub::Subscriber& owner_;
  std::vector<hub::Subscription*> subscriptions_;
  TokenBucket requests_;
  std::uint32_t next_generation_ = 1;
};

[[nodiscard]] wire::StreamListing listing_of(const hub::Subscription& subscription);

}  // namespace subd::session
