#include "wire/server_message.hpp"

#include <algorithm>
#include <cmath>

#include "base/json_text.hpp"
#include "base/number_text.hpp"
#include "wire/bar_json.hpp"
#include "wire/greeks_json.hpp"
#include "wire/message_text.hpp"

namespace subd::wire {
namespace {

using message_text::append_count;
using message_text::append_key;
using message_text::append_milliseconds;
using message_text::append_optional_text;
using message_text::append_text;
using message_text::append_time;

void append_ids(std::string& out, const std::vector<std::string_view>& ids) {
  append_key(out, "indicators");
  out += '[';
  for (const std::string_view id : ids) {
    if (out.back() != '[') out += ',';
    base::append_json_string(out, id);
  }
  out += ']';
}

void append_condition(std::string& out, const StreamListing& stream) {
  if (stream.when.empty()) return;
  append_text(out, "when", stream.when);
  append_text(out, "trigger", trigger_name(stream.trigger));
}

void append_streams(std::string& out, std::span<const StreamListing> streams) {
  append_key(out, "streams");
  out += '[';
  for (const StreamListing& stream : streams) {
    if (out.back() != '[') out += ',';
    out += R"({"symbol":)";
    base::append_json_string(out, stream.symbol);
    append_text(out, "timeframe", stream.timeframe);
    append_ids(out, stream.indicators);
    append_condition(out, stream);
    out += '}';
  }
  out += ']';
}

/// `who` is known by `id`.
std::string subscribed_text(std::string_view request_id, std::string_view who, std::string_view id,
                            const StreamListing& stream, std::span<const StreamListing> all) {
  std::string out = message_text::begin("subscribed", request_id);
  append_text(out, who, id);
  append_text(out, "symbol", stream.symbol);
  append_text(out, "timeframe", stream.timeframe);
  append_ids(out, stream.indicators);
  append_condition(out, stream);
  append_streams(out, all);
  out += '}';
  return out;
}

}  // namespace

std::string connected_message(const ConnectedMessage& message) {
  std::string out = message_text::begin("connected");
  out += R"(,"protocol":1)";
  append_text(out, "ws_conn_id", message.connection_id);
  append_text(out, "user_id", message.user_id);
  append_optional_text(out, "session_id", message.session_claim);
  append_milliseconds(out, "heartbeat_interval_ms", message.heartbeat_interval);
  out += R"(,"limits":{"streams":)";
  base::append_number(out, std::uint64_t{message.max_streams});
  append_count(out, "indicators_per_stream", message.max_indicators);
  append_count(out, "message_bytes", message.max_message_bytes);
  out += '}';
  if (!message.resume_token.empty()) {
    append_text(out, "resume_token", message.resume_token);
    append_milliseconds(out, "resume_window_ms", message.resume_window);
    append_key(out, "resumed");
    out += message.resumed ? "true" : "false";
  }
  out += '}';
  return out;
}

std::string subscribed_message(std::string_view request_id, std::string_view connection_id, const StreamListing& stream,
                               std::span<const StreamListing> all) {
  return subscribed_text(request_id, "ws_conn_id", connection_id, stream, all);
}

std::string rest_subscribed_message(std::string_view request_id, std::string_view session_id,
                                    const StreamListing& stream, std::span<const StreamListing> all) {
  return subscribed_text(request_id, "session_id", session_id, stream, all);
}

std::string unsubscribed_message(std::string_view request_id, const StreamListing& stream,
                                 std::span<const StreamListing> all) {
  std::string out = message_text::begin("unsubscribed", request_id);
  if (!stream.symbol.empty()) {
    append_text(out, "symbol", stream.symbol);
    append_text(out, "timeframe", stream.timeframe);
  }
  append_ids(out, stream.indicators);
  append_condition(out, stream);
  append_streams(out, all);
  out += '}';
  return out;
}

std::string resumed_message(std::string_view request_id, std::string_view connection_id,
                            std::span<const StreamListing> all) {
  std::string out = message_text::begin("resumed", request_id);
  append_text(out, "ws_conn_id", connection_id);
  append_streams(out, all);
  out += '}';
  return out;
}

std::string subscriptions_message(std::string_view request_id, std::span<const StreamListing> all) {
  std::string out = message_text::begin("subscriptions", request_id);
  append_streams(out, all);
  out += '}';
  return out;
}

std::string heartbeat_ack_message(std::string_view request_id, base::UtcTime now) {
  std::string out = message_text::begin("heartbeat_ack", request_id);
  append_time(out, "timestamp", now);
  out += '}';
  return out;
}

std::string error_message(std::string_view request_id, const Error& error) {
  std::string out = message_text::begin("error", request_id);
  append_text(out, "code", error_code_name(error.code));
  append_text(out, "message", error.message);
  append_key(out, "detail");
  out += error.detail.empty() ? std::string_view{"{}"} : std::string_view{error.detail};
  out += '}';
  return out;
}

std::string status_message(std::string_view symbol, std::string_view timeframe, std::string_view state,
                           base::UtcTime since) {
  std::string out = message_text::begin("status");
  append_text(out, "symbol", symbol);
  append_text(out, "timeframe", timeframe);
  append_text(out, "upstream", state);
  append_time(out, "since", since);
  out += '}';
  return out;
}

std::string goodbye_message(std::string_view reason, std::chrono::milliseconds retry_after) {
  std::string out = message_text::begin("goodbye");
  append_text(out, "reason", reason);
  append_milliseconds(out, "retry_after_ms", retry_after);
  out += '}';
  return out;
}

std::string token_expiring_message(std::chrono::milliseconds expires_in) {
  std::string out = message_text::begin("token_expiring");
  append_milliseconds(out, "expires_in_ms", expires_in);
  out += '}';
  return out;
}

std::string authenticated_message(std::string_view request_id, std::string_view user_id) {
  std::string out = message_text::begin("authenticated", request_id);
  append_text(out, "user_id", user_id);
  out += '}';
  return out;
}

void append_update_head(std::string& out, const UpdateHead& head) {
  out += R"({"type":"market_update","symbol":)";
  base::append_json_string(out, head.symbol);
  append_text(out, "timeframe", head.timeframe);
  append_text(out, "epoch", head.epoch);
  append_count(out, "seq", head.seq);
  out += head.closed ? R"(,"bar":"closed")" : R"(,"bar":"forming")";
  append_time(out, "timestamp", head.timestamp);
  out += R"(,"ohlcv":{)";
  append_bar_fields(out, head.bar);
  out += R"(},"greeks":)";
  append_greeks(out, head.greeks);
  out += R"(,"oi":)";
  append_open_interest(out, head.oi);
  out += R"(,"indicators":{)";
}

void append_indicator(std::string& out, std::string_view id, std::span<const std::string_view> outputs,
                      std::span<const double> values) {
  base::append_json_string(out, id);
  out += ':';
  if (std::none_of(values.begin(), values.end(), [](double value) { return std::isfinite(value); })) {
    out += "null";
    return;
  }
  if (outputs.size() == 1) {
    base::append_number(out, values.front());
    return;
  }
  out += '{';
  const std::size_t count = std::min(outputs.size(), values.size());
  for (std::size_t i = 0; i < count; ++i) {
    if (i > 0) out += ',';
    base::append_json_string(out, outputs[i]);
    out += ':';
    base::append_number(out, values[i]);
  }
  out += '}';
}

}  // namespace subd::wire
