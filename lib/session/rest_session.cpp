#include "session/rest_session.hpp"

#include <fmt/format.h>

#include "base/log.hpp"
#include "wire/server_message.hpp"

namespace subd::session {
namespace {

using wire::Error;
using wire::ErrorCode;

unsigned status_of(ErrorCode code) noexcept {
  switch (code) {
    case ErrorCode::BadJson:
    case ErrorCode::BadRequest:
    case ErrorCode::UnknownType:
      return 400;
    case ErrorCode::Unauthorized:
      return 401;
    case ErrorCode::Forbidden:
      return 403;
    case ErrorCode::NotSubscribed:
      return 404;
    case ErrorCode::UnknownSymbol:
    case ErrorCode::UnknownTimeframe:
    case ErrorCode::UnknownIndicator:
    case ErrorCode::BadParams:
      return 422;
    case ErrorCode::LimitExceeded:
    case ErrorCode::RateLimited:
      return 429;
    case ErrorCode::UpstreamUnavailable:
      return 503;
    case ErrorCode::Internal:
      break;
  }
  return 500;
}

}  // namespace

RestError rest_error(const Error& error) {
  RestError out{status_of(error.code), wire::error_code_name(error.code), error.message, error.detail};
  if (out.status == 429 || out.status == 503) out.retry_after_seconds = 1;
  return out;
}

RestError no_subscription() {
  return {404, "no_subscription", "No active subscription for this session"};
}

RestSession::~RestSession() {
  for (auto& [id, waiting] : waiting_) waiting.done(no_subscription());
}

wire::RequestId RestSession::wait(Waiting waiting) {
  wire::RequestId id = fmt::to_string(next_request_++);
  waiting_.emplace(id, std::move(waiting));
  return id;
}

void RestSession::tell_orphans() {
  for (auto it = waiting_.begin(); it != waiting_.end();) {
    if (streams_.find(it->second.stream) != nullptr) {
      ++it;
      continue;
    }
    const RestDone done = std::move(it->second.done);
    it = waiting_.erase(it);
    done(no_subscription());
  }
}

void RestSession::subscribe(const wire::SubscribeRequest& request, const RestDone& done) {
  if (request.when_action != wire::ConditionAction::Keep || request.trigger) {
    const Error error{ErrorCode::BadRequest, "when and trigger are for WebSockets: who polls is told the newest state",
                      R"({"field":"when"})"};
    return done(rest_error(error));
  }
  const auto stream = directory_.stream(request.symbol, request.timeframe);
  if (!stream) return done(rest_error(stream.error()));
  wire::SubscribeRequest numbered = request;
  numbered.id = wait({RestRequest::Action::Subscribe, stream->id, request.id, done});
  numbered.history = 0;  // read() brings it
  if (const auto error = streams_.subscribe(numbered)) {
    waiting_.erase(numbered.id);
    done(rest_error(*error));
  }
}

base::Result<std::string, RestError> RestSession::unsubscribe(const wire::UnsubscribeRequest& request) {
  wire::StreamListing left;
  if (const auto error = streams_.unsubscribe(request, left)) return rest_error(*error);
  tell_orphans();
  return wire::unsubscribed_message(request.id, left, streams_.listings());
}

void RestSession::read(const RestRequest& request, const RestDone& done) {
  const auto stream = directory_.stream(request.symbol, request.timeframe);
  if (!stream) return done(rest_error(stream.error()));
  hub::Subscription* subscription = streams_.find(stream->id);
  if (subscription == nullptr) return done(no_subscription());
  const wire::RequestId id = wait({RestRequest::Action::Read, stream->id, {}, done});
  if (const auto error = streams_.refresh(*subscription, request.history, id)) {
    waiting_.erase(id);
    done(rest_error(*error));
  }
}

void RestSession::restore(const RestStream& stream) {
  wire::SubscribeRequest request;
  request.symbol = stream.symbol;
  request.timeframe = stream.timeframe;
  for (const std::string& id : stream.indicators) request.indicators.push_back({id, std::nullopt});
  const auto error = streams_.restore(request);
  if (!error) return;
  base::log::warn("session", "a stream of a REST session cannot be restored",
                  {{"session", key_.name()}, {"symbol", stream.symbol}, {"reason", error->message}});
}

std::vector<RestStream> RestSession::streams() const {
  std::vector<RestStream> out;
  for (const hub::Subscription* subscription : streams_.subscriptions()) {
    const auto ids = hub::Hub::topic_ids(*subscription);
    out.push_back({subscription->stream->symbol, subscription->stream->timeframe, {ids.begin(), ids.end()}});
  }
  return out;
}

void RestSession::attached(hub::Subscription& subscription, const wire::RequestId& request,
                           const wire::SnapshotData& snapshot, const hub::UpstreamStatus&) {
  const auto found = waiting_.find(request);
  if (found == waiting_.end()) return;  // of restore()
  Waiting waiting = std::move(found->second);
  waiting_.erase(found);
  if (waiting.action == RestRequest::Action::Read) {
    return waiting.done(wire::snapshot_message(snapshot, *subscription.view));
  }
  owner_.accepted(
      *this,
      wire::rest_subscribed_message(waiting.client_id, key_.name(), listing_of(subscription), streams_.listings()),
      std::move(waiting.done));
}

void RestSession::refused(hub::Subscription& subscription, const wire::RequestId& request, const Error& error,
                          bool destroyed) {
  if (destroyed) streams_.forget(subscription);
  const auto found = waiting_.find(request);
  if (found == waiting_.end()) {
    base::log::warn("session", "a stream of a REST session cannot be restored",
                    {{"session", key_.name()}, {"reason", error.message}});
  } else {
    const RestDone done = std::move(found->second.done);
    waiting_.erase(found);
    done(rest_error(error));
  }
  if (is_idle()) owner_.emptied(*this);
}

}  // namespace subd::session
