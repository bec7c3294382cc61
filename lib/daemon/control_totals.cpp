// What ControlBackend reads from the facts of all threads together; control_backend.cpp asks single ones.
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <utility>

#include "channel/catalogue.hpp"
#include "daemon/control_backend.hpp"
#include "daemon/gather.hpp"
#include "daemon/upstream_report.hpp"

namespace subd::daemon {
namespace {

using control::Reply;

using Counts = std::map<std::pair<wire::StreamId, std::string_view>, std::size_t>;

/// Subscribers over all io threads; the empty id is the stream itself. Views into `facts`.
Counts subscriber_counts(const ScrapeFacts& facts) {
  Counts out;
  for (const IoFacts& io : facts.io) {
    for (const hub::TopicCount& count : io.topics) out[{count.stream, count.id}] += count.subscribers;
  }
  return out;
}

std::size_t count_of(const Counts& counts, wire::StreamId stream, std::string_view id) {
  const auto it = counts.find({stream, id});
  return it != counts.end() ? it->second : 0;
}

void add(control::StatusReport& out, const server::Counters& counters) {
  out.sessions += counters.open_websockets;
  out.delivery.sent += counters.sent_messages;
  out.delivery.sent_bytes += counters.sent_bytes;
  out.delivery.conflated += counters.clients.conflated;
  out.delivery.dropped += counters.dropped_messages;
  for (const auto& [reason, count] : counters.closed) {
    if (reason == wire::close_reason::kSlowConsumer.text) out.delivery.evicted += count;
  }
  out.connections.accepted += counters.accepted;
  for (const auto& [key, count] : counters.refused) out.connections.refused[std::string{key.reason}] += count;
}

}  // namespace

Reply<ScrapeFacts> ControlBackend::facts() {
  auto promise = std::make_shared<std::promise<ScrapeFacts>>();
  std::future<ScrapeFacts> answer = promise->get_future();
  gather(service_, [promise](ScrapeFacts facts) { promise->set_value(std::move(facts)); });
  if (answer.wait_for(kAskTimeout) != std::future_status::ready) return control::owner_timeout();
  return answer.get();
}

Reply<control::StatusReport> ControlBackend::status() {
  auto known = facts();
  if (!known) return known.error();
  auto open = sessions();
  if (!open) return open.error();
  const ScrapeFacts& all = *known;
  control::StatusReport out;
  out.version = service_.version;
  out.pid = ::getpid();
  out.started_at = service_.started_at;
  out.uptime = all.now - all.started_at;
  out.listen = service_.listen;
  out.tls = service_.tls_status();
  out.feed.specification = service_.config.feed.source.text();
  const bool several = service_.config.feed.source.items.size() > 1;
  out.feed.kind = several ? "combined" : out.feed.specification.substr(0, out.feed.specification.find(':'));
  out.feed.state = all.market.upstream.state;
  out.feed.since = all.market.upstream.since;
  out.feed.finished = all.market.feed.finished;
  out.feed.instruments = all.market.instruments;
  const InterestFacts& interest = all.market.interest;
  out.feed.interest = {interest.by_mode[0],
                       interest.by_mode[1],
                       interest.by_mode[2],
                       interest.counters.subscribed,
                       interest.counters.unsubscribed,
                       interest.counters.mode_changes};
  out.feed.ticks = all.market.feed.ticks;
  out.feed.bars = all.market.feed.bars;
  out.feed.bad_rows = all.market.feed.bad_rows;
  out.io_threads = service_.io_threads.size();
  out.market_threads = service_.market.engines();
  std::set<std::string_view> users;
  for (const control::SessionReport& session : *open) users.insert(session.user);
  users.erase("");
  out.users = users.size();
  for (const StreamFacts& stream : all.market.streams) {
    out.streams += stream.held ? 1 : 0;
    out.topics += stream.topics.size();
  }
  for (const IoFacts& io : all.io) add(out, io.counters);
  if (all.store) {
    const store::Counters& counters = all.store->counters;
    out.store = {std::string{store::condition_name(all.store->condition)}, counters.written, counters.queued,
                 counters.dropped, counters.gaps};
  }
  out.state_dir = service_.config.state.directory;
  out.control_socket = service_.config.control.socket;
  out.log_level = base::log::level_name(base::log::level());
  out.draining = all.draining;
  return out;
}

Reply<std::vector<control::TopicReport>> ControlBackend::topics() {
  auto known = facts();
  if (!known) return known.error();
  const Counts counts = subscriber_counts(*known);
  std::vector<control::TopicReport> out;
  for (const StreamFacts& stream : known->market.streams) {
    for (const TopicFacts& topic : stream.topics) {
      control::TopicReport report;
      report.symbol = stream.symbol;
      report.timeframe = stream.timeframe;
      report.indicator = topic.id;
      report.subscribers = count_of(counts, stream.id, topic.id);
      report.computations = static_cast<std::size_t>(
          std::count_if(stream.topics.begin(), stream.topics.end(), [&](const auto& t) { return t.id == topic.id; }));
      report.evaluations = topic.evaluations;
      for (const auto& [name, value] : topic.values) {
        report.last_value.emplace_back(name, std::isfinite(value) ? std::optional{value} : std::nullopt);
      }
      report.last_update = stream.last_update;
      report.updates_per_second = stream.updates_per_second;
      out.push_back(std::move(report));
    }
  }
  return out;
}

Reply<std::vector<control::StreamReport>> ControlBackend::streams() {
  auto known = facts();
  if (!known) return known.error();
  const Counts counts = subscriber_counts(*known);
  std::vector<control::StreamReport> out;
  for (const StreamFacts& stream : known->market.streams) {
    control::StreamReport report;
    report.symbol = stream.symbol;
    report.timeframe = stream.timeframe;
    report.epoch = stream.epoch;
    report.seq = stream.seq;
    report.subscribers = count_of(counts, stream.id, {});
    report.topics = stream.topics.size();
    report.conditions = stream.conditions;
    report.condition_evaluations = stream.condition_evaluations;
    report.bars_held = stream.bars;
    report.last_update = stream.last_update;
    report.upstream = known->market.upstream.state;
    report.updates_per_second = stream.updates_per_second;
    out.push_back(std::move(report));
  }
  return out;
}

Reply<control::UpstreamReport> ControlBackend::upstream() {
  const auto known = facts();
  if (!known) return known.error();
  return upstream_report(known->market);
}

Reply<std::vector<control::ChannelReport>> ControlBackend::channels() {
  const auto known = facts();
  if (!known) return known.error();
  std::vector<control::ChannelReport> out;
  for (std::size_t i = 0; i < known->market.channels.size(); ++i) {
    const channel::BuildReport& built = known->market.channels[i];
    control::ChannelReport report;
    report.name = channel::channel_name(static_cast<channel::ChannelId>(i));
    report.builds = built.builds;
    report.last_build = built.built_at;
    report.message_bytes = built.bytes;
    for (const IoFacts& io : known->io) {
      const channel::HubCounts& counts = io.counters.channels[i];
      report.clients += counts.clients;
      report.offered += counts.offered;
      report.dropped += counts.dropped;
    }
    out.push_back(std::move(report));
  }
  return out;
}

Reply<std::string> ControlBackend::metrics_text() {
  auto known = facts();
  if (!known) return known.error();
  return daemon::metrics_text(*known);
}

}  // namespace subd::daemon
