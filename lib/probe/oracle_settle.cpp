// The part of the oracle that judges what did not come, and the order of what did.
#include <algorithm>
#include <utility>

#include "base/time_text.hpp"
#include "probe/oracle.hpp"

namespace subd::probe {

namespace {

// How long before the last message of a lost stream the event may lie that lost it: messages sent before the event
// are still on their way.
constexpr std::chrono::milliseconds kInFlight{1000};

}  // namespace

void Oracle::judge_order(Tab& tab, Track& track, const ServerMessage& message, std::string_view text, Position at) {
  findings_.checked(rule::kOrder);
  const auto violated = [&](std::string_view than, std::uint64_t seq) {
    findings_.violated(rule::kOrder, tab.identity.name,
                       "seq " + std::to_string(at.seq) + " after " + std::string{than} + std::to_string(seq), text);
  };
  if (track.last && at <= *track.last) {
    // The same closed bar again is told as a duplicate.
    if (!message.closed || track.last_closed != message.bar_start) violated("", track.last->seq);
  } else if (!track.last && at <= track.joined) {
    violated("a snapshot with ", track.joined.seq);
  }
}

void Oracle::judge_bar(Tab& tab, Track& track, const ServerMessage& message, std::string_view text, Position at) {
  const base::UtcTime start = *message.bar_start;
  const auto lost = [&](base::UtcTime bar) {
    if (track.conditional) return;
    findings_.violated(rule::kGap, tab.identity.name,
                       "the bar of " + base::time_text(bar) + " was forming and then gone without being closed", text);
  };
  if (!message.closed) {
    if (track.last_closed && start <= *track.last_closed) {
      findings_.violated(rule::kOrder, tab.identity.name,
                         "a forming update of " + base::time_text(start) + " after that bar was closed", text);
      return;
    }
    if (track.forming && *track.forming < start) lost(*track.forming);
    track.forming = std::max(track.forming.value_or(start), start);
    return;
  }
  ++track.progress.closed_bars;
  findings_.checked(rule::kGap);
  findings_.checked(rule::kDuplicate);
  if (track.last_closed && start == *track.last_closed) {
    findings_.violated(rule::kDuplicate, tab.identity.name, "the closed bar of " + base::time_text(start) + " again",
                       text);
    return;
  }
  track.closed.push_back(at);
  if (track.last_closed && start < *track.last_closed) {
    findings_.violated(
        rule::kOrder, tab.identity.name,
        "the closed bar of " + base::time_text(start) + " after that of " + base::time_text(*track.last_closed), text);
    return;
  }
  if (track.forming && *track.forming < start) lost(*track.forming);
  if (options_.continuous && track.last_closed && !track.conditional) {
    // `1day` is no duration: trading days do not touch.
    const auto length = base::parse_duration(message.timeframe);
    if (length && start != *track.last_closed + *length) {
      findings_.violated(
          rule::kGap, tab.identity.name,
          "closed bars " + base::time_text(*track.last_closed) + " and " + base::time_text(start) + " do not touch",
          text);
    }
  }
  track.forming.reset();
  track.last_closed = start;
}

void Oracle::leave_tracks(Tab& tab, base::MonoTime now, const Request* unsubscribe) {
  if (unsubscribe != nullptr && unsubscribe->indicators) return;  // the stream itself stays
  for (auto& track : tab.tracks) {
    const Stream& stream = *streams_[track.stream];
    const bool meant = unsubscribe == nullptr || unsubscribe->symbol.empty() ||
                       (stream.symbol == unsubscribe->symbol && stream.timeframe == unsubscribe->timeframe);
    if (meant && !track.left) track.left = now;
  }
}

std::string Oracle::disturbances_before(TabId tab, base::MonoTime from, base::MonoTime to) const {
  std::string text;
  for (const auto& event : disturbances_) {
    if (event.tab == tab || event.at < from || event.at > to) continue;
    text.append(text.empty() ? "" : ", ").append("tab ").append(tabs_[event.tab].identity.name);
    text.append(" (").append(event.what).append(")");
  }
  return text;
}

void Oracle::silent(TabId id, Track& track, base::MonoTime noticed, const std::string& what) {
  if (track.silence_reported) return;
  track.silence_reported = true;
  const Stream& stream = *streams_[track.stream];
  const std::string causes = disturbances_before(id, track.last_message - kInFlight, noticed);
  std::string message = stream.symbol + ' ' + stream.timeframe + " went silent: " + what;
  if (!causes.empty()) message += "; just before: " + causes;
  findings_.violated(!causes.empty() ? rule::kIndependence : rule::kMissing, tabs_[id].identity.name,
                     std::move(message));
}

void Oracle::settle_track(TabId id, Track& track, base::MonoTime now) {
  Tab& tab = tabs_[id];
  const Stream& stream = *streams_[track.stream];
  for (const auto& bar : stream.settled) {
    const auto received = std::find(track.closed.begin(), track.closed.end(), bar.at);
    if (received != track.closed.end()) {
      track.closed.erase(received);
      continue;
    }
    if (bar.at <= track.owed_after || track.conditional) continue;
    if (is_excused(tab, now) && !track.left) {
      track.awaited.push_back(bar);
      continue;
    }
    const bool overtaken = track.last && *track.last > bar.at;
    const bool was_there = !track.left || bar.first_seen + options_.settle <= *track.left;
    if (overtaken) {
      findings_.violated(rule::kGap, tab.identity.name,
                         "the closed bar " + base::time_text(bar.start) + " of " + stream.symbol + ' ' +
                             stream.timeframe + " (seq " + std::to_string(bar.at.seq) + ") reached tab " +
                             tabs_[bar.first_tab].identity.name + " and not this one");
    } else if (was_there) {
      silent(id, track, bar.first_seen,
             "the closed bar " + base::time_text(bar.start) + " reached tab " + tabs_[bar.first_tab].identity.name);
    }
  }
  if (is_excused(tab, now)) return;
  judge_awaited(tab, track, stream);
  if (options_.silence_limit.count() > 0 && !track.left && !track.conditional &&
      now - track.last_message > options_.silence_limit) {
    silent(id, track, track.last_message + options_.silence_limit,
           "no message for " + base::duration_text(options_.silence_limit));
  }
}

void Oracle::judge_pending(Tab& tab, base::MonoTime limit) {
  std::erase_if(tab.book.pending(), [&](const SubscriptionBook::Pending& pending) {
    if (pending.sent > limit) return false;
    findings_.violated(pending.request.kind == RequestKind::Heartbeat ? rule::kHeartbeat : rule::kReply,
                       tab.identity.name,
                       "no reply to " + describe(pending.request) + " (id " + std::to_string(pending.request.id) +
                           ") within " + base::duration_text(options_.reply_limit));
    return true;
  });
  for (auto& [key, stream] : tab.book.streams()) {
    if (!stream.awaits_snapshot || *stream.awaits_snapshot > limit || stream.leaving) continue;
    stream.awaits_snapshot.reset();
    std::string what = "no snapshot of " + key.first + ' ' + key.second;
    for (const auto& indicator : stream.indicators) {
      if (indicator.confirmed && !indicator.in_snapshot && !indicator.leaving) what += " with " + indicator.id;
    }
    findings_.violated(rule::kMissing, tab.identity.name,
                       what + " within " + base::duration_text(options_.reply_limit) + " of `subscribed`");
  }
}

void Oracle::settle(base::MonoTime now) {
  // A long pause between two calls is the probe's own: what came meanwhile has not been read yet.
  const bool stalled = last_settle_ && now - *last_settle_ > options_.settle + std::chrono::seconds{1};
  last_settle_ = now;
  if (stalled) return;
  for (auto& stream : streams_) stream->settled = stream->bars.settle(now - options_.settle);
  for (TabId id = 0; id < tabs_.size(); ++id) {
    Tab& tab = tabs_[id];
    if (!tab.gone) judge_pending(tab, now - options_.reply_limit);
    for (auto& track : tab.tracks) settle_track(id, track, now);
    // Bars of its time were settled by now.
    std::erase_if(tab.tracks,
                  [&](const Track& track) { return track.left && *track.left + 3 * options_.settle < now; });
  }
}

void Oracle::finish(base::MonoTime now) {
  last_settle_.reset();
  settle(now);
  // Nothing will answer any more.
  for (auto& tab : tabs_) {
    if (!tab.gone && !tab.leaving) judge_pending(tab, now);
  }
}

}  // namespace subd::probe
