#include "channel/channel_hub.hpp"

#include <algorithm>

#include "channel/catalogue.hpp"

namespace subd::channel {

ChannelHub::ChannelHub(MarketLink& link) : link_{link}, topics_(channel_count()) {}

void ChannelHub::offer(Topic& topic, Subscriber& subscriber) noexcept {
  ++topic.offered;
  if (!subscriber.offer(topic.newest)) ++topic.dropped;
}

void ChannelHub::join(ChannelId channel, Subscriber& subscriber) {
  Topic& topic = topics_[static_cast<std::size_t>(channel)];
  topic.subscribers.push_back(&subscriber);
  if (!connected_) subscriber.upstream_changed(false);
  if (topic.newest) offer(topic, subscriber);
  if (topic.subscribers.size() == 1) link_.want(channel, true);
}

void ChannelHub::leave(ChannelId channel, Subscriber& subscriber) {
  Topic& topic = topics_[static_cast<std::size_t>(channel)];
  const auto at = std::find(topic.subscribers.begin(), topic.subscribers.end(), &subscriber);
  *at = topic.subscribers.back();
  topic.subscribers.pop_back();
  if (!topic.subscribers.empty()) return;
  topic.newest.reset();
  link_.want(channel, false);
}

void ChannelHub::publish(const Message& message) noexcept {
  Topic& topic = topics_[static_cast<std::size_t>(message.channel)];
  if (topic.subscribers.empty()) return;  // they left while it was under way
  topic.newest = message.text;
  for (Subscriber* subscriber : topic.subscribers) offer(topic, *subscriber);
}

void ChannelHub::upstream_changed(bool connected) {
  if (connected == connected_) return;
  connected_ = connected;
  for (Topic& topic : topics_) {
    for (Subscriber* subscriber : topic.subscribers) subscriber->upstream_changed(connected);
  }
}

std::vector<HubCounts> ChannelHub::counts() const {
  std::vector<HubCounts> out;
  for (const Topic& topic : topics_) out.push_back({topic.subscribers.size(), topic.offered, topic.dropped});
  return out;
}

}  // namespace subd::channel
