#include "daemon/metrics_report.hpp"

#include <initializer_list>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "channel/catalogue.hpp"
#include "metrics/exposition.hpp"

namespace subd::daemon {
namespace {

using metrics::Exposition;

void add_process(Exposition& out, const ScrapeFacts& facts) {
  out.gauge("subd_info", "Version of the daemon, always 1.", {{"version", facts.version}}, 1);
  out.gauge("subd_start_time_seconds", "When the daemon started, seconds since 1970.", {},
            static_cast<double>(facts.started_at.time_since_epoch().count()) / 1000);
  out.gauge("subd_draining", "1 while the daemon lets no new client in.", {}, facts.draining ? 1 : 0);
}

void add_feed(Exposition& out, const MarketFacts& market) {
  out.gauge("subd_upstream_live", "1 while the upstream delivers.", {},
            std::string_view{market.upstream.state} == "live" ? 1 : 0);
  out.counter("subd_feed_ticks_total", "Ticks from the upstream.", {}, market.feed.ticks);
  out.counter("subd_feed_bars_total", "Bars that the upstream closed itself.", {}, market.feed.bars);
  out.counter("subd_feed_bad_rows_total", "Rows and messages of a played file that were left out.", {},
              market.feed.bad_rows);
  const InterestFacts& interest = market.interest;
  for (const auto mode : {market::QuoteMode::Ltp, market::QuoteMode::Quote, market::QuoteMode::Full}) {
    out.gauge("subd_upstream_instruments", "Instruments that the upstream is subscribed to, by mode.",
              {{"mode", market::quote_mode_name(mode)}},
              static_cast<double>(interest.by_mode[static_cast<std::size_t>(mode)]));
  }
  out.counter("subd_upstream_subscribed_total", "Instruments subscribed upstream, each with its first taker.", {},
              interest.counters.subscribed);
  out.counter("subd_upstream_unsubscribed_total", "Instruments unsubscribed upstream, each after its last taker.", {},
              interest.counters.unsubscribed);
  out.counter("subd_upstream_mode_changes_total", "Changes of the mode of an instrument that stayed subscribed.", {},
              interest.counters.mode_changes);
  out.gauge("subd_tick_instruments", "Instruments whose raw ticks are taken.", {},
            static_cast<double>(market.ticks.instruments));
  out.counter("subd_tick_updates_total", "Raw ticks serialised, each once for all who take it.", {},
              market.ticks.updates);
}

void add_connections(Exposition& out, const feed::UpstreamReport& upstream) {
  if (upstream.links.empty()) return;
  out.gauge("subd_upstream_tokens", "Tokens that are wanted of the upstream.", {},
            static_cast<double>(upstream.tokens));
  out.gauge("subd_upstream_waiting_tokens", "Of them, those that wait for a connection.", {},
            static_cast<double>(upstream.waiting_tokens));
  out.gauge("subd_upstream_refused_tokens", "Of them, those beyond what all connections can hold.", {},
            static_cast<double>(upstream.refused_tokens));
  out.counter("subd_upstream_unknown_ticks_total", "Ticks of tokens that nobody wants.", {}, upstream.unknown_ticks);
  const std::initializer_list<std::pair<std::string_view, std::uint64_t>> texts{{"order", upstream.orders},
                                                                                {"error", upstream.errors},
                                                                                {"message", upstream.notices},
                                                                                {"other", upstream.other_texts}};
  for (const auto& [type, count] : texts) {
    out.counter("subd_upstream_texts_total", "Text messages of the upstream.", {{"type", type}}, count);
  }
  out.counter("subd_upstream_history_requests_total", "Requests for history.", {}, upstream.history_requests);
  out.counter("subd_upstream_history_failures_total", "Of them, those without an answer of use.", {},
              upstream.history_failures);
  out.counter("subd_upstream_history_late_total", "Streams that began without their history.", {},
              upstream.history_late);
  for (std::size_t i = 0; i < upstream.links.size(); ++i) {
    const feed::LinkReport& link = upstream.links[i];
    const std::string number = std::to_string(i);
    const std::initializer_list<metrics::Label> labels{{"link", number}};
    out.gauge("subd_upstream_link_live", "1 while a connection to the upstream says something.", labels,
              link.state == "live" ? 1 : 0);
    out.gauge("subd_upstream_link_tokens", "Tokens of a connection.", labels, static_cast<double>(link.tokens));
    out.counter("subd_upstream_link_messages_total", "Messages that came over it.", labels, link.messages);
    out.counter("subd_upstream_link_reconnects_total", "Connections beyond its first.", labels, link.reconnects);
    out.counter("subd_upstream_link_bad_frames_total", "Frames cut short or with bytes left over.", labels,
                link.bad_frames);
    out.counter("subd_upstream_link_skipped_packets_total", "Packets of a length that is none.", labels,
                link.skipped_packets);
    out.counter("subd_upstream_link_conflated_ticks_total", "Ticks that gave way to newer ones before their turn.",
                labels, link.conflated);
  }
}

void add_channels(Exposition& out, std::span<const channel::BuildReport> channels) {
  for (std::size_t i = 0; i < channels.size(); ++i) {
    const std::initializer_list<metrics::Label> labels{
        {"channel", channel::channel_name(static_cast<channel::ChannelId>(i))}};
    out.counter("subd_channel_builds_total", "Messages of a channel made, each once for all who take it.", labels,
                channels[i].builds);
    out.gauge("subd_channel_message_bytes", "Length of the newest of them.", labels,
              static_cast<double>(channels[i].bytes));
  }
}

void add_channel_clients(Exposition& out, std::span<const channel::HubCounts> channels) {
  for (std::size_t i = 0; i < channels.size(); ++i) {
    const std::initializer_list<metrics::Label> labels{
        {"channel", channel::channel_name(static_cast<channel::ChannelId>(i))}};
    out.gauge("subd_channel_clients", "Clients of a channel.", labels, static_cast<double>(channels[i].clients));
    out.counter("subd_channel_offered_total", "Messages offered to clients of a channel, once for each.", labels,
                channels[i].offered);
    out.counter("subd_channel_dropped_total", "Of them, those that gave way to newer ones before they were sent.",
                labels, channels[i].dropped);
  }
}

void add_engine(Exposition& out, const MarketFacts& market) {
  out.gauge("subd_streams", "Streams whose bars are being built.", {}, static_cast<double>(market.streams.size()));
  out.counter("subd_updates_total", "Updates published, each once for all subscribers.", {}, market.engine.updates);
  out.counter("subd_bursts_total", "Bursts of updates, each handed to every io thread whole.", {},
              market.engine.bursts);
  out.counter("subd_fragments_total", "Indicators serialised into updates, each once for all subscribers.", {},
              market.engine.fragments);
  out.counter("subd_closed_bars_total", "Of them, closed bars.", {}, market.engine.closed_bars);
  out.counter("subd_topics_started_total", "Computations started.", {}, market.engine.topics_started);
  out.counter("subd_topics_ended_total", "Computations ended.", {}, market.engine.topics_ended);
  std::uint64_t refused = 0;
  std::size_t conditions = 0;
  std::uint64_t evaluations = market.engine.condition_evaluations;
  for (const StreamFacts& stream : market.streams) {
    refused += stream.refused_prints;
    conditions += stream.conditions;
    evaluations += stream.condition_evaluations;
  }
  out.gauge("subd_conditions", "Running conditions, each once for all subscriptions that have it.", {},
            static_cast<double>(conditions));
  out.counter("subd_condition_evaluations_total", "Evaluations: one per condition and published update.", {},
              evaluations);
  out.gauge("subd_refused_prints", "Prints outside the session, late or invalid, of the streams that exist.", {},
            static_cast<double>(refused));
}

void add_market_threads(Exposition& out, std::span<const EngineFacts> engines) {
  for (std::size_t i = 0; i < engines.size(); ++i) {
    const std::string number = std::to_string(i);
    const std::initializer_list<metrics::Label> labels{{"thread", number}};
    out.gauge("subd_market_thread_streams", "Streams with subscribers that a market thread computes.", labels,
              static_cast<double>(engines[i].held_streams));
    out.counter("subd_market_thread_ticks_total", "Ticks that it took.", labels, engines[i].counters.ticks);
    out.counter("subd_market_thread_updates_total", "Updates that it published.", labels, engines[i].counters.updates);
  }
}

void add_store(Exposition& out, const StoreFacts& store) {
  const store::Counters& c = store.counters;
  out.gauge("subd_store_working", "1 while the store reads and writes.", {},
            store.condition == store::Condition::Working ? 1 : 0);
  out.counter("subd_store_bars_written_total", "Closed bars committed to the store.", {}, c.written);
  out.counter("subd_store_writes_total", "Transactions that wrote them.", {}, c.batches);
  out.counter("subd_store_write_microseconds_total", "Time that those transactions took.", {}, c.write_microseconds);
  out.gauge("subd_store_slowest_write_seconds", "The longest of them since the start.", {},
            static_cast<double>(c.slowest_microseconds) / 1e6);
  out.gauge("subd_store_queued_bars", "Closed bars that wait to be written.", {}, static_cast<double>(c.queued));
  out.counter("subd_store_bars_dropped_total", "Closed bars lost because the disk did not follow.", {}, c.dropped);
  out.counter("subd_store_bars_pruned_total", "Stored bars deleted for their age.", {}, c.pruned);
  out.counter("subd_store_gaps_total", "Gaps noted in the recording of a stream.", {}, c.gaps);
}

void add_keys(Exposition& out, const KeyFacts& keys) {
  out.gauge("subd_jwks_keys", "Keys of the key set that tokens are checked with.", {}, static_cast<double>(keys.keys));
  for (const auto& [result, count] : {std::pair{"ok", keys.read}, std::pair{"failed", keys.failed}}) {
    out.counter("subd_jwks_reads_total", "Readings of the key set.", {{"result", result}}, count);
  }
}

void add_signals(Exposition& out, const SignalFacts& signals) {
  out.counter("subd_signals_stored_total", "Signals stored, and then pushed.", {}, signals.stored);
  out.counter("subd_signal_duplicates_total", "Signals that were stored already and said the same.", {},
              signals.duplicates);
  out.counter("subd_signal_conflicts_total", "Requests with a signal that is stored and says something else.", {},
              signals.conflicts);
  out.counter("subd_signal_failures_total", "Requests that the store could not take.", {}, signals.failed);
  out.counter("subd_signal_writes_total", "Transactions that stored signals.", {}, signals.writes);
  out.counter("subd_signal_polls_total", "Requests for stored signals answered.", {}, signals.polls);
  out.counter("subd_tier_queries_total", "Questions to the database for tiers, each for many users.", {},
              signals.tier_queries);
  out.counter("subd_tiers_read_total", "Users that those questions asked for.", {}, signals.tiers_read);
}

void add_topics(Exposition& out, const ScrapeFacts& facts) {
  std::map<std::pair<wire::StreamId, std::string_view>, std::uint64_t> subscribers;
  for (const IoFacts& io : facts.io) {
    for (const hub::TopicCount& count : io.topics) subscribers[{count.stream, count.id}] += count.subscribers;
  }
  const auto held = [&](wire::StreamId stream, std::string_view id) {
    const auto it = subscribers.find({stream, id});
    return it != subscribers.end() ? static_cast<double>(it->second) : 0.0;
  };
  for (const StreamFacts& stream : facts.market.streams) {
    // A pinned stream that nobody takes would only fill the page.
    if (!stream.held && stream.topics.empty()) continue;
    out.gauge("subd_stream_subscribers", "Sessions that take a stream.",
              {{"symbol", stream.symbol}, {"timeframe", stream.timeframe}}, held(stream.id, {}));
    out.counter("subd_stream_updates_total", "Updates published of a stream in its epoch.",
                {{"symbol", stream.symbol}, {"timeframe", stream.timeframe}}, stream.seq);
    for (const TopicFacts& topic : stream.topics) {
      const std::initializer_list<metrics::Label> labels{
          {"symbol", stream.symbol}, {"timeframe", stream.timeframe}, {"indicator", topic.id}};
      out.gauge("subd_topic_subscribers", "Sessions that take an indicator of a stream.", labels,
                held(stream.id, topic.id));
      out.gauge("subd_topic_computations", "Running computations of an indicator of a stream: 1, whoever takes it.",
                labels, 1);  // Exposition adds up equal labels: a second one would show as 2
      out.counter("subd_topic_evaluations_total", "Evaluations of an indicator for live bars.", labels,
                  topic.evaluations);
    }
  }
}

void add_tls(Exposition& out, const ScrapeFacts& facts) {
  for (const IoFacts& io : facts.io) {
    const server::Counters& c = io.counters;
    if (!c.certificate_ends_at) return;
    const std::initializer_list<std::pair<std::string_view, std::uint64_t>> outcomes{{"finished", c.tls.finished},
                                                                                     {"failed", c.tls.failed},
                                                                                     {"timed_out", c.tls.timed_out},
                                                                                     {"refused", c.tls.refused}};
    for (const auto& [outcome, count] : outcomes) {
      out.counter("subd_tls_handshakes_total", "Handshakes of TLS, by how they ended.", {{"outcome", outcome}}, count);
    }
    out.gauge("subd_tls_handshakes_unfinished", "Handshakes that go on.", {}, static_cast<double>(c.tls.unfinished));
  }
  using Days = std::chrono::duration<double, std::ratio<86'400>>;
  out.gauge("subd_tls_certificate_days", "Days until the certificate ends.", {},
            Days{*facts.io.front().counters.certificate_ends_at - facts.now}.count());
}

void add_compression(Exposition& out, const server::CompressionCounters& c) {
  out.counter("subd_compressed_messages_total", "Messages sent compressed: made, or copied from another connection's.",
              {{"how", "made"}}, c.made);
  out.counter("subd_compressed_messages_total", "Messages sent compressed: made, or copied from another connection's.",
              {{"how", "copied"}}, c.copied);
  out.counter("subd_compression_bytes_total", "Bytes of the messages that were compressed, before and after.",
              {{"side", "before"}}, c.bytes_in);
  out.counter("subd_compression_bytes_total", "Bytes of the messages that were compressed, before and after.",
              {{"side", "after"}}, c.bytes_out);
}

void add_io(Exposition& out, const IoFacts& io) {
  const server::Counters& c = io.counters;
  out.gauge("subd_sessions", "Open WebSocket sessions.", {}, static_cast<double>(c.open_websockets));
  for (const auto& [kind, count] : c.open_clients) {
    out.gauge("subd_clients", "Open WebSockets by what they speak.", {{"kind", kind}}, static_cast<double>(count));
  }
  out.gauge("subd_tick_subscriptions", "Instruments that clients take raw ticks of, added up over the clients.", {},
            static_cast<double>(c.tick_subscriptions));
  add_channel_clients(out, c.channels);
  out.gauge("subd_http_connections", "Open connections that are not WebSockets.", {}, static_cast<double>(c.open_http));
  out.gauge("subd_rest_sessions", "Sessions of clients without a connection.", {},
            static_cast<double>(c.rest_sessions));
  out.counter("subd_connections_accepted_total", "TCP connections accepted.", {}, c.accepted);
  out.counter("subd_upgrades_total", "Connections that became WebSockets.", {}, c.upgraded);
  out.counter("subd_http_requests_total", "HTTP requests answered.", {}, c.http_requests);
  for (const auto& [key, count] : c.refused) {
    out.counter("subd_refused_total", "Connections and requests turned away; status 0 is without an answer.",
                {{"reason", key.reason}, {"endpoint", key.endpoint}, {"status", std::to_string(key.status)}}, count);
  }
  for (const auto& [reason, count] : c.closed) {
    out.counter("subd_closed_total", "Sessions that ended, by the text of the close.", {{"reason", reason}}, count);
  }
  for (const auto& [outcome, count] : c.resumes) {
    out.counter("subd_resumes_total", "Connections that came with a resume token, by what became of it.",
                {{"outcome", outcome}}, count);
  }
  out.gauge("subd_parked_sessions", "Sessions that wait for their client to come back.", {},
            static_cast<double>(c.parked));
  out.counter("subd_parked_total", "Sessions that lost their client and waited for it.", {}, c.parking.parked);
  for (const auto& [reason, count] : c.parking.ended) {
    out.counter("subd_parked_ended_total", "Sessions whose client did not come back, by what ended the wait.",
                {{"reason", reason}}, count);
  }
  add_compression(out, c.compression);
  out.counter("subd_sent_messages_total", "Messages handed to the kernel.", {}, c.sent_messages);
  out.counter("subd_sent_bytes_total", "Their bytes, with frame headers.", {}, c.sent_bytes);
  out.counter("subd_send_calls_total", "Calls of send(): fewer than messages where updates were coalesced.", {},
              c.send_calls);
  out.counter("subd_received_bytes_total", "Bytes from clients.", {}, c.received_bytes);
  out.counter("subd_dropped_messages_total", "Messages still queued when their connection ended.", {},
              c.dropped_messages);
  out.counter("subd_received_messages_total", "Messages from clients.", {}, c.clients.messages_received);
  out.counter("subd_offered_updates_total", "Updates offered to sessions.", {}, c.clients.updates_offered);
  out.counter("subd_conflated_updates_total", "Forming updates replaced by a newer one before they were sent.", {},
              c.clients.conflated);
  out.counter("subd_outbox_overflows_total", "Sessions whose outbox passed its hard limit.", {}, c.clients.overflowed);
  out.counter("subd_flooding_clients_total", "Clients closed for sending more than they may.", {}, c.clients.floods);
  out.counter("subd_stalled_clients_total", "Clients closed for taking nothing of what waited for them.", {},
              c.clients.stalled);
  out.counter("subd_client_errors_total", "Error messages sent to clients.", {}, c.clients.errors);
}

}  // namespace

std::string metrics_text(const ScrapeFacts& facts) {
  Exposition out;
  add_process(out, facts);
  add_feed(out, facts.market);
  add_connections(out, facts.market.connections);
  add_channels(out, facts.market.channels);
  add_engine(out, facts.market);
  add_market_threads(out, facts.engines);
  if (facts.store) add_store(out, *facts.store);
  if (facts.keys) add_keys(out, *facts.keys);
  add_signals(out, facts.signals);
  for (const IoFacts& io : facts.io) add_io(out, io);
  if (!facts.io.empty()) add_tls(out, facts);
  add_topics(out, facts);
  return out.text();
}

}  // namespace subd::daemon
