#include "session/kite_client.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/unordered/unordered_flat_set.hpp>
#include <utility>
#include <variant>

#include "base/time_text.hpp"
#include "kite/frame.hpp"
#include "kite/text_message.hpp"

namespace subd::session {
namespace {

using market::InstrumentId;

/// What Kite takes an instrument for that was subscribed without a mode.
constexpr auto kDefaultMode = market::QuoteMode::Quote;
/// Unknown tokens that an error names.
constexpr std::size_t kUnknownNamed = 10;

}  // namespace

KiteClient::KiteClient(TickContext& context, Transport& transport, std::string id)
    : Client{context.clients, transport, std::move(id)},
      context_{context},
      requests_{context.clients.limits.subscribe_rate, context.clients.limits.subscribe_burst,
                context.clients.clock.mono_now()},
      set_{context.hub, *this} {}

void KiteClient::receive_text(std::string_view text) {
  const auto request = kite::parse_request(text);
  if (!request) return refuse(request.error().message);
  if (!requests_.take(context_.clients.clock.mono_now())) {
    return refuse(fmt::format("more than {} requests per second; try again in {} ms",
                              context_.clients.limits.subscribe_rate, requests_.wait().count()));
  }
  if (const auto over = charge_request()) {
    return refuse(
        fmt::format("more than {} requests per second of this {}, all connections together; try again in {} ms",
                    over->rate, over->whose, over->retry_after.count()));
  }
  std::visit([this](const auto& one) { handle(one); }, *request);
}

void KiteClient::handle(const kite::SubscribeRequest& request) {
  take(request.tokens, std::nullopt);
}

void KiteClient::handle(const kite::ModeRequest& request) {
  // Some clients subscribe by a mode alone.
  take(request.tokens, request.mode);
}

void KiteClient::handle(const kite::UnsubscribeRequest& request) {
  set_.drop(resolve(request.tokens));
}

std::vector<InstrumentId> KiteClient::resolve(std::span<const std::uint32_t> tokens) {
  std::vector<InstrumentId> out;
  std::vector<std::uint32_t> unknown;
  boost::unordered_flat_set<std::uint32_t> seen;
  for (const std::uint32_t token : tokens) {
    if (!seen.insert(token).second) continue;
    if (const auto found = context_.directory.find_token(token)) {
      out.push_back(found->id);
    } else {
      unknown.push_back(token);
    }
  }
  if (!unknown.empty()) {
    const std::size_t named = std::min(unknown.size(), kUnknownNamed);
    const std::string more = named < unknown.size() ? fmt::format(" and {} more", unknown.size() - named) : "";
    refuse(fmt::format("unknown tokens, ignored: {}{}", fmt::join(std::span{unknown}.first(named), ", "), more));
  }
  return out;
}

void KiteClient::take(std::span<const std::uint32_t> tokens, std::optional<market::QuoteMode> mode) {
  const auto instruments = resolve(tokens);
  if (instruments.empty() || state() != ClientState::Open) return;
  const std::size_t most = context_.clients.limits.max_tokens;
  const std::size_t count = set_.size() + set_.count_new(instruments);
  if (count > most) {
    return refuse(fmt::format("at most {} tokens per connection, this would be {}: nothing changed", most, count));
  }
  std::vector<hub::TickWish> wishes;
  wishes.reserve(instruments.size());
  for (const InstrumentId instrument : instruments) {
    const hub::TickSubscription* existing = set_.find(instrument);
    const auto present = existing != nullptr ? existing->wanted.mode : kDefaultMode;
    wishes.push_back({instrument, {wire::TickFormat::Packet, mode.value_or(present)}, {}});
  }
  set_.take(wishes, {});
}

void KiteClient::refuse(std::string_view message) {
  std::string text;
  kite::append_error(text, message);
  reply(std::move(text));
  spend_error();
}

void KiteClient::attached(const hub::TickAsk&, const hub::UpstreamStatus& upstream) {
  if (std::string_view{upstream.state} != "live") upstream_changed(upstream);
}

void KiteClient::upstream_changed(const hub::UpstreamStatus& upstream) {
  if (state() != ClientState::Open) return;
  std::string text;
  kite::append_message(text, fmt::format("upstream {} since {}", upstream.state, base::time_text(upstream.since)));
  reply(std::move(text));
}

void KiteClient::offer(hub::TickSubscription& subscription, const wire::TickPtr& tick) noexcept {
  if (!accepts_updates()) return;
  ++context_.clients.counters.updates_offered;
  spoke_ = true;
  pushed(outbox().push_tick(subscription, tick));
}

void KiteClient::every_sweep(base::MonoTime now) {
  if (std::exchange(spoke_, false)) {
    heartbeat_due_ = now + kHeartbeatInterval;
  } else if (now >= heartbeat_due_ && outbox().empty()) {
    heartbeat_due_ = now + kHeartbeatInterval;
    pushed(outbox().push_binary(std::string{kite::kHeartbeat}));
  }
}

}  // namespace subd::session
