#include "session/session.hpp"

#include <algorithm>
#include <map>
#include <utility>
#include <variant>

#include "wire/server_message.hpp"

namespace subd::session {
namespace {

/// Of requests that the session makes itself when it is resumed. No JSON text, so that it is no client's.
constexpr std::string_view kOwnRequest = "resume";

/// Leaves the newest `count` bars.
void trim(wire::SnapshotData& data, std::uint64_t count) {
  if (data.bars.size() <= count) return;
  const auto rows = static_cast<std::ptrdiff_t>(data.bars.size() - count);
  data.bars.erase(data.bars.begin(), data.bars.begin() + rows);
  for (wire::SnapshotColumn& column : data.columns) {
    const auto width = static_cast<std::ptrdiff_t>(column.outputs.size());
    column.history.erase(column.history.begin(), column.history.begin() + rows * width);
  }
}

}  // namespace

Session::Session(SessionContext& context, Transport& transport, std::string id)
    : JsonClient{context.clients, transport, std::move(id)}, context_{context}, streams_{context.streams, *this} {
  if (context.clients.limits.resume_window.count() > 0) resume_token_ = ResumeToken{context.io_thread};
}

void Session::end_subscriptions() {
  streams_.clear();
}

void Session::opened() {
  introduce(false);
}

void Session::introduce(bool resumed) {
  const Limits& limits = context_.clients.limits;
  reply(wire::connected_message({.connection_id = id(),
                                 .user_id = principal().user_id,
                                 .session_claim = principal().session_claim,
                                 .heartbeat_interval = limits.heartbeat_interval,
                                 .max_streams = limits.max_streams,
                                 .max_indicators = limits.max_indicators,
                                 .max_message_bytes = limits.max_message_bytes,
                                 .resume_token = resume_token_.text(),
                                 .resume_window = limits.resume_window,
                                 .resumed = resumed}));
}

void Session::parked() {
  away_ = std::make_unique<Away>(Away{context_.clients.clock.utc_now()});
  for (hub::Subscription* subscription : streams_.subscriptions()) {
    context_.hub.leave(*subscription);
    subscription->pending_position = 0;
  }
}

void Session::resumed() {
  away_->awaits_positions_until = context_.clients.clock.mono_now() + context_.clients.limits.position_timeout;
  introduce(true);
}

void Session::every_sweep(base::MonoTime now) {
  if (awaits_positions() && now >= *away_->awaits_positions_until) start_over();
}

void Session::receive_text(std::string_view text) {
  const auto message = wire::parse_client_message(text);
  if (!message) {
    refuse(message.error().id, message.error().error);
    return;
  }
  const bool resumes = std::holds_alternative<wire::ResumeRequest>(*message);
  if (!resumes) start_over();
  // What comes once in a connection is charged with its upgrade.
  if ((resumes && state() == ClientState::Open) || may_handle(*message)) {
    std::visit([this](const auto& request) { handle(request); }, *message);
  }
}

void Session::handle(const wire::SubscribeRequest& request) {
  if (auto error = add_subscription(request)) refuse(request.id, *error);
}

std::optional<wire::Error> Session::add_subscription(const wire::SubscribeRequest& request) {
  if (state() != ClientState::Open) return wire::Error{wire::ErrorCode::Forbidden, "the session is not open", {}};
  return streams_.subscribe(request);
}

void Session::handle(const wire::UnsubscribeRequest& request) {
  if (auto error = remove_subscription(request)) refuse(request.id, *error);
}

std::optional<wire::Error> Session::remove_subscription(const wire::UnsubscribeRequest& request) {
  if (state() != ClientState::Open) return wire::Error{wire::ErrorCode::Forbidden, "the session is not open", {}};
  wire::StreamListing left;
  auto error = streams_.unsubscribe(request, left);
  if (!error) reply(wire::unsubscribed_message(request.id, left, streams_.listings()));
  return error;
}

void Session::handle(const wire::ListRequest& request) {
  reply(wire::subscriptions_message(request.id, streams_.listings()));
}

void Session::handle(const wire::ResumeRequest& request) {
  if (!awaits_positions() && !streams_.empty()) {
    refuse(request.id,
           {wire::ErrorCode::BadRequest,
            "resume must be the first message of a connection that came with a resume token", R"({"field":"type"})"});
    return;
  }
  if (away_) away_->awaits_positions_until.reset();
  reply(wire::resumed_message(request.id, id(), streams_.listings()));
  std::map<wire::StreamId, hub::Position> positions;
  for (const wire::StreamPosition& position : request.received) {
    const auto stream = context_.directory.stream(position.symbol, position.timeframe);
    if (stream) positions[stream->id] = {position.epoch, position.seq};
  }
  for (hub::Subscription* subscription : streams_.subscriptions()) {
    const auto position = positions.find(subscription->stream->id);
    go_on(*subscription, position != positions.end() ? &position->second : nullptr);
  }
}

void Session::go_on(hub::Subscription& subscription, const hub::Position* position) {
  const hub::UpstreamStatus& upstream = context_.hub.upstream();
  // What is not live is told with every snapshot; that it is live again, with none.
  const bool is_live = std::string_view{upstream.state} == "live";
  const bool has_changed = upstream.since + context_.clients.limits.heartbeat_timeout >= away_->lost_at;
  if (position != nullptr && context_.hub.catch_up(subscription, *position)) {
    if (!is_live || has_changed) upstream_changed(subscription, upstream);
    return;
  }
  if (is_live && has_changed) upstream_changed(subscription, upstream);
  std::uint32_t history = 0;
  if (position != nullptr) {
    // How many bars it lacks is known with the answer: more of them may close until then.
    history = context_.clients.limits.max_history;
    away_->goes_on_after[subscription.stream->id] = {std::string{position->epoch}, position->seq};
  }
  context_.hub.start_over(subscription, history, wire::RequestId{kOwnRequest});
}

void Session::start_over() {
  if (!awaits_positions()) return;
  away_->awaits_positions_until.reset();
  for (hub::Subscription* subscription : streams_.subscriptions()) go_on(*subscription, nullptr);
}

void Session::attached(hub::Subscription& subscription, const wire::RequestId& request,
                       const wire::SnapshotData& snapshot, const hub::UpstreamStatus& upstream) {
  if (!may_speak()) return;
  if (request == kOwnRequest) {
    reply(begins_with(subscription.stream->id, snapshot, *subscription.view), &subscription);
  } else {
    reply(wire::subscribed_message(request, id(), listing_of(subscription), streams_.listings()), &subscription);
    reply(wire::snapshot_message(snapshot, *subscription.view), &subscription);
  }
  if (std::string_view{upstream.state} != "live") upstream_changed(subscription, upstream);
}

std::string Session::begins_with(wire::StreamId stream, const wire::SnapshotData& snapshot, const wire::View& view) {
  const auto after = away_->goes_on_after.find(stream);
  if (after == away_->goes_on_after.end()) return wire::snapshot_message(snapshot, view);
  wire::SnapshotData missed = snapshot;
  // Every closed bar has a number of its own; those of another epoch say nothing.
  if (snapshot.epoch == after->second.epoch) trim(missed, snapshot.seq - std::min(snapshot.seq, after->second.seq));
  away_->goes_on_after.erase(after);
  return wire::snapshot_message(missed, view);
}

void Session::refused(hub::Subscription& subscription, const wire::RequestId& request, const wire::Error& error,
                      bool destroyed) {
  if (destroyed) streams_.forget(subscription);
  if (may_speak()) refuse(request != kOwnRequest ? request : wire::RequestId{}, error);
}

void Session::upstream_changed(hub::Subscription& subscription, const hub::UpstreamStatus& upstream) {
  if (!may_speak()) return;
  reply(
      wire::status_message(subscription.stream->symbol, subscription.stream->timeframe, upstream.state, upstream.since),
      &subscription);
}

void Session::offer(hub::Subscription& subscription, const wire::UpdatePtr& update) noexcept {
  if (!accepts_updates() || awaits_positions()) return;
  ++context_.clients.counters.updates_offered;
  pushed(outbox().push_update(subscription, update));
}

void Session::describe(ClientReport& report) const {
  for (const hub::Subscription* subscription : streams_.subscriptions()) {
    const auto ids = hub::Hub::topic_ids(*subscription);
    report.streams.push_back({subscription->stream->symbol, subscription->stream->timeframe, {ids.begin(), ids.end()}});
  }
}

}  // namespace subd::session
