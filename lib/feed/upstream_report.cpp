#include "feed/upstream_report.hpp"

namespace subd::feed {

void UpstreamReport::add(const UpstreamReport& other) {
  links.insert(links.end(), other.links.begin(), other.links.end());
  capacity += other.capacity;
  tokens += other.tokens;
  waiting_tokens += other.waiting_tokens;
  refused_tokens += other.refused_tokens;
  unknown_ticks += other.unknown_ticks;
  orders += other.orders;
  errors += other.errors;
  notices += other.notices;
  other_texts += other.other_texts;
  history_requests += other.history_requests;
  history_failures += other.history_failures;
  history_late += other.history_late;
}

}  // namespace subd::feed
