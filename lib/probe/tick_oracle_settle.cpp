// The part of the oracle that judges what did not come.
#include <algorithm>
#include <utility>

#include "base/time_text.hpp"
#include "probe/tick_oracle.hpp"

namespace subd::probe {

namespace {

// How long ticks that were sent before a change may still be on their way to one tab or another: what came until then
// is not owed to who subscribed, and the last tick of a lost instrument is no older than this before what lost it.
constexpr std::chrono::milliseconds kInFlight{1000};

}  // namespace

void TickOracle::ended(TabId id, std::string_view how) {
  Tab& tab = tabs_[id];
  if (tab.gone) return;
  tab.gone = true;
  tab.pending.reset();
  if (tab.leaving) return;
  const bool connected = !tab.connection_id.empty();
  findings_.violated(connected ? rule::kMissing : rule::kAuthAccepted, tab.identity.name,
                     (connected ? "the connection ended: " : "could not connect: ") + std::string{how});
}

void TickOracle::settle(base::MonoTime now) {
  for (auto& [token, instrument] : instruments_) {
    for (Delivered& delivered : instrument.modes) {
      auto& marks = delivered.marks;
      if (delivered.newest > 0) marks.push_back({now, delivered.newest});
      while (marks.size() > 1 && marks[1].at + options_.settle <= now) marks.pop_front();
    }
  }
  for (TabId id = 0; id < tabs_.size(); ++id) {
    Tab& tab = tabs_[id];
    if (tab.gone || tab.leaving) continue;
    for (auto& [token, taken] : tab.taken) {
      if (taken.mode && !taken.changing) settle_taken(id, token, taken, now);
    }
    judge_pending(tab, now);
  }
}

void TickOracle::settle_taken(TabId id, std::uint32_t token, Taken& taken, base::MonoTime now) {
  const Delivered& delivered = instruments_[token].modes[static_cast<std::size_t>(*taken.mode)];
  if (delivered.marks.empty() || now < taken.since + kInFlight) return;
  if (!taken.owed_after) {
    // What others have got until now may be older than the subscription.
    taken.owed_after = delivered.newest;
    return;
  }
  const auto& owed = delivered.marks.front();
  if (owed.at + options_.settle > now || owed.seq <= *taken.owed_after) return;
  findings_.checked(rule::kMissing);
  if (taken.newest < owed.seq) silent(id, token, taken, delivered);
}

void TickOracle::silent(TabId id, std::uint32_t token, Taken& taken, const Delivered& delivered) {
  if (std::exchange(taken.silence_reported, true)) return;
  const Instrument& instrument = instruments_[token];
  std::string message = instrument.symbol + " (" + std::to_string(token) + ") stays behind: seq " +
                        std::to_string(taken.newest) + " here, " + std::to_string(delivered.newest) + " in tab " +
                        tabs_[delivered.newest_tab].identity.name;
  const auto& change = instrument.last_change;
  const bool disturbed = change && change->tab != id && change->at + kInFlight >= taken.last_tick;
  if (disturbed) message += "; just before: " + tabs_[change->tab].identity.name + ' ' + change->what;
  findings_.violated(disturbed ? rule::kIndependence : rule::kMissing, tabs_[id].identity.name, std::move(message));
}

void TickOracle::judge_pending(Tab& tab, base::MonoTime now) {
  if (!tab.pending || now < tab.pending->sent + options_.reply_limit) return;
  findings_.violated(rule::kReply, tab.identity.name,
                     "no reply to " + describe(tab.pending->request) + " (id " +
                         std::to_string(tab.pending->request.id) + ") within " +
                         base::duration_text(options_.reply_limit));
  // Who knows what is in force now: every further rule would only repeat that.
  tab.leaving = true;
}

void TickOracle::finish(base::MonoTime now) {
  settle(now);
  for (Tab& tab : tabs_) {
    if (tab.gone || tab.leaving || !tab.pending) continue;
    findings_.violated(rule::kReply, tab.identity.name,
                       "no reply to " + describe(tab.pending->request) + " (id " +
                           std::to_string(tab.pending->request.id) + ") until the end");
  }
}

}  // namespace subd::probe
