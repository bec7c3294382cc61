#include "hub/hub.hpp"

#include <algorithm>
#include <boost/container_hash/hash.hpp>

#include "base/prefetch.hpp"

namespace subd::hub {
namespace {

/// What of a subscriber is fetched before it is offered an update.
constexpr std::size_t kSubscriberBytes = 64;

std::uint64_t key(wire::StreamId id) noexcept {
  return static_cast<std::uint64_t>(id);
}

/// Keeps an ascending list ascending and free of repetition; false when `value` was there.
template <class List>
bool insert_sorted(List& list, typename List::value_type value) {
  const auto at = std::lower_bound(list.begin(), list.end(), value);
  if (at != list.end() && *at == value) return false;
  list.insert(at, value);
  return true;
}

template <class List>
bool erase_sorted(List& list, typename List::value_type value) {
  const auto at = std::lower_bound(list.begin(), list.end(), value);
  if (at == list.end() || *at != value) return false;
  list.erase(at);
  return true;
}

std::optional<TopicIndex> find_topic(const Stream& stream, std::string_view id) noexcept {
  for (std::size_t i = 0; i < stream.topics.size(); ++i) {
    if (stream.topics[i].holders > 0 && stream.topics[i].id == id) return static_cast<TopicIndex>(i);
  }
  return std::nullopt;
}

}  // namespace

Subscription& Hub::subscribe(Subscriber& subscriber, Subscription* existing, wire::StreamId id, std::string_view symbol,
                             std::string_view timeframe, std::span<const std::string> ids, std::uint32_t history,
                             wire::RequestId request, std::chrono::milliseconds throttle, ConditionChange condition) {
  Stream& stream = open_stream(id, symbol, timeframe);
  if (existing == nullptr) {
    auto created = std::make_unique<Subscription>();
    created->subscriber = &subscriber;
    created->stream = &stream;
    created->position = static_cast<std::uint32_t>(stream.subscriptions.size());
    stream.subscriptions.push_back(std::move(created));
    usage_.joined(id, {}, static_cast<std::uint32_t>(stream.subscriptions.size()));
  }
  Subscription& subscription = existing != nullptr ? *existing : *stream.subscriptions.back();
  if (throttle.count() > 0 && subscription.throttle() == nullptr) subscription.own_extras().throttle.emplace();
  // What is held stays until it is due, and so does what is newer: nothing may overtake it.
  if (Throttle* present = subscription.throttle()) present->least = throttle;

  AttachRequest attach{id, next_serial_++, {}, history};
  PendingAttach pending{&subscription, std::move(request), {}, condition.action, nullptr, condition.trigger};
  for (const std::string& topic_id : ids) {
    const auto known = find_topic(stream, topic_id);
    const TopicIndex topic = known ? *known : open_topic(stream, topic_id, attach.serial);
    if (!insert_sorted(subscription.topics, topic)) continue;
    usage_.joined(id, topic_id, ++stream.topics[topic].holders);
    pending.added.push_back(topic);
  }
  for (const TopicIndex topic : subscription.topics) attach.topics.push_back(stream.topics[topic].id);
  if (condition.action == wire::ConditionAction::Replace) {
    pending.condition = &hold_condition(stream, condition);
    attach.condition = pending.condition->text;
  }
  pending_.emplace(attach.serial, std::move(pending));
  link_.attach(std::move(attach));
  return subscription;
}

Stream& Hub::open_stream(wire::StreamId id, std::string_view symbol, std::string_view timeframe) {
  std::unique_ptr<Stream>& stream = streams_[key(id)];
  if (!stream) {
    stream = std::make_unique<Stream>();
    stream->id = id;
    stream->symbol = symbol;
    stream->timeframe = timeframe;
  }
  return *stream;
}

/// Takes a free place for `id`; the caller adds the holder before the next topic is opened.
TopicIndex Hub::open_topic(Stream& stream, const std::string& id, std::uint64_t serial) {
  auto place =
      std::find_if(stream.topics.begin(), stream.topics.end(), [](const Topic& topic) { return topic.holders == 0; });
  if (place == stream.topics.end()) place = stream.topics.insert(place, Topic{});
  *place = Topic{id, 0, serial, std::nullopt};
  return static_cast<TopicIndex>(place - stream.topics.begin());
}

void Hub::drop_topics(Stream& stream, std::span<const TopicIndex> topics, Release& release) {
  for (const TopicIndex index : topics) {
    Topic& topic = stream.topics[index];
    usage_.left(stream.id, topic.id, --topic.holders);
    if (topic.holders > 0) continue;
    release.topics.push_back(std::move(topic.id));
    topic = Topic{};
  }
}

Condition& Hub::hold_condition(Stream& stream, ConditionChange& change) {
  auto place = std::find_if(stream.conditions.begin(), stream.conditions.end(),
                            [&](const auto& condition) { return condition->text == change.text; });
  if (place == stream.conditions.end()) {
    place = stream.conditions.insert(place, std::make_unique<Condition>());
    (*place)->text = std::move(change.text);
    (*place)->topics = std::move(change.topics);
  }
  ++(*place)->holders;
  return **place;
}

void Hub::drop_condition(Stream& stream, Condition* condition, Release& release) {
  if (condition == nullptr || --condition->holders > 0) return;
  release.conditions.push_back(std::move(condition->text));
  std::erase_if(stream.conditions, [condition](const auto& other) { return other.get() == condition; });
}

void Hub::change_condition(Subscription& subscription, const PendingAttach& pending,
                           std::optional<wire::ConditionSlot> slot) {
  if (pending.action == wire::ConditionAction::Keep) {
    subscription.set_trigger(pending.trigger.value_or(subscription.trigger()));
  } else {
    Release release{subscription.stream->id, false, {}};
    drop_condition(*subscription.stream, subscription.condition(), release);
    subscription.set_condition(pending.condition);
    subscription.set_trigger(pending.trigger.value_or(wire::Trigger::Level));
    if (slot) pending.condition->slot = *slot;
    send(std::move(release));
  }
  // What was held back passed the old condition, and the snapshot is newer.
  if (pending.action != wire::ConditionAction::Keep || pending.trigger) unhold(subscription);
}

void Hub::send(Release release) {
  if (release.whole_stream || !release.topics.empty() || !release.conditions.empty()) link_.release(std::move(release));
}

void Hub::remove_topics(Subscription& subscription, std::span<const std::string> ids) {
  Stream& stream = *subscription.stream;
  std::vector<TopicIndex> removed;
  // The view loses the removed slots and gains none: what an attach under way will add comes with its snapshot.
  std::vector<wire::Slot> slots;
  if (subscription.view) slots = subscription.view->slots;
  for (const std::string& id : ids) {
    const auto topic = find_topic(stream, id);
    if (!topic || !erase_sorted(subscription.topics, *topic)) continue;
    removed.push_back(*topic);
    if (const auto slot = stream.topics[*topic].slot) erase_sorted(slots, *slot);
  }
  if (subscription.view) subscription.view = shared_view(stream, std::move(slots));
  // An attach under way must not take back what this call already took.
  for (auto& [serial, pending] : pending_) {
    if (pending.subscription != &subscription) continue;
    std::erase_if(pending.added,
                  [&](TopicIndex topic) { return std::find(removed.begin(), removed.end(), topic) != removed.end(); });
  }
  Release release{stream.id, false, {}};
  drop_topics(stream, removed, release);
  send(std::move(release));
}

void Hub::close(Subscription& subscription) {
  Stream& stream = *subscription.stream;
  unhold(subscription);
  Release release{stream.id, false, {}};
  drop_topics(stream, {subscription.topics.data(), subscription.topics.size()}, release);
  drop_condition(stream, subscription.condition(), release);
  boost::unordered::erase_if(pending_, [&](const auto& entry) {
    if (entry.second.subscription != &subscription) return false;
    drop_condition(stream, entry.second.condition, release);
    return true;
  });

  const std::uint32_t position = subscription.position;
  if (position + 1 != stream.subscriptions.size()) {
    std::swap(stream.subscriptions[position], stream.subscriptions.back());
    stream.subscriptions[position]->position = position;
  }
  stream.subscriptions.pop_back();
  usage_.left(stream.id, {}, static_cast<std::uint32_t>(stream.subscriptions.size()));
  release.whole_stream = stream.subscriptions.empty();
  if (release.whole_stream) streams_.erase(key(release.stream));
  send(std::move(release));
}

bool Hub::has_topic(const Subscription& subscription, std::string_view id) noexcept {
  return std::any_of(subscription.topics.begin(), subscription.topics.end(),
                     [&](TopicIndex topic) { return subscription.stream->topics[topic].id == id; });
}

std::vector<std::string_view> Hub::topic_ids(const Subscription& subscription) {
  std::vector<std::string_view> ids;
  ids.reserve(subscription.topics.size());
  for (const TopicIndex topic : subscription.topics) ids.push_back(subscription.stream->topics[topic].id);
  return ids;
}

const Condition* Hub::wanted_condition(const Subscription& subscription) const noexcept {
  const Condition* wanted = subscription.condition();
  std::uint64_t newest = 0;
  for (const auto& [serial, pending] : pending_) {
    const bool changes = pending.action != wire::ConditionAction::Keep;
    if (pending.subscription != &subscription || !changes || serial < newest) continue;
    newest = serial;
    wanted = pending.condition;
  }
  return wanted;
}

void Hub::attached(AttachReply reply) {
  const auto it = pending_.find(reply.serial);
  // The session left meanwhile; what it asked for was released behind the request, so nothing is owed.
  if (it == pending_.end()) return;
  PendingAttach pending = std::move(it->second);
  pending_.erase(it);
  if (reply.error) {
    refuse(reply.serial, pending, *reply.error);
    return;
  }
  Subscription& subscription = *pending.subscription;
  Stream& stream = *subscription.stream;
  if (retention_.updates > 0) stream.recent.begin(reply.snapshot.epoch, reply.snapshot.seq);
  std::vector<wire::Slot> slots;
  if (subscription.view) slots = subscription.view->slots;
  for (const wire::SnapshotColumn& column : reply.snapshot.columns) {
    const auto topic = find_topic(stream, column.id);
    // The place may have been given up and taken again since; then a later reply knows its slot.
    if (!topic || stream.topics[*topic].opened_by > reply.serial) continue;
    stream.topics[*topic].slot = column.slot;
    if (std::binary_search(subscription.topics.begin(), subscription.topics.end(), *topic)) {
      insert_sorted(slots, column.slot);
    }
  }
  change_condition(subscription, pending, reply.snapshot.condition);
  if (!subscription.sees(reply.serial)) return;  // the answer that follows has these indicators too
  subscription.view = shared_view(stream, std::move(slots));
  subscription.attached_seq = reply.snapshot.seq;
  if (!subscription.hears(reply.serial)) return;
  subscription.subscriber->attached(subscription, pending.request, reply.snapshot, upstream_);
}

void Hub::refuse(std::uint64_t serial, PendingAttach& pending, const wire::Error& error) {
  Subscription& subscription = *pending.subscription;
  Stream& stream = *subscription.stream;
  for (const TopicIndex topic : pending.added) erase_sorted(subscription.topics, topic);
  Release release{stream.id, false, {}};
  drop_topics(stream, pending.added, release);
  drop_condition(stream, pending.condition, release);
  send(std::move(release));
  // A subscription that already delivers, or that another request still waits for, stays.
  const bool waited_for = std::any_of(pending_.begin(), pending_.end(),
                                      [&](const auto& entry) { return entry.second.subscription == &subscription; });
  const bool destroyed = !subscription.view && !waited_for;
  if (destroyed || subscription.hears(serial)) {
    subscription.subscriber->refused(subscription, pending.request, error, destroyed);
  }
  if (destroyed) close(subscription);
}

wire::ViewPtr Hub::shared_view(Stream& stream, std::vector<wire::Slot> slots) {
  wire::ViewPtr& place = stream.views[boost::hash_range(slots.begin(), slots.end())];
  if (place && place->slots == slots) return place;
  wire::ViewPtr view{new wire::View{std::move(slots)}};
  place = view;
  if (stream.views.size() >= stream.views_purge_at) {
    boost::unordered::erase_if(stream.views, [](const auto& entry) { return entry.second->use_count() == 1; });
    stream.views_purge_at = std::max<std::size_t>(64, stream.views.size() * 2);
  }
  return view;
}

void Hub::publish(std::span<const wire::UpdatePtr> burst) noexcept {
  const base::MonoTime now = clock_.mono_now();
  for (const wire::UpdatePtr& update : burst) {
    const auto it = streams_.find(key(update->stream));
    if (it == streams_.end()) continue;
    Stream& stream = *it->second;
    bool kept = update->closed;
    const auto& subscriptions = stream.subscriptions;
    for (std::size_t i = 0; i < subscriptions.size(); ++i) {
      // Each is somewhere else in memory, and so is its session.
      if (i + 4 < subscriptions.size()) base::prefetch<sizeof(Subscription)>(subscriptions[i + 4].get());
      if (i + 2 < subscriptions.size()) base::prefetch<kSubscriberBytes>(subscriptions[i + 2]->subscriber);
      const auto& subscription = subscriptions[i];
      if (!subscription->view || !subscription->wants(*update)) continue;
      if (subscription->keeps(*update)) {
        kept = true;
        unhold(*subscription);  // the closed bar says all that the forming one did
      } else if (Throttle* throttle = subscription->throttle()) {
        if (now < throttle->next_due) {
          hold(*subscription, update);
          continue;
        }
        unhold(*subscription);  // due by now, and this one is newer
        throttle->next_due = now + throttle->least;
      }
      subscription->subscriber->offer(*subscription, update);
    }
    if (retention_.updates > 0) stream.recent.add(update, kept, now, retention_);
  }
}

void Hub::hold(Subscription& subscription, const wire::UpdatePtr& update) {
  Throttle& throttle = *subscription.throttle();
  if (!throttle.held) held_.emplace(throttle.next_due, &subscription);
  throttle.held = update;
}

void Hub::unhold(Subscription& subscription) {
  Throttle* throttle = subscription.throttle();
  if (throttle == nullptr || !throttle->held) return;
  held_.erase({throttle->next_due, &subscription});
  throttle->held.reset();
}

std::optional<base::MonoTime> Hub::release_held() {
  if (held_.empty()) return std::nullopt;
  const base::MonoTime now = clock_.mono_now();
  while (!held_.empty() && held_.begin()->first <= now) {
    Subscription& subscription = *held_.begin()->second;
    held_.erase(held_.begin());
    Throttle& throttle = *subscription.throttle();
    const wire::UpdatePtr update = std::exchange(throttle.held, nullptr);
    throttle.next_due = now + throttle.least;
    subscription.subscriber->offer(subscription, update);
  }
  return held_.empty() ? std::nullopt : std::optional{held_.begin()->first};
}

void Hub::upstream_changed(UpstreamStatus status) {
  upstream_ = status;
  for (const auto& [id, stream] : streams_) {
    for (const auto& subscription : stream->subscriptions) {
      if (subscription->view) subscription->subscriber->upstream_changed(*subscription, upstream_);
    }
  }
}

std::vector<TopicCount> Hub::counts() const {
  std::vector<TopicCount> out;
  for (const auto& [id, stream] : streams_) {
    out.push_back({stream->id, {}, static_cast<std::uint32_t>(stream->subscriptions.size())});
    for (const Topic& topic : stream->topics) {
      if (topic.holders > 0) out.push_back({stream->id, topic.id, topic.holders});
    }
  }
  return out;
}

}  // namespace subd::hub
