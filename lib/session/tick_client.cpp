#include "session/tick_client.hpp"

#include <fmt/format.h>

#include <boost/unordered/unordered_flat_set.hpp>
#include <utility>
#include <variant>

#include "wire/tick_message.hpp"

namespace subd::session {
namespace {

using market::InstrumentId;
using wire::Error;
using wire::ErrorCode;
using wire::TickReplyType;

constexpr auto kDefaultMode = market::QuoteMode::Quote;

}  // namespace

TickClient::TickClient(TickContext& context, Transport& transport, std::string id)
    : JsonClient{context.clients, transport, std::move(id)},
      context_{context},
      requests_{context.clients.limits.subscribe_rate, context.clients.limits.subscribe_burst,
                context.clients.clock.mono_now()},
      set_{context.hub, *this} {}

void TickClient::opened() {
  const Limits& limits = context_.clients.limits;
  reply(wire::tick_connected_message({.connection_id = id(),
                                      .user_id = principal().user_id,
                                      .session_claim = principal().session_claim,
                                      .heartbeat_interval = limits.heartbeat_interval,
                                      .max_tokens = limits.max_tokens,
                                      .max_message_bytes = limits.max_message_bytes}));
}

void TickClient::receive_text(std::string_view text) {
  const auto message = wire::parse_tick_message(text);
  if (!message) {
    refuse(message.error().id, message.error().error);
  } else if (may_handle(*message)) {
    std::visit([this](const auto& request) { handle(request); }, *message);
  }
}

std::optional<Error> TickClient::take_turn() {
  if (requests_.take(context_.clients.clock.mono_now())) return std::nullopt;
  return Error{ErrorCode::RateLimited,
               fmt::format("more than {} requests per second; try again in {} ms",
                           context_.clients.limits.subscribe_rate, requests_.wait().count()),
               fmt::format(R"({{"retry_after_ms":{}}})", requests_.wait().count())};
}

std::optional<Error> TickClient::over_limit(std::size_t count) const {
  const std::size_t most = context_.clients.limits.max_tokens;
  if (count <= most) return std::nullopt;
  return Error{ErrorCode::LimitExceeded, fmt::format("at most {} tokens per client, this would be {}", most, count),
               fmt::format(R"({{"field":"tokens","maximum":{}}})", most)};
}

base::Result<std::vector<InstrumentId>, Error> TickClient::resolve(const wire::InstrumentNames& names) const {
  std::vector<InstrumentId> out;
  boost::unordered_flat_set<std::uint32_t> seen;
  const auto add = [&](const ResolvedInstrument& instrument) {
    if (seen.insert(static_cast<std::uint32_t>(instrument.id)).second) out.push_back(instrument.id);
  };
  for (std::size_t i = 0; i < names.tokens.size(); ++i) {
    const auto found = context_.directory.token(names.tokens[i], fmt::format("tokens[{}]", i));
    if (!found) return found.error();
    add(*found);
  }
  for (std::size_t i = 0; i < names.symbols.size(); ++i) {
    const auto found = context_.directory.symbol(names.symbols[i], fmt::format("symbols[{}]", i));
    if (!found) return found.error();
    add(*found);
  }
  return out;
}

template <class Request>
hub::TickWish TickClient::wish_for(InstrumentId instrument, const Request& request) const {
  hub::TickWish wish{instrument, {wire::TickFormat::Json, kDefaultMode}, context_.clients.limits.default_throttle};
  if (const hub::TickSubscription* existing = set_.find(instrument)) {
    wish.form = existing->wanted;
    wish.throttle = existing->throttle;
  }
  if (request.mode) wish.form.mode = *request.mode;
  if (request.throttle_ms) wish.throttle = std::chrono::milliseconds{*request.throttle_ms};
  return wish;
}

void TickClient::handle(const wire::TickSubscribeRequest& request) {
  if (const auto error = take_turn()) return refuse(request.id, *error);
  const auto instruments = resolve(request.instruments);
  if (!instruments) return refuse(request.id, instruments.error());
  if (const auto error = over_limit(set_.size() + set_.count_new(*instruments))) return refuse(request.id, *error);
  std::vector<hub::TickWish> wishes;
  for (const InstrumentId instrument : *instruments) wishes.push_back(wish_for(instrument, request));
  set_.take(wishes, {hub::TickAsk::Kind::Add, request.id});
}

void TickClient::handle(const wire::UpdateFilterRequest& request) {
  if (const auto error = take_turn()) return refuse(request.id, *error);
  const auto instruments = resolve(request.instruments);
  if (!instruments) return refuse(request.id, instruments.error());
  if (const auto error = over_limit(instruments->size())) return refuse(request.id, *error);
  boost::unordered_flat_set<std::uint32_t> wanted;
  std::vector<hub::TickWish> wishes;
  for (const InstrumentId instrument : *instruments) {
    wanted.insert(static_cast<std::uint32_t>(instrument));
    const hub::TickWish wish = wish_for(instrument, request);
    const hub::TickSubscription* existing = set_.find(instrument);
    // What stays as it is is left alone: no request to the market, no snapshot.
    if (existing == nullptr || existing->wanted != wish.form || existing->throttle != wish.throttle) {
      wishes.push_back(wish);
    }
  }
  std::vector<InstrumentId> gone;
  for (const hub::TickSubscription* subscription : set_.listed()) {
    if (!wanted.contains(static_cast<std::uint32_t>(subscription->instrument))) {
      gone.push_back(subscription->instrument);
    }
  }
  set_.drop(gone);
  set_.take(wishes, {hub::TickAsk::Kind::ReplaceAll, request.id});
}

void TickClient::handle(const wire::TickUnsubscribeRequest& request) {
  if (!request.instruments) {
    set_.clear();
    return answer(TickReplyType::Unsubscribed, request.id);
  }
  const auto instruments = resolve(*request.instruments);
  if (!instruments) return refuse(request.id, instruments.error());
  for (const InstrumentId instrument : *instruments) {
    if (set_.find(instrument) != nullptr) continue;
    const ResolvedInstrument what = context_.directory.instrument(instrument);
    return refuse(request.id,
                  {ErrorCode::NotSubscribed, fmt::format("not subscribed to token {} ({})", what.token, what.symbol),
                   fmt::format(R"({{"field":"tokens","token":{}}})", what.token)});
  }
  set_.drop(*instruments);
  answer(TickReplyType::Unsubscribed, request.id);
}

void TickClient::handle(const wire::ListRequest& request) {
  answer(TickReplyType::Subscriptions, request.id);
}

void TickClient::answer(TickReplyType type, const wire::RequestId& request) {
  std::vector<wire::TickListing> all;
  all.reserve(set_.size());
  for (const hub::TickSubscription* subscription : set_.listed()) {
    const ResolvedInstrument what = context_.directory.instrument(subscription->instrument);
    all.push_back({what.token, what.symbol, subscription->wanted.mode, subscription->throttle});
  }
  reply(wire::tick_reply_message(type, request, id(), all));
}

void TickClient::attached(const hub::TickAsk& ask, const hub::UpstreamStatus& upstream) {
  if (state() != ClientState::Open) return;
  answer(ask.kind == hub::TickAsk::Kind::Add ? TickReplyType::Subscribed : TickReplyType::FilterUpdated, ask.id);
  if (std::string_view{upstream.state} != "live") upstream_changed(upstream);
}

void TickClient::offer(hub::TickSubscription& subscription, const wire::TickPtr& tick) noexcept {
  if (!accepts_updates()) return;
  ++context_.clients.counters.updates_offered;
  pushed(outbox().push_tick(subscription, tick));
}

void TickClient::upstream_changed(const hub::UpstreamStatus& upstream) {
  if (state() == ClientState::Open) reply(wire::upstream_status_message(upstream.state, upstream.since));
}

}  // namespace subd::session
