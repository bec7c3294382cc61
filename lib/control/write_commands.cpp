#include "control/account_commands.hpp"
#include "control/api_key_commands.hpp"
#include "control/catalogue_commands.hpp"
#include "control/commands.hpp"
#include "control/lifecycle_commands.hpp"
#include "control/report_json.hpp"
#include "control/request_fields.hpp"

namespace subd::control {
namespace {

constexpr std::int64_t kLongestTtlSeconds = 366LL * 24 * 3600;
constexpr std::int64_t kLongestHistory = 200'000;
/// What a WebSocket close frame can carry beside its code.
constexpr std::size_t kCloseReasonLimitBytes = 123;
constexpr std::size_t kIndicatorListLimit = 256;

Response json_response(std::string body) {
  return {200, "application/json", std::move(body), {}};
}

StreamSubscription stream_of(RequestFields& fields) {
  StreamSubscription stream;
  stream.symbol = fields.required_text("symbol", kNameLimitBytes);
  stream.timeframe = fields.required_text("timeframe", kNameLimitBytes);
  stream.indicators = fields.optional_texts("indicators", kIndicatorListLimit, kNameLimitBytes);
  return stream;
}

Response close_session(Backend& backend, const Call& call) {
  RequestFields fields{call.body};
  const std::string reason = fields.optional_text("reason", kCloseReasonLimitBytes);
  if (fields.error()) return problem(*fields.error());
  const Reply<void> reply = backend.close_session(call.id, reason);
  if (!reply) return problem(reply.error());
  return json_response(session_closed_json(call.id, reason));
}

Response add_subscription(Backend& backend, const Call& call) {
  RequestFields fields{call.body};
  const StreamSubscription stream = stream_of(fields);
  const std::int64_t history = fields.optional_integer("history", 0, 0, kLongestHistory);
  if (fields.error()) return problem(*fields.error());
  const Reply<std::vector<StreamSubscription>> reply =
      backend.add_subscription(call.id, stream, static_cast<std::size_t>(history));
  if (!reply) return problem(reply.error());
  return json_response(session_streams_json(call.id, *reply));
}

Response remove_subscription(Backend& backend, const Call& call) {
  RequestFields fields{call.body};
  const StreamSubscription stream = stream_of(fields);
  if (fields.error()) return problem(*fields.error());
  const Reply<std::vector<StreamSubscription>> reply = backend.remove_subscription(call.id, stream);
  if (!reply) return problem(reply.error());
  return json_response(session_streams_json(call.id, *reply));
}

Response issue_token(Backend& backend, const Call& call) {
  RequestFields fields{call.body};
  TokenRequest request;
  request.user = fields.required_text("user", kNameLimitBytes);
  request.session = fields.optional_text("session", kNameLimitBytes);
  request.ttl = std::chrono::seconds{fields.optional_integer("ttl_s", 3600, 1, kLongestTtlSeconds)};
  request.tier = fields.optional_text("tier", kNameLimitBytes);
  const std::string role = fields.optional_text("role", kNameLimitBytes);
  if (!role.empty() && role != "admin") fields.refuse("role", "must be \"admin\" or absent");
  request.admin = role == "admin";
  if (fields.error()) return problem(*fields.error());
  const Reply<IssuedToken> reply = backend.issue_token(request);
  if (!reply) return problem(reply.error());
  return json_response(to_json(*reply, request));
}

Response set_log_level(Backend& backend, const Call& call) {
  RequestFields fields{call.body};
  const std::string level = fields.required_text("level", kNameLimitBytes);
  if (fields.error()) return problem(*fields.error());
  const Reply<std::string> reply = backend.set_log_level(level);
  if (!reply) return problem(reply.error());
  return json_response(log_level_json(*reply));
}

constexpr Command kWrites[] = {
    {"POST", "/v1/sessions/{id}/close", close_session},
    {"POST", "/v1/sessions/{id}/subscriptions", add_subscription},
    {"DELETE", "/v1/sessions/{id}/subscriptions", remove_subscription},
    {"POST", "/v1/tokens", issue_token},
    {"POST", "/v1/tokens/revoke", revoke_tokens},
    {"PUT", "/v1/users/{id}/tier", set_tier},
    {"POST", "/v1/instruments/import", import_instruments, /*takes_file=*/true},
    {"POST", "/v1/bars/import", import_bars, /*takes_file=*/true},
    {"POST", "/v1/bars/backfill", backfill_bars},
    {"POST", "/v1/apikeys", add_api_key},
    {"DELETE", "/v1/apikeys/{id}", remove_api_key},
    {"PUT", "/v1/loglevel", set_log_level},
    {"POST", "/v1/reload", reload},
    {"POST", "/v1/drain", drain},
};

}  // namespace

std::span<const Command> write_commands() {
  return kWrites;
}

}  // namespace subd::control
