#include "session/stream_set.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/json_text.hpp"

namespace subd::session {
namespace {

using wire::Error;
using wire::ErrorCode;

/// Values of history that count as much as a request: what a snapshot costs grows with them.
constexpr double kValuesOfOne = 1000;

Error limit_error(std::string message, std::string_view field, std::size_t allowed) {
  return {ErrorCode::LimitExceeded, std::move(message),
          fmt::format(R"({{"field":"{}","maximum":{}}})", field, allowed)};
}

Error not_subscribed(std::string message) {
  return {ErrorCode::NotSubscribed, std::move(message), {}};
}

}  // namespace

wire::StreamListing listing_of(const hub::Subscription& subscription) {
  wire::StreamListing listing{subscription.stream->symbol, subscription.stream->timeframe,
                              hub::Hub::topic_ids(subscription)};
  if (const hub::Condition* condition = subscription.condition()) listing.when = condition->text;
  listing.trigger = subscription.trigger();
  return listing;
}

StreamSet::StreamSet(const StreamContext& context, hub::Subscriber& owner)
    : context_{context},
      owner_{owner},
      requests_{context.limits.subscribe_rate, context.limits.subscribe_burst, context.clock.mono_now()} {}

void StreamSet::clear() {
  for (hub::Subscription* subscription : subscriptions_) context_.hub.close(*subscription);
  subscriptions_.clear();
}

std::optional<Error> StreamSet::over_limit(std::uint32_t history, std::size_t columns) {
  const Limits& limits = context_.limits;
  // No history is refused for good: the greatest takes all that may be asked at once.
  const double values = history <= limits.max_history ? static_cast<double>(history) * static_cast<double>(columns) : 0;
  const double cost = std::min(1 + values / kValuesOfOne, std::max(1.0, limits.subscribe_burst));
  if (!requests_.take(context_.clock.mono_now(), cost)) {
    const auto wait = requests_.wait(cost);
    return Error{ErrorCode::RateLimited,
                 fmt::format("more than {} subscribe requests per second; try again in {} ms", limits.subscribe_rate,
                             wait.count()),
                 fmt::format(R"({{"retry_after_ms":{}}})", wait.count())};
  }
  if (history <= limits.max_history) return std::nullopt;
  return limit_error(fmt::format("history must be at most {}, got {}", limits.max_history, history), "history",
                     limits.max_history);
}

std::optional<Error> StreamSet::refresh(hub::Subscription& subscription, std::uint32_t history,
                                        wire::RequestId request) {
  if (auto error = over_limit(history, 1 + subscription.topics.size())) return error;
  const hub::Stream& stream = *subscription.stream;
  context_.hub.subscribe(owner_, &subscription, stream.id, stream.symbol, stream.timeframe, {}, history,
                         std::move(request), subscription.throttle_time());
  return std::nullopt;
}

std::optional<Error> StreamSet::subscribe(const wire::SubscribeRequest& request) {
  if (auto error = over_limit(request.history, columns_of(request))) return error;
  return restore(request);
}

std::size_t StreamSet::columns_of(const wire::SubscribeRequest& request) const {
  const std::size_t asked = 1 + request.indicators.size();
  if (request.history == 0) return asked;
  const auto stream = context_.directory.stream(request.symbol, request.timeframe);
  const hub::Subscription* existing = stream ? find(stream->id) : nullptr;
  return existing != nullptr ? asked + existing->topics.size() : asked;
}

std::optional<Error> StreamSet::restore(const wire::SubscribeRequest& request) {
  const Limits& limits = context_.limits;
  const auto stream = context_.directory.stream(request.symbol, request.timeframe);
  if (!stream) return stream.error();
  const auto ids = context_.directory.indicators(request.indicators);
  if (!ids) return ids.error();
  hub::Subscription* existing = find(stream->id);
  if (existing == nullptr && subscriptions_.size() >= limits.max_streams) {
    return limit_error(fmt::format("at most {} streams per session", limits.max_streams), "streams",
                       limits.max_streams);
  }
  std::size_t total = existing != nullptr ? existing->topics.size() : 0;
  for (const std::string& id : *ids) {
    if (existing == nullptr || !hub::Hub::has_topic(*existing, id)) ++total;
  }
  if (total > limits.max_indicators) {
    return limit_error(fmt::format("at most {} indicators per stream, this would be {}", limits.max_indicators, total),
                       "indicators", limits.max_indicators);
  }
  auto condition = condition_change(request, existing, *ids);
  if (!condition) return condition.error();
  const auto throttle = request.throttle_ms ? std::chrono::milliseconds{*request.throttle_ms}
                        : existing          ? existing->throttle_time()
                                            : limits.default_throttle;
  hub::Subscription& subscription =
      context_.hub.subscribe(owner_, existing, stream->id, stream->symbol, stream->timeframe, *ids, request.history,
                             request.id, throttle, std::move(*condition));
  subscription.generation = next_generation_++;
  if (existing == nullptr) subscriptions_.push_back(&subscription);
  return std::nullopt;
}

base::Result<hub::ConditionChange, Error> StreamSet::condition_change(const wire::SubscribeRequest& request,
                                                                      const hub::Subscription* existing,
                                                                      const std::vector<std::string>& added) const {
  hub::ConditionChange change{request.when_action, {}, {}, request.trigger};
  if (request.when_action == wire::ConditionAction::Keep && request.trigger) {
    const bool conditional = existing != nullptr && context_.hub.wanted_condition(*existing) != nullptr;
    if (!conditional) {
      return Error{ErrorCode::BadRequest, "trigger goes with when: this stream has no condition",
                   R"({"field":"trigger"})"};
    }
  }
  if (request.when_action != wire::ConditionAction::Replace) return change;
  std::vector<std::string> indicators = added;
  if (existing != nullptr) {
    for (const std::string_view id : hub::Hub::topic_ids(*existing)) indicators.emplace_back(id);
  }
  auto resolved = context_.directory.condition(request.when, indicators);
  if (!resolved) return resolved.error();
  change.text = std::move(resolved->text);
  change.topics = std::move(resolved->indicators);
  return change;
}

std::optional<Error> StreamSet::unsubscribe(const wire::UnsubscribeRequest& request, wire::StreamListing& left) {
  left = {};
  if (request.symbol.empty()) {
    clear();
    return std::nullopt;
  }
  const auto stream = context_.directory.stream(request.symbol, request.timeframe);
  if (!stream) return stream.error();
  hub::Subscription* subscription = find(stream->id);
  if (subscription == nullptr) {
    return not_subscribed(fmt::format("not subscribed to {} {}", stream->symbol, stream->timeframe));
  }
  if (request.indicators) {
    const auto ids = context_.directory.indicators(*request.indicators);
    if (!ids) return ids.error();
    for (const std::string& id : *ids) {
      if (hub::Hub::has_topic(*subscription, id)) continue;
      return not_subscribed(fmt::format("not subscribed to {} of {} {}", id, stream->symbol, stream->timeframe));
    }
    if (auto error = needed_by_condition(*subscription, *ids)) return error;
    context_.hub.remove_topics(*subscription, *ids);
    left = listing_of(*subscription);
    // What is pending was made with the old view; nothing newer may take its place ahead of this reply.
    subscription->pending_position = 0;
  } else {
    // The names are the directory's and outlive the subscription.
    left.symbol = stream->symbol;
    left.timeframe = stream->timeframe;
    forget(*subscription);
    context_.hub.close(*subscription);
  }
  return std::nullopt;
}

hub::Subscription* StreamSet::find(wire::StreamId stream) const noexcept {
  const auto it =
      std::find_if(subscriptions_.begin(), subscriptions_.end(),
                   [&](const hub::Subscription* subscription) { return subscription->stream->id == stream; });
  return it != subscriptions_.end() ? *it : nullptr;
}

std::optional<Error> StreamSet::needed_by_condition(const hub::Subscription& subscription,
                                                    const std::vector<std::string>& ids) const {
  const hub::Condition* condition = context_.hub.wanted_condition(subscription);
  if (condition == nullptr) return std::nullopt;
  for (const std::string& id : ids) {
    if (std::find(condition->topics.begin(), condition->topics.end(), id) == condition->topics.end()) continue;
    std::string detail = R"({"field":"indicators","indicator":)";
    base::append_json_string(detail, id);
    detail += R"(,"when":)";
    base::append_json_string(detail, condition->text);
    detail += '}';
    return Error{
        ErrorCode::BadRequest,
        fmt::format("{} is needed by the condition {}; replace it or send \"when\":null first", id, condition->text),
        std::move(detail)};
  }
  return std::nullopt;
}

std::vector<wire::StreamListing> StreamSet::listings() const {
  std::vector<wire::StreamListing> out;
  out.reserve(subscriptions_.size());
  for (const hub::Subscription* subscription : subscriptions_) out.push_back(listing_of(*subscription));
  return out;
}

}  // namespace subd::session
