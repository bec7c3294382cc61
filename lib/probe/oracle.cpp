#include "probe/oracle.hpp"

#include <algorithm>
#include <utility>

namespace subd::probe {

namespace {

constexpr std::size_t kKeptDisturbances = 64;
std::string stream_name(const ServerMessage& message) {
  return std::string{message.symbol} + ' ' + std::string{message.timeframe};
}

}  // namespace

TabId Oracle::add_tab(TabIdentity identity) {
  tabs_.emplace_back().identity = std::move(identity);
  return tabs_.size() - 1;
}

void Oracle::sent(TabId id, const Request& request, base::MonoTime now) {
  Tab& tab = tabs_[id];
  tab.book.sent(request, now);
  note_condition(tab, request.symbol, request.timeframe);
  findings_.checked(request.kind == RequestKind::Heartbeat ? rule::kHeartbeat : rule::kReply);
  if (request.kind != RequestKind::Unsubscribe) return;
  leave_tracks(tab, now, &request);
  disturbed(id, describe(request), now);
}

void Oracle::disturbed(TabId id, std::string what, base::MonoTime now) {
  findings_.checked(rule::kIndependence);
  disturbances_.push_back({id, std::move(what), now});
  if (disturbances_.size() > kKeptDisturbances) disturbances_.pop_front();
}

void Oracle::leaving(TabId id, std::string_view how, base::MonoTime now) {
  Tab& tab = tabs_[id];
  tab.leaving = true;
  leave_tracks(tab, now, nullptr);
  disturbed(id, std::string{how}, now);
}

void Oracle::ended(TabId id, std::string_view how, base::MonoTime now) {
  Tab& tab = tabs_[id];
  if (tab.gone || tab.presence == Presence::Away) return;
  tab.gone = true;
  leave_tracks(tab, now, nullptr);
  tab.book.pending().clear();
  if (tab.leaving) return;
  if (tab.connection_id.empty()) {
    findings_.violated(rule::kAuthAccepted, tab.identity.name, "could not connect: " + std::string{how});
    return;
  }
  std::string message = "the connection ended: " + std::string{how};
  const std::string causes = disturbances_before(id, now - std::chrono::seconds{3}, now);
  if (!causes.empty()) message += "; just before: " + causes;
  findings_.violated(!causes.empty() ? rule::kIndependence : rule::kMissing, tab.identity.name, std::move(message));
}

const ServerMessage* Oracle::received(TabId id, std::string_view text, base::MonoTime now) {
  Tab& tab = tabs_[id];
  ++totals_.messages;
  totals_.bytes += text.size();
  findings_.checked(rule::kMessage);
  if (std::string problem = parse_server_message(text, message_); !problem.empty()) {
    findings_.violated(rule::kMessage, tab.identity.name, std::move(problem), text);
    return nullptr;
  }
  const bool is_new = tab.connection_id.empty() || tab.presence == Presence::Returning;
  if (is_new && message_.type != MessageType::Connected && message_.type != MessageType::Error) {
    findings_.violated(rule::kMessage, tab.identity.name, "the first message is not `connected`", text);
  }
  switch (message_.type) {
    case MessageType::MarketUpdate:
      update(id, message_, text, now);
      break;
    case MessageType::Snapshot:
      snapshot(id, message_, text, now);
      break;
    case MessageType::Connected:
      if (tab.presence == Presence::Returning) {
        came_back(tab, message_, text, now);
      } else {
        connected(id, message_, text);
      }
      break;
    case MessageType::Subscribed:
    case MessageType::Unsubscribed:
    case MessageType::Subscriptions:
    case MessageType::Resumed:
    case MessageType::HeartbeatAck:
    case MessageType::Error:
      replied(id, message_, text, now);
      break;
    default:
      break;
  }
  return &message_;
}

void Oracle::connected(TabId id, const ServerMessage& message, std::string_view text) {
  Tab& tab = tabs_[id];
  findings_.checked(rule::kAuthAccepted, tab.leaving ? 0 : 1);
  tab.resume_token = message.resume_token;
  connection_ids_.introduced(tab.identity, tab.connection_id,
                             {message.connection_id, message.user_id, message.session_id}, text, findings_);
}

void Oracle::replied(TabId id, const ServerMessage& message, std::string_view text, base::MonoTime now) {
  Tab& tab = tabs_[id];
  const auto pending = tab.book.take(message.id);
  ConnectionIds::replied(tab.identity, tab.connection_id, message.connection_id, text, findings_);
  if (!pending) {
    findings_.violated(rule::kMessage, tab.identity.name, "a reply to a request that this tab did not make", text);
    return;
  }
  const Request& request = pending->request;
  const auto unfit = [&] {
    findings_.violated(rule::kMessage, tab.identity.name, "not the reply to " + describe(request), text);
  };
  switch (message.type) {
    case MessageType::Subscribed:
      if (request.kind != RequestKind::Subscribe) return unfit();
      if (!request.refusal.empty()) break;
      tab.book.confirm(*pending, message.ids, now);
      note_condition(tab, request.symbol, request.timeframe);
      judge_listing(tab, message, text);
      break;
    case MessageType::Unsubscribed:
      if (request.kind != RequestKind::Unsubscribe) return unfit();
      tab.book.remove(*pending);
      judge_listing(tab, message, text);
      break;
    case MessageType::Subscriptions:
      if (request.kind != RequestKind::List) return unfit();
      judge_listing(tab, message, text);
      break;
    case MessageType::Resumed:
      if (request.kind != RequestKind::Resume) return unfit();
      judge_listing(tab, message, text);
      goes_on(tab, now);
      break;
    case MessageType::HeartbeatAck:
      if (request.kind != RequestKind::Heartbeat) return unfit();
      break;
    default:
      tab.book.refuse(*pending);
      note_condition(tab, request.symbol, request.timeframe);
      findings_.checked(rule::kRefused);
      if (message.code != request.refusal) {
        findings_.violated(rule::kRefused, tab.identity.name,
                           describe(request) + " was refused with " + std::string{message.code} + ": " +
                               std::string{message.text} +
                               (request.refusal.empty() ? "" : "; the right code is " + request.refusal),
                           text);
      }
      return;
  }
  findings_.checked(rule::kRefused);
  if (!request.refusal.empty()) {
    findings_.violated(rule::kRefused, tab.identity.name,
                       describe(request) + " was accepted, to be refused with " + request.refusal, text);
    tab.book.refuse(*pending);
  }
}

void Oracle::judge_listing(Tab& tab, const ServerMessage& message, std::string_view text) {
  findings_.checked(rule::kSet);
  const auto listed = parse_streams(message.streams);
  if (!listed) {
    findings_.violated(rule::kMessage, tab.identity.name, "`streams` is not a list of streams", text);
    return;
  }
  if (std::string difference = tab.book.difference(*listed); !difference.empty()) {
    findings_.violated(rule::kSet, tab.identity.name, std::move(difference), text);
  }
}

void Oracle::snapshot(TabId id, const ServerMessage& message, std::string_view text, base::MonoTime now) {
  Tab& tab = tabs_[id];
  WantedStream* wanted = tab.book.find(message.symbol, message.timeframe);
  findings_.checked(rule::kStream);
  if (wanted == nullptr) {
    findings_.violated(rule::kStream, tab.identity.name,
                       "a snapshot of " + stream_name(message) + ", which this tab did not ask for", text);
    return;
  }
  findings_.checked(rule::kIndicator, message.values.size());
  for (const auto& value : message.values) {
    if (wanted->find(value.id) != nullptr) continue;
    findings_.violated(rule::kIndicator, tab.identity.name,
                       std::string{value.id} + " of " + stream_name(message) + " is not this tab's", text);
  }
  if (!wanted->confirmed) {
    findings_.violated(rule::kSnapshotFirst, tab.identity.name, "a snapshot before `subscribed`", text);
  }
  tab.book.snapshot(*wanted, message.values);

  const auto bars = parse_bars(message.bars);
  if (!bars) {
    findings_.violated(rule::kMessage, tab.identity.name, "`bars` is not a list of bars", text);
    return;
  }
  const std::size_t stream = stream_index(message.symbol, message.timeframe);
  Track* track = track_of(tab, stream);
  const bool starts_over = track != nullptr && track->may_start_over;
  findings_.checked(rule::kSnapshotHistory, bars->size());
  const auto wrong_history = [&](std::string what) {
    findings_.violated(rule::kSnapshotHistory, tab.identity.name, std::move(what), text);
  };
  if (bars->size() > wanted->history && !starts_over) {
    wrong_history(std::to_string(bars->size()) + " bars, " + std::to_string(wanted->history) + " were asked for");
  }
  for (std::size_t i = 0; i < bars->size(); ++i) {
    if (i > 0 && (*bars)[i].start <= (*bars)[i - 1].start) wrong_history("the bars are not in the order of time");
    for (const auto& value : (*bars)[i].values) {
      if (wanted->find(value.id) == nullptr) wrong_history(std::string{value.id} + " is not this tab's");
    }
    if ((*bars)[i].values.size() != message.values.size()) wrong_history("a bar has not the snapshot's indicators");
  }

  const Position at = streams_[stream]->bars.position(message.epoch, *message.seq);
  if (track == nullptr && !wanted->leaving && !tab.leaving) {
    track = &tab.tracks.emplace_back();
    track->stream = stream;
    track->joined = track->owed_after = at;
  }
  if (track == nullptr) return;
  if (track->conditional && !tab.book.is_conditional(message.symbol, message.timeframe)) {
    // What the condition left out is no gap.
    track->owed_after = at;
    track->forming.reset();
    track->last_closed.reset();
  }
  note_condition(tab, message.symbol, message.timeframe);
  if (track->last && at < *track->last) {
    findings_.violated(
        rule::kOrder, tab.identity.name,
        "a snapshot with seq " + std::to_string(at.seq) + " after an update with " + std::to_string(track->last->seq),
        text);
  }
  if (starts_over) {
    take_missed(*track, *bars);
    track->last = at;
  }
  track->may_start_over = false;
  track->received_epoch = message.epoch;
  track->received_seq = *message.seq;
  ++track->progress.snapshots;
  track->last_message = now;
  track->silence_reported = false;
}

void Oracle::update(TabId id, const ServerMessage& message, std::string_view text, base::MonoTime now) {
  Tab& tab = tabs_[id];
  ++totals_.updates;
  totals_.closed_bars += message.closed ? 1 : 0;
  const WantedStream* wanted = tab.book.find(message.symbol, message.timeframe);
  const std::size_t stream = stream_index(message.symbol, message.timeframe);
  Stream& shared = *streams_[stream];
  const Position at = shared.bars.position(message.epoch, *message.seq);

  findings_.checked(rule::kStream);
  findings_.checked(rule::kIndicator, message.values.size());
  findings_.checked(rule::kSnapshotFirst);
  if (wanted == nullptr) {
    findings_.violated(rule::kStream, tab.identity.name,
                       "an update of " + stream_name(message) + ", which this tab did not ask for", text);
  } else if (!wanted->has_snapshot && !wanted->leaving) {
    findings_.violated(rule::kSnapshotFirst, tab.identity.name,
                       "an update of " + stream_name(message) + " before its snapshot", text);
  }
  for (const auto& value : message.values) {
    const WantedIndicator* indicator = wanted == nullptr ? nullptr : wanted->find(value.id);
    if (indicator == nullptr) {
      findings_.violated(rule::kIndicator, tab.identity.name,
                         std::string{value.id} + " of " + stream_name(message) + " is not this tab's", text);
    } else if (!indicator->in_snapshot && !indicator->leaving && wanted->has_snapshot) {
      findings_.violated(rule::kSnapshotFirst, tab.identity.name,
                         std::string{value.id} + " came before the snapshot that introduces it", text);
    }
  }
  if (wanted != nullptr && !wanted->leaving) {
    for (const auto& indicator : wanted->indicators) {
      // Until a snapshot introduced it, an indicator may be on its way; settle() sees to it that one comes.
      if (!indicator.in_snapshot || indicator.leaving) continue;
      findings_.checked(rule::kMissing);
      if (std::none_of(message.values.begin(), message.values.end(),
                       [&](const IndicatorValue& value) { return indicator.means(value.id); })) {
        findings_.violated(rule::kMissing, tab.identity.name,
                           indicator.id + " is not in an update of " + stream_name(message), text);
      }
    }
  }

  ValueLedger::Outcome values = shared.values.compare(at, message, id);
  findings_.checked(rule::kValue, values.compared);
  if (!values.difference.empty()) {
    findings_.violated(rule::kValue, tab.identity.name,
                       stream_name(message) + " seq " + std::to_string(at.seq) + ": " + values.difference + " in tab " +
                           tabs_[values.other_tab].identity.name,
                       text);
  }

  // Bars count as published even when they came to the wrong tab.
  if (message.closed && !(tab.back_at && shared.bars.is_settled(at))) {
    shared.bars.saw(at, *message.bar_start, now, id);
  }
  Track* track = track_of(tab, stream);
  if (track == nullptr) {
    // On its way when the tab left: still in order and whole, if it belongs to the subscription just given up.
    const auto left =
        std::find_if(tab.tracks.rbegin(), tab.tracks.rend(), [&](const Track& one) { return one.stream == stream; });
    if (left == tab.tracks.rend()) return;
    track = &*left;
  }
  if (tab.presence != Presence::There) {
    findings_.violated(rule::kResume, tab.identity.name, "an update before `resumed`", text);
  }
  track->may_start_over = false;
  track->received_epoch = message.epoch;
  track->received_seq = *message.seq;
  ++track->progress.updates;
  track->last_message = now;
  track->silence_reported = false;
  judge_order(tab, *track, message, text, at);
  judge_bar(tab, *track, message, text, at);
  if (!track->last || *track->last < at) track->last = at;
}

std::size_t Oracle::stream_index(std::string_view symbol, std::string_view timeframe) {
  key_.assign(symbol).append(1, '\n').append(timeframe);
  if (const auto known = stream_indexes_.find(key_); known != stream_indexes_.end()) return known->second;
  auto stream = std::make_unique<Stream>();
  stream->symbol = symbol;
  stream->timeframe = timeframe;
  streams_.push_back(std::move(stream));
  return stream_indexes_.emplace(key_, streams_.size() - 1).first->second;
}

void Oracle::note_condition(Tab& tab, std::string_view symbol, std::string_view timeframe) {
  if (symbol.empty()) return;
  if (Track* track = track_of(tab, stream_index(symbol, timeframe))) {
    track->conditional = tab.book.is_conditional(symbol, timeframe);
  }
}

Oracle::Track* Oracle::track_of(Tab& tab, std::size_t stream) {
  for (auto& track : tab.tracks) {
    if (track.stream == stream && !track.left) return &track;
  }
  return nullptr;
}

Oracle::Progress Oracle::progress(TabId id, std::string_view symbol, std::string_view timeframe) const {
  for (const auto& track : tabs_[id].tracks) {
    const Stream& stream = *streams_[track.stream];
    if (!track.left && stream.symbol == symbol && stream.timeframe == timeframe) return track.progress;
  }
  return {};
}

}  // namespace subd::probe
