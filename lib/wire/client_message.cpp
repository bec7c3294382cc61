#include "wire/client_message.hpp"

#include <fmt/format.h>

#include <array>
#include <nlohmann/json.hpp>
#include <utility>

#include "wire/message_envelope.hpp"
#include "wire/request_fields.hpp"

namespace subd::wire {
namespace {

using nlohmann::json;
using request_fields::json_type;
using request_fields::mismatch;
using request_fields::quoted;

template <class T>
using Parsed = base::Result<T, Error>;

Parsed<IndicatorRequest::Value> parse_param(const json& value, const std::string& field) {
  if (value.is_number()) return IndicatorRequest::Value{value.get<double>()};
  if (!value.is_string()) return mismatch(ErrorCode::BadParams, field, "a number or a string", json_type(value));
  const auto& text = value.get_ref<const std::string&>();
  if (text.size() > kMaxNameBytes) {
    return mismatch(ErrorCode::BadParams, field, fmt::format("a string of at most {} bytes", kMaxNameBytes),
                    fmt::format("{} bytes", text.size()));
  }
  return IndicatorRequest::Value{text};
}

/// `{name, params}`.
Parsed<IndicatorRequest> parse_named_indicator(const json& object, const std::string& field) {
  const json* name = request_fields::find(object, "name");
  const std::string name_field = field + ".name";
  if (name == nullptr) return mismatch(ErrorCode::BadRequest, name_field, "an indicator's name", "nothing");
  auto checked_name = request_fields::name(*name, name_field);
  if (!checked_name) return checked_name.error();
  IndicatorRequest request{std::move(*checked_name), std::nullopt};

  const json* params = request_fields::find(object, "params");
  if (params == nullptr) return request;
  const std::string params_field = field + ".params";
  if (!params->is_object()) {
    return mismatch(ErrorCode::BadRequest, params_field, "an object of parameters", json_type(*params));
  }
  if (params->size() > kMaxParamsPerIndicator) {
    return mismatch(ErrorCode::BadParams, params_field, fmt::format("at most {} parameters", kMaxParamsPerIndicator),
                    fmt::to_string(params->size()));
  }
  auto& values = request.params.emplace();
  values.reserve(params->size());
  for (auto it = params->begin(); it != params->end(); ++it) {
    if (it.key().empty() || it.key().size() > kMaxNameBytes) {
      return mismatch(ErrorCode::BadParams, params_field,
                      fmt::format("an object of parameter names of 1 to {} bytes", kMaxNameBytes),
                      fmt::format("one of {} bytes", it.key().size()));
    }
    auto value = parse_param(*it, fmt::format("{}.{}", params_field, it.key()));
    if (!value) return value.error();
    values.emplace_back(it.key(), std::move(*value));
  }
  return request;
}

Parsed<IndicatorRequest> parse_list_item(const json& item, const std::string& field) {
  if (item.is_object()) return parse_named_indicator(item, field);
  if (!item.is_string()) {
    return mismatch(ErrorCode::BadRequest, field, "an indicator id or an object {name, params}", json_type(item));
  }
  auto id = request_fields::name(item, field);
  if (!id) return id.error();
  return IndicatorRequest{std::move(*id), std::nullopt};
}

/// One member of `{id: {name, params}}`. The key labels the request; it is the id itself when nothing else is given.
Parsed<IndicatorRequest> parse_labelled_item(const std::string& key, const json& value) {
  if (key.empty() || key.size() > kMaxNameBytes) {
    return mismatch(ErrorCode::BadRequest, "indicators",
                    fmt::format("an object of ids of 1 to {} bytes", kMaxNameBytes),
                    fmt::format("one of {} bytes", key.size()));
  }
  const std::string field = "indicators." + key;
  if (value.is_null() || (value.is_object() && value.empty())) return IndicatorRequest{key, std::nullopt};
  if (!value.is_object()) {
    return mismatch(ErrorCode::BadRequest, field, "an object {name, params}", json_type(value));
  }
  return parse_named_indicator(value, field);
}

Parsed<std::vector<IndicatorRequest>> parse_indicators(const json& value) {
  if (!value.is_array() && !value.is_object()) {
    return mismatch(ErrorCode::BadRequest, "indicators",
                    "a list of ids or {name, params}, or an object {id: {name, params}}", json_type(value));
  }
  if (value.size() > kMaxIndicatorsPerRequest) {
    return mismatch(ErrorCode::BadRequest, "indicators", fmt::format("at most {} entries", kMaxIndicatorsPerRequest),
                    fmt::to_string(value.size()));
  }
  std::vector<IndicatorRequest> requests;
  requests.reserve(value.size());
  std::size_t index = 0;
  for (auto it = value.begin(); it != value.end(); ++it, ++index) {
    auto request = value.is_array() ? parse_list_item(*it, fmt::format("indicators[{}]", index))
                                    : parse_labelled_item(it.key(), *it);
    if (!request) return request.error();
    requests.push_back(std::move(*request));
  }
  return requests;
}

/// `when` and `trigger` into `request`.
std::optional<Error> parse_condition(const json& object, SubscribeRequest& request) {
  if (const json* when = request_fields::find(object, "when")) {
    const std::string allowed = fmt::format("an expression of 1 to {} bytes in a string, or null", kMaxConditionBytes);
    if (when->is_null()) {
      request.when_action = ConditionAction::Clear;
    } else if (!when->is_string()) {
      return mismatch(ErrorCode::BadRequest, "when", allowed, json_type(*when));
    } else {
      request.when_action = ConditionAction::Replace;
      request.when = when->get_ref<const std::string&>();
      if (request.when.empty()) return mismatch(ErrorCode::BadRequest, "when", allowed, "an empty one");
      if (request.when.size() > kMaxConditionBytes) {
        return mismatch(ErrorCode::BadRequest, "when", allowed, fmt::format("{} bytes", request.when.size()));
      }
    }
  }
  const json* trigger = request_fields::find(object, "trigger");
  if (trigger == nullptr) return std::nullopt;
  constexpr std::string_view kAllowed = R"("level" or "edge")";
  if (!trigger->is_string()) return mismatch(ErrorCode::BadRequest, "trigger", kAllowed, json_type(*trigger));
  const std::string_view name = trigger->get_ref<const std::string&>();
  for (const Trigger known : {Trigger::Level, Trigger::Edge}) {
    if (name == trigger_name(known)) request.trigger = known;
  }
  if (!request.trigger) return mismatch(ErrorCode::BadRequest, "trigger", kAllowed, quoted(name));
  if (request.when_action == ConditionAction::Clear) {
    return mismatch(ErrorCode::BadRequest, "trigger", "absent where when is null", quoted(name));
  }
  return std::nullopt;
}

Parsed<SubscribeRequest> read_subscribe(const json& object, const RequestId& id) {
  auto symbol = request_fields::required_name(object, "symbol");
  if (!symbol) return symbol.error();
  auto timeframe = request_fields::required_name(object, "timeframe");
  if (!timeframe) return timeframe.error();
  SubscribeRequest request;
  request.id = id;
  request.symbol = std::move(*symbol);
  request.timeframe = std::move(*timeframe);
  if (const json* indicators = request_fields::find(object, "indicators")) {
    auto requests = parse_indicators(*indicators);
    if (!requests) return requests.error();
    request.indicators = std::move(*requests);
  }
  const auto history = request_fields::optional_count(object, "history");
  if (!history) return history.error();
  request.history = history->value_or(0);
  const auto throttle = request_fields::optional_count(object, "throttle_ms");
  if (!throttle) return throttle.error();
  request.throttle_ms = *throttle;
  if (auto error = parse_condition(object, request)) return std::move(*error);
  return request;
}

Parsed<UnsubscribeRequest> read_unsubscribe(const json& object, const RequestId& id) {
  UnsubscribeRequest request{id, {}, {}, std::nullopt};
  const json* indicators = request_fields::find(object, "indicators");
  if (request_fields::find(object, "symbol") == nullptr) {
    for (const std::string_view dependent : {"timeframe", "indicators"}) {
      if (request_fields::find(object, dependent) == nullptr) continue;
      return mismatch(ErrorCode::BadRequest, "symbol", fmt::format("given together with {}", dependent), "nothing");
    }
    return request;
  }
  auto symbol = request_fields::required_name(object, "symbol");
  if (!symbol) return symbol.error();
  auto timeframe = request_fields::required_name(object, "timeframe");
  if (!timeframe) return timeframe.error();
  request.symbol = std::move(*symbol);
  request.timeframe = std::move(*timeframe);
  if (indicators != nullptr) {
    auto requests = parse_indicators(*indicators);
    if (!requests) return requests.error();
    if (requests->empty()) {
      return mismatch(ErrorCode::BadRequest, "indicators", "absent (the whole stream) or name at least one",
                      "an empty one");
    }
    request.indicators = std::move(*requests);
  }
  return request;
}

/// One entry of `received`; its fields are named with their place in the list.
Parsed<StreamPosition> read_position(const json& item, const std::string& place) {
  if (!item.is_object()) {
    return mismatch(ErrorCode::BadRequest, place, "an object {symbol, timeframe, epoch, seq}", json_type(item));
  }
  StreamPosition position;
  const std::array<std::pair<std::string_view, std::string*>, 3> names{
      {{"symbol", &position.symbol}, {"timeframe", &position.timeframe}, {"epoch", &position.epoch}}};
  for (const auto& [key, target] : names) {
    auto name = request_fields::required_name(item, key, fmt::format("{}.{}", place, key));
    if (!name) return name.error();
    *target = std::move(*name);
  }
  const auto seq = request_fields::required_sequence(item, "seq", place + ".seq");
  if (!seq) return seq.error();
  position.seq = *seq;
  return position;
}

Parsed<ResumeRequest> read_resume(const json& object, const RequestId& id) {
  ResumeRequest request{id, {}};
  const json* received = request_fields::find(object, "received");
  if (received == nullptr) return request;
  if (!received->is_array()) {
    return mismatch(ErrorCode::BadRequest, "received", "a list of {symbol, timeframe, epoch, seq}",
                    json_type(*received));
  }
  if (received->size() > kMaxPositions) {
    return mismatch(ErrorCode::BadRequest, "received", fmt::format("at most {} entries", kMaxPositions),
                    fmt::to_string(received->size()));
  }
  request.received.reserve(received->size());
  for (const json& item : *received) {
    auto position = read_position(item, fmt::format("received[{}]", request.received.size()));
    if (!position) return position.error();
    request.received.push_back(std::move(*position));
  }
  return request;
}

template <class Request, Parsed<Request> (*read)(const json&, const RequestId&)>
Parsed<ClientMessage> parse(const json& object, const RequestId& id) {
  auto request = read(object, id);
  if (!request) return request.error();
  return ClientMessage{std::move(*request)};
}

template <class Request, Parsed<Request> (*read)(const json&, const RequestId&)>
Parsed<Request> parse_body(std::string_view text) {
  json object;
  if (auto error = parse_object(text, object)) return std::move(*error);
  const auto id = request_fields::request_id(object);
  if (!id) return id.error();
  return read(object, *id);
}

Parsed<ClientMessage> parse_list(const json&, const RequestId& id) {
  return ClientMessage{ListRequest{id}};
}

Parsed<ClientMessage> parse_heartbeat(const json&, const RequestId& id) {
  return ClientMessage{HeartbeatRequest{id}};
}

Parsed<ClientMessage> parse_auth(const json& object, const RequestId& id) {
  auto request = auth_request(object, id);
  if (!request) return request.error();
  return ClientMessage{std::move(*request)};
}

constexpr std::array<MessageType<ClientMessage>, 6> kMessageTypes{
    {{"subscribe", parse<SubscribeRequest, read_subscribe>},
     {"unsubscribe", parse<UnsubscribeRequest, read_unsubscribe>},
     {"list", parse_list},
     {"heartbeat", parse_heartbeat},
     {"auth", parse_auth},
     {"resume", parse<ResumeRequest, read_resume>}}};

}  // namespace

base::Result<ClientMessage, RefusedMessage> parse_client_message(std::string_view text) {
  return parse_message<ClientMessage>(text, kMessageTypes);
}

base::Result<SubscribeRequest, Error> parse_subscribe_body(std::string_view text) {
  return parse_body<SubscribeRequest, read_subscribe>(text);
}

base::Result<UnsubscribeRequest, Error> parse_unsubscribe_body(std::string_view text) {
  return parse_body<UnsubscribeRequest, read_unsubscribe>(text);
}

}  // namespace subd::wire
