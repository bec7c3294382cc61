// The part of the oracle that judges tabs which are cut off and come back to their session.
#include <algorithm>

#include "base/time_text.hpp"
#include "probe/oracle.hpp"

namespace subd::probe {

void Oracle::cutting(TabId id, base::MonoTime now) {
  Tab& tab = tabs_[id];
  tab.presence = Presence::Away;
  tab.book.pending().clear();  // answers of before the cut are not sent after it
  disturbed(id, "cut off", now);
}

std::vector<Received> Oracle::received_by(TabId id) const {
  std::vector<Received> out;
  for (const Track& track : tabs_[id].tracks) {
    const Stream& stream = *streams_[track.stream];
    if (!track.left) out.push_back({stream.symbol, stream.timeframe, track.received_epoch, track.received_seq});
  }
  return out;
}

void Oracle::came_back(Tab& tab, const ServerMessage& message, std::string_view text, base::MonoTime now) {
  findings_.checked(rule::kResume);
  tab.presence = Presence::Introduced;
  if (!message.resumed) {
    findings_.violated(rule::kResume, tab.identity.name, "the tab came back and got a new session", text);
  } else if (message.connection_id != tab.connection_id) {
    findings_.violated(
        rule::kResume, tab.identity.name,
        "the tab came back to " + std::string{message.connection_id} + ", its session is " + tab.connection_id, text);
  } else {
    return;
  }
  // Nothing of what it had is owed to it any more.
  tab.connection_id = message.connection_id;
  leave_tracks(tab, now, nullptr);
}

void Oracle::goes_on(Tab& tab, base::MonoTime now) {
  tab.presence = Presence::There;
  tab.back_at = now;
  for (Track& track : tab.tracks) {
    track.may_start_over = true;
    track.last_message = now;
    track.silence_reported = false;
  }
}

void Oracle::take_missed(Track& track, const std::vector<HistoryBar>& bars) {
  for (const HistoryBar& bar : bars) {
    if (track.last_closed && bar.start <= *track.last_closed) continue;
    track.from_snapshot.push_back(bar.start);
    track.last_closed = bar.start;
    if (track.forming && *track.forming <= bar.start) track.forming.reset();
  }
}

void Oracle::judge_awaited(Tab& tab, Track& track, const Stream& stream) {
  for (const BarLedger::Bar& bar : track.awaited) {
    findings_.checked(rule::kGap);
    if (const auto came = std::find(track.closed.begin(), track.closed.end(), bar.at); came != track.closed.end()) {
      track.closed.erase(came);
      continue;
    }
    const auto& bars = track.from_snapshot;
    if (track.left || std::find(bars.begin(), bars.end(), bar.start) != bars.end()) continue;
    findings_.violated(rule::kGap, tab.identity.name,
                       "the closed bar " + base::time_text(bar.start) + " of " + stream.symbol + ' ' +
                           stream.timeframe + " (seq " + std::to_string(bar.at.seq) +
                           ") was lost over a cut; it reached tab " + tabs_[bar.first_tab].identity.name);
  }
  track.awaited.clear();
  track.from_snapshot.clear();
}

}  // namespace subd::probe
