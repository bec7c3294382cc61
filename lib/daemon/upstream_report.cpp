#include "daemon/upstream_report.hpp"

namespace subd::daemon {
namespace {

control::LinkReport link_report(const feed::LinkReport& link) {
  return {.state = std::string{link.state},
          .since = link.since,
          .why = link.why,
          .tokens = link.tokens,
          .modes = link.modes,
          .last_message = link.last_message,
          .messages = link.messages,
          .reconnects = link.reconnects,
          .bad_frames = link.bad_frames,
          .skipped_packets = link.skipped_packets,
          .conflated = link.conflated};
}

}  // namespace

control::UpstreamReport upstream_report(const MarketFacts& market) {
  const feed::UpstreamReport& from = market.connections;
  control::UpstreamReport out;
  out.kind = market.kind;
  out.state = market.upstream.state;
  out.since = market.upstream.since;
  out.capacity = from.capacity;
  out.tokens = from.tokens;
  out.waiting_tokens = from.waiting_tokens;
  out.refused_tokens = from.refused_tokens;
  out.unknown_ticks = from.unknown_ticks;
  out.orders = from.orders;
  out.errors = from.errors;
  out.notices = from.notices;
  out.other_texts = from.other_texts;
  out.history_requests = from.history_requests;
  out.history_failures = from.history_failures;
  out.history_late = from.history_late;
  for (const feed::LinkReport& link : from.links) out.links.push_back(link_report(link));
  return out;
}

}  // namespace subd::daemon
