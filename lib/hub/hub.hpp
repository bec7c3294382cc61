#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.hpp"
#include "hub/market_link.hpp"
#include "hub/recent_updates.hpp"
#include "hub/subscription.hpp"
#include "hub/usage_log.hpp"
#include "wire/update.hpp"

namespace subd::hub {

/// One indicator of one stream as this hub's sessions hold it.
struct Topic {
  std::string id;
  std::uint32_t holders = 0;       ///< subscriptions that list it; 0 = free place
  std::uint64_t opened_by = 0;     ///< serial of the attach that opened it: older replies do not speak of it
  std::optional<wire::Slot> slot;  ///< known after the first attach reply
};

/// One stream with its subscribers. Owned by the Hub.
struct Stream {
  wire::StreamId id{};
  std::string symbol;
  std::string timeframe;
  std::vector<std::unique_ptr<Subscription>> subscriptions;
  std::vector<Topic> topics;  ///< by TopicIndex
  std::vector<std::unique_ptr<Condition>> conditions;
  /// Views by the hash of their slots; those that nobody else has are purged when the table has doubled.
  boost::unordered_flat_map<std::size_t, wire::ViewPtr> views;
  std::size_t views_purge_at = 64;
  RecentUpdates recent;  ///< empty where the hub remembers nothing
};

/// Subscribers per topic, for inspection.
struct TopicCount {
  wire::StreamId stream{};
  std::string id;  ///< empty: the stream itself
  std::uint32_t subscribers = 0;
};

/// Streams and their subscribers of one io thread; the fan-out.
///
/// Owner:      one io thread; every call on it. Knows no socket and no JSON.
/// Invariants: a topic is held at the MarketLink exactly while at least one subscription lists it, a condition while
///             one has it or asks for it, a stream while it has a subscription; the link hears of first and last only.
///             An update reaches exactly the attached subscriptions of its stream whose condition lets it through, each
///             with its own view.
/// Errors:     none but bad_alloc; refusals by the market side arrive at Subscriber::refused.
class Hub {
 public:
  Hub(MarketLink& link, const base::Clock& clock, Retention retention = {}) noexcept
      : link_{link}, clock_{clock}, retention_{retention} {}
  Hub(const Hub&) = delete;
  Hub& operator=(const Hub&) = delete;

  /// Adds `ids` (canonical, without repetition) to what `subscriber` takes of the stream; `existing` is its
  /// subscription to the same stream or null. The answer comes later as Subscriber::attached or ::refused; until then
  /// the subscription's old condition stays in force. `throttle` does not delay the updates of an edge condition.
  Subscription& subscribe(Subscriber& subscriber, Subscription* existing, wire::StreamId stream,
                          std::string_view symbol, std::string_view timeframe, std::span<const std::string> ids,
                          std::uint32_t history, wire::RequestId request, std::chrono::milliseconds throttle,
                          ConditionChange condition = {});

  /// Takes indicators away; ids that are not in force are ignored. The stream itself stays subscribed.
  void remove_topics(Subscription& subscription, std::span<const std::string> ids);

  /// Ends the subscription and destroys it. Requests under way on it are forgotten.
  void close(Subscription& subscription);

  /// Whether `id` is in force for the subscription.
  [[nodiscard]] static bool has_topic(const Subscription& subscription, std::string_view id) noexcept;
  /// Ids in force, in the order of their slots in this hub.
  [[nodiscard]] static std::vector<std::string_view> topic_ids(const Subscription& subscription);

  /// The condition as the newest request wants it, in force or under way: what the next request is checked against.
  /// Null: none.
  [[nodiscard]] const Condition* wanted_condition(const Subscription& subscription) const noexcept;

  // For a subscriber that is away for a while, and takes no update meanwhile: its subscriptions stay.
  /// It goes: nothing is held back for it, and requests under way take effect without a word to it, but for the end of
  /// a subscription that is refused.
  void leave(Subscription& subscription);
  /// It is back with `position`: offers what it must not have missed since, in order, and then the newest state.
  /// False, and nothing is offered, where that is not at hand.
  [[nodiscard]] bool catch_up(Subscription& subscription, const Position& position);
  /// It is back: Subscriber::attached comes, with that much history, and no update before it.
  void start_over(Subscription& subscription, std::uint32_t history, wire::RequestId request);
  [[nodiscard]] const UpstreamStatus& upstream() const noexcept { return upstream_; }

  // From the market thread, posted to this io thread.
  void attached(AttachReply reply);
  void publish(std::span<const wire::UpdatePtr> burst) noexcept;
  void upstream_changed(UpstreamStatus status);

  /// Delivers forming updates whose throttle is over. Returns when to call again; nullopt = nothing is held.
  std::optional<base::MonoTime> release_held();

  [[nodiscard]] std::vector<TopicCount> counts() const;
  /// What was subscribed since somebody looked last.
  [[nodiscard]] UsageLog& usage() noexcept { return usage_; }
  [[nodiscard]] std::size_t stream_count() const noexcept { return streams_.size(); }

 private:
  struct PendingAttach {
    Subscription* subscription;
    wire::RequestId request;
    std::vector<TopicIndex> added;  // new to the subscription by this request
    wire::ConditionAction action = wire::ConditionAction::Keep;
    Condition* condition = nullptr;  // of Replace; this request is one of its holders
    std::optional<wire::Trigger> trigger{};
  };

  Stream& open_stream(wire::StreamId id, std::string_view symbol, std::string_view timeframe);
  TopicIndex open_topic(Stream& stream, const std::string& id, std::uint64_t serial);
  /// Drops one holder of each topic; tells the link about those that were the last.
  void drop_topics(Stream& stream, std::span<const TopicIndex> topics, Release& release);
  /// Adds a holder to the condition of that text, which comes into being if there is none.
  static Condition& hold_condition(Stream& stream, ConditionChange& change);
  /// Drops one holder, if there is a condition; with the last it ends and joins `release`.
  static void drop_condition(Stream& stream, Condition* condition, Release& release);
  /// Puts the answered request's condition in force.
  void change_condition(Subscription& subscription, const PendingAttach& pending,
                        std::optional<wire::ConditionSlot> slot);
  /// Tells the link, if there is anything to tell.
  void send(Release release);
  wire::ViewPtr shared_view(Stream& stream, std::vector<wire::Slot> slots);
  void hold(Subscription& subscription, const wire::UpdatePtr& update);
  void unhold(Subscription& subscription);
  void refuse(std::uint64_t serial, PendingAttach& pending, const wire::Error& error);

  MarketLink& link_;
  const base::Clock& clock_;
  const Retention retention_;
  UpstreamStatus upstream_;
  UsageLog usage_;
  std::uint64_t next_serial_ = 1;
  boost::unordered_flat_map<std::uint64_t, std::unique_ptr<Stream>> streams_;
  boost::unordered_flat_map<std::uint64_t, PendingAttach> pending_;
  std::set<std::pair<base::MonoTime, Subscription*>> held_;
};

}  // namespace subd::hub
