#include "feed/kite_history.hpp"

#include <fmt/format.h>

#include <utility>

#include "base/log.hpp"
#include "feed/kite_candles.hpp"

namespace subd::feed {

namespace {

/// An answer that says something of all requests, and not of the one instrument.
bool is_general(int status) noexcept {
  return status == 0 || status == 401 || status == 403 || status == 429 || status >= 500;
}

}  // namespace

KiteHistory::Key KiteHistory::key_of(market::InstrumentId instrument, market::Timeframe timeframe) noexcept {
  return Key{static_cast<std::uint32_t>(instrument)} << 8 | static_cast<Key>(timeframe);
}

bool KiteHistory::ask(const Query& query, std::function<void()> done) {
  const Key key = key_of(query.instrument, query.timeframe);
  const auto [at, is_new] = entries_.try_emplace(key);
  Entry& entry = at->second;
  if (is_new) {
    entry.query = query;
    entry.asked = clock_.mono_now();
    if (entry.asked < cool_until_) {
      ++counters_.late;
      entry.finished = true;
    } else {
      queue_.push_back(key);
    }
  }
  if (!entry.finished && done) entry.waiting.push_back(std::move(done));
  return entry.finished;
}

std::vector<market::Bar> KiteHistory::take(market::InstrumentId instrument, market::Timeframe timeframe) {
  const auto at = entries_.find(key_of(instrument, timeframe));
  if (at == entries_.end() || !at->second.finished) return {};
  std::vector<market::Bar> bars = std::move(at->second.bars);
  entries_.erase(at);
  return bars;
}

void KiteHistory::step() {
  const base::MonoTime now = clock_.mono_now();
  std::vector<Key> late;
  for (const auto& [key, entry] : entries_) {
    if (!entry.finished && now - entry.asked >= kPatience) late.push_back(key);
  }
  boost::unordered::erase_if(
      entries_, [&](const auto& item) { return item.second.finished && now - item.second.asked >= kPatience + kKept; });
  bool unanswered = false;
  for (const Key key : late) {
    const auto at = entries_.find(key);
    if (at == entries_.end()) continue;  // taken by one that was told before it
    unanswered = unanswered || at->second.sent;
    ++counters_.late;
    finish(at->second);
  }
  if (unanswered) pause("no answer in time");
  while (!queue_.empty()) {
    const auto at = entries_.find(queue_.front());
    if (at == entries_.end() || at->second.finished || at->second.sent) {
      queue_.pop_front();
      continue;
    }
    if (now < next_send_) break;
    next_send_ = now + kSpacing;
    queue_.pop_front();
    at->second.sent = true;
    send(at->first, at->second);
  }
}

void KiteHistory::send(Key key, const Entry& entry) {
  ++counters_.requests;
  const Query& query = entry.query;
  const base::UtcTime now = clock_.utc_now();
  const base::UtcTime from = candles_from(*query.calendar, query.timeframe, query.count, now);
  send_(candles_target(query.token, *query.calendar, query.timeframe, from, now),
        [this, key, asked = entry.asked](const Answer& answer) { answered(key, asked, answer); });
}

void KiteHistory::answered(Key key, base::MonoTime asked, const Answer& answer) {
  const auto at = entries_.find(key);
  // An answer that nobody waits for any more, or to what was asked before.
  if (at == entries_.end() || at->second.finished || at->second.asked != asked) return;
  const Query& query = at->second.query;
  const std::uint32_t token = query.token;
  auto bars = parse_candles(answer.body, *query.calendar, query.timeframe);
  if (answer.status == 200 && bars) {
    at->second.bars = std::move(*bars);
    return finish(at->second);
  }
  const std::string why = answer.status == 0
                              ? answer.error
                              : fmt::format("HTTP {}{}", answer.status, bars ? "" : ": " + bars.error().message);
  ++counters_.late;
  finish(at->second);
  if (is_general(answer.status)) return pause(why);
  ++counters_.failures;
  base::log::warn("kite", "no history of an instrument", {{"token", token}, {"reason", why}});
}

void KiteHistory::finish(Entry& entry) {
  if (std::exchange(entry.finished, true)) return;
  // Who is told may take the entry, or ask for another.
  const std::vector<std::function<void()>> waiting = std::exchange(entry.waiting, {});
  for (const auto& done : waiting) done();
}

void KiteHistory::pause(std::string_view why) {
  ++counters_.failures;
  const base::MonoTime now = clock_.mono_now();
  if (now >= cool_until_) {
    base::log::warn(
        "kite", "no history: streams begin with what is stored, or without",
        {{"reason", why}, {"next_try_s", std::chrono::duration_cast<std::chrono::seconds>(kCoolDown).count()}});
  }
  cool_until_ = now + kCoolDown;
  for (const Key key : std::exchange(queue_, {})) {
    const auto at = entries_.find(key);
    if (at == entries_.end() || at->second.finished || at->second.sent) continue;
    ++counters_.late;
    finish(at->second);
  }
}

}  // namespace subd::feed
