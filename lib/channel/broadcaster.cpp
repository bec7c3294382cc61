#include "channel/broadcaster.hpp"

#include <algorithm>
#include <utility>

#include "channel/catalogue.hpp"

namespace subd::channel {

Broadcaster::Broadcaster(const market::InstrumentTable& instruments, Upstream& upstream, MessageSink& sink,
                         const base::Clock& clock, Settings settings)
    : state_{instruments},
      upstream_{upstream},
      sink_{sink},
      clock_{clock},
      settings_{std::move(settings)},
      topics_(channel_count()),
      asked_(settings_.scope.size()) {
  for (std::size_t i = 0; i < topics_.size(); ++i) {
    topics_[i].channel = make_channel(static_cast<ChannelId>(i), state_);
  }
}

Broadcaster::~Broadcaster() = default;

void Broadcaster::want(HubNumber hub, ChannelId channel, bool wanted) {
  Topic& topic = topics_[static_cast<std::size_t>(channel)];
  const bool was_taken = !topic.hubs.empty();
  std::erase(topic.hubs, hub);
  if (wanted) {
    topic.hubs.push_back(hub);
    // Who comes later starts with what the others have; what is newer comes to all of them when it is due.
    if (!topic.text) build(topic);
    sink_.publish({&hub, 1}, {channel, topic.text});
  } else if (topic.hubs.empty()) {
    topic.text.reset();
    topic.due.reset();
  }
  if (was_taken == !topic.hubs.empty()) return;
  wanted ? ++taken_ : --taken_;
  update_interest();
}

void Broadcaster::build(Topic& topic) {
  auto text = std::make_shared<std::string>();
  text->reserve(topic.report.bytes + topic.report.bytes / 8);
  topic.channel->append_message(*text);
  topic.told = topic.channel->version();
  topic.due.reset();
  ++topic.report.builds;
  topic.report.built_at = clock_.utc_now();
  topic.report.bytes = text->size();
  topic.text = std::move(text);
}

std::optional<base::MonoTime> Broadcaster::publish_due() {
  if (taken_ == 0) return std::nullopt;
  const base::MonoTime now = clock_.mono_now();
  std::optional<base::MonoTime> next;
  for (std::size_t i = 0; i < topics_.size(); ++i) {
    Topic& topic = topics_[i];
    if (topic.hubs.empty()) continue;
    if (!topic.due && topic.channel->version() != topic.told) topic.due = now + settings_.throttle;
    if (topic.due && *topic.due <= now) {
      build(topic);
      sink_.publish(topic.hubs, {static_cast<ChannelId>(i), topic.text});
    }
    if (topic.due && (!next || *topic.due < *next)) next = topic.due;
  }
  return next;
}

void Broadcaster::update_interest() {
  for (std::size_t i = 0; i < settings_.scope.size(); ++i) {
    const market::InstrumentId instrument = settings_.scope[i];
    std::optional<market::QuoteMode> wanted;
    for (const Topic& topic : topics_) {
      if (!topic.hubs.empty()) wanted = std::max(wanted, topic.channel->wants(state_.instruments[instrument]));
    }
    if (wanted == asked_[i]) continue;
    asked_[i] = wanted;
    if (wanted) {
      upstream_.subscribe(instrument, *wanted);
    } else {
      upstream_.unsubscribe(instrument);
    }
  }
}

std::vector<BuildReport> Broadcaster::reports() const {
  std::vector<BuildReport> out;
  for (const Topic& topic : topics_) out.push_back(topic.report);
  return out;
}

}  // namespace subd::channel
