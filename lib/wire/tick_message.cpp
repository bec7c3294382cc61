#include "wire/tick_message.hpp"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <utility>

#include "base/json_text.hpp"
#include "base/number_text.hpp"
#include "wire/message_envelope.hpp"
#include "wire/message_text.hpp"
#include "wire/request_fields.hpp"

namespace subd::wire {
namespace {

using nlohmann::json;
using request_fields::json_type;
using request_fields::mismatch;

template <class T>
using Parsed = base::Result<T, Error>;

constexpr std::string_view kTokenAllowed = "a whole number of 1 to 4294967295";

Parsed<std::uint32_t> parse_token(const json& value, std::size_t index) {
  const auto wrong = [&](std::string_view found) {
    return mismatch(ErrorCode::BadRequest, fmt::format("tokens[{}]", index), kTokenAllowed, found);
  };
  if (!value.is_number()) return wrong(json_type(value));
  const double number = value.get<double>();
  if (number < 1 || number > std::numeric_limits<std::uint32_t>::max() || number != std::trunc(number)) {
    return wrong(base::number_text(number));
  }
  return static_cast<std::uint32_t>(number);
}

/// The list of that name; null where there is none.
Parsed<const json*> optional_list(const json& object, std::string_view field) {
  const json* list = request_fields::find(object, field);
  if (list != nullptr && !list->is_array()) {
    return mismatch(ErrorCode::BadRequest, field, field == "tokens" ? "a list of numbers" : "a list of strings",
                    json_type(*list));
  }
  return list;
}

/// `tokens` and `symbols`; nullopt where the message has neither.
Parsed<std::optional<InstrumentNames>> parse_names(const json& object) {
  const auto tokens = optional_list(object, "tokens");
  if (!tokens) return tokens.error();
  const auto symbols = optional_list(object, "symbols");
  if (!symbols) return symbols.error();
  if (*tokens == nullptr && *symbols == nullptr) return std::optional<InstrumentNames>{};
  const std::size_t count = (*tokens ? (*tokens)->size() : 0) + (*symbols ? (*symbols)->size() : 0);
  if (count > kMaxInstrumentsPerRequest) {
    return mismatch(ErrorCode::BadRequest, *tokens ? "tokens" : "symbols",
                    fmt::format("at most {} entries, tokens and symbols together", kMaxInstrumentsPerRequest),
                    fmt::to_string(count));
  }
  InstrumentNames names;
  if (*tokens) {
    for (const json& value : **tokens) {
      const auto token = parse_token(value, names.tokens.size());
      if (!token) return token.error();
      names.tokens.push_back(*token);
    }
  }
  if (*symbols) {
    for (const json& value : **symbols) {
      auto symbol = request_fields::name(value, fmt::format("symbols[{}]", names.symbols.size()));
      if (!symbol) return symbol.error();
      names.symbols.push_back(std::move(*symbol));
    }
  }
  return std::optional{std::move(names)};
}

Parsed<std::optional<market::QuoteMode>> parse_mode(const json& object) {
  const json* value = request_fields::find(object, "mode");
  if (value == nullptr) return std::optional<market::QuoteMode>{};
  constexpr std::string_view kAllowed = R"("ltp", "quote" or "full")";
  if (!value->is_string()) return mismatch(ErrorCode::BadRequest, "mode", kAllowed, json_type(*value));
  const auto& name = value->get_ref<const std::string&>();
  const auto mode = market::parse_quote_mode(name);
  if (!mode) return mismatch(ErrorCode::BadRequest, "mode", kAllowed, request_fields::quoted(name));
  return mode;
}

/// What `subscribe` and `update_filter` have in common; `instruments` where one of tokens and symbols has to be there.
template <class Request>
Parsed<TickClientMessage> parse_set(const json& object, const RequestId& id, bool may_be_empty) {
  Request request;
  request.id = id;
  auto names = parse_names(object);
  if (!names) return names.error();
  if (!*names || (!may_be_empty && (*names)->empty())) {
    return mismatch(ErrorCode::BadRequest, "tokens",
                    may_be_empty ? "a list, or symbols one" : "a list of at least one token, or symbols one of a name",
                    *names ? "an empty one" : "nothing");
  }
  request.instruments = std::move(**names);
  const auto mode = parse_mode(object);
  if (!mode) return mode.error();
  request.mode = *mode;
  const auto throttle = request_fields::optional_count(object, "throttle_ms");
  if (!throttle) return throttle.error();
  request.throttle_ms = *throttle;
  return TickClientMessage{std::move(request)};
}

Parsed<TickClientMessage> parse_subscribe(const json& object, const RequestId& id) {
  return parse_set<TickSubscribeRequest>(object, id, false);
}

Parsed<TickClientMessage> parse_update_filter(const json& object, const RequestId& id) {
  return parse_set<UpdateFilterRequest>(object, id, true);
}

Parsed<TickClientMessage> parse_unsubscribe(const json& object, const RequestId& id) {
  auto names = parse_names(object);
  if (!names) return names.error();
  if (*names && (*names)->empty()) {
    return mismatch(ErrorCode::BadRequest, "tokens", "absent with symbols (everything) or name at least one",
                    "an empty one");
  }
  return TickClientMessage{TickUnsubscribeRequest{id, std::move(*names)}};
}

Parsed<TickClientMessage> parse_list(const json&, const RequestId& id) {
  return TickClientMessage{ListRequest{id}};
}

Parsed<TickClientMessage> parse_heartbeat(const json&, const RequestId& id) {
  return TickClientMessage{HeartbeatRequest{id}};
}

Parsed<TickClientMessage> parse_auth(const json& object, const RequestId& id) {
  auto request = auth_request(object, id);
  if (!request) return request.error();
  return TickClientMessage{std::move(*request)};
}

constexpr std::array<MessageType<TickClientMessage>, 6> kMessageTypes{{{"subscribe", parse_subscribe},
                                                                       {"update_filter", parse_update_filter},
                                                                       {"unsubscribe", parse_unsubscribe},
                                                                       {"list", parse_list},
                                                                       {"heartbeat", parse_heartbeat},
                                                                       {"auth", parse_auth}}};

}  // namespace

base::Result<TickClientMessage, RefusedMessage> parse_tick_message(std::string_view text) {
  return parse_message<TickClientMessage>(text, kMessageTypes);
}

std::string tick_connected_message(const TickConnectedMessage& message) {
  std::string out = message_text::begin("connected");
  out += R"(,"protocol":1)";
  message_text::append_text(out, "ws_conn_id", message.connection_id);
  message_text::append_text(out, "user_id", message.user_id);
  message_text::append_optional_text(out, "session_id", message.session_claim);
  message_text::append_milliseconds(out, "heartbeat_interval_ms", message.heartbeat_interval);
  out += R"(,"limits":{"tokens":)";
  base::append_number(out, std::uint64_t{message.max_tokens});
  message_text::append_count(out, "message_bytes", message.max_message_bytes);
  out += "}}";
  return out;
}

std::string tick_reply_message(TickReplyType type, std::string_view request_id, std::string_view connection_id,
                               std::span<const TickListing> all) {
  constexpr std::array<std::string_view, 4> kNames{"subscribed", "filter_updated", "unsubscribed", "subscriptions"};
  constexpr std::size_t kUsualBytes = 80;  // of an instrument
  std::string out = message_text::begin(kNames[static_cast<std::size_t>(type)], request_id);
  out.reserve(out.size() + kUsualBytes * (all.size() + 1));
  message_text::append_text(out, "ws_conn_id", connection_id);
  message_text::append_key(out, "instruments");
  out += '[';
  for (const TickListing& listing : all) {
    if (out.back() != '[') out += ',';
    out += R"({"token":)";
    base::append_number(out, std::uint64_t{listing.token});
    message_text::append_text(out, "symbol", listing.symbol);
    message_text::append_text(out, "mode", market::quote_mode_name(listing.mode));
    message_text::append_milliseconds(out, "throttle_ms", listing.throttle);
    out += '}';
  }
  out += "]}";
  return out;
}

std::string upstream_status_message(std::string_view state, base::UtcTime since) {
  std::string out = message_text::begin("status");
  message_text::append_text(out, "upstream", state);
  message_text::append_time(out, "since", since);
  out += '}';
  return out;
}

}  // namespace subd::wire
