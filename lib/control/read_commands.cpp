#include "control/account_commands.hpp"
#include "control/analytics_commands.hpp"
#include "control/api_key_commands.hpp"
#include "control/catalogue_commands.hpp"
#include "control/commands.hpp"
#include "control/report_json.hpp"
#include "control/request_fields.hpp"

namespace subd::control {
namespace {

template <class T>
Response json_response(const Reply<T>& reply) {
  if (!reply) return problem(reply.error());
  return {200, "application/json", to_json(*reply), {}};
}

Response text_response(const Reply<std::string>& reply, const char* content_type) {
  if (!reply) return problem(reply.error());
  return {200, content_type, *reply, {}};
}

Response status(Backend& backend, const Call&) {
  return json_response(backend.status());
}
Response sessions(Backend& backend, const Call&) {
  return json_response(backend.sessions());
}
Response session(Backend& backend, const Call& call) {
  return json_response(backend.session(call.id));
}
Response closed(Backend& backend, const Call&) {
  return json_response(backend.closed_sessions());
}
Response topics(Backend& backend, const Call&) {
  return json_response(backend.topics());
}
Response streams(Backend& backend, const Call&) {
  return json_response(backend.streams());
}

Response upstream(Backend& backend, const Call&) {
  return json_response(backend.upstream());
}

Response channels(Backend& backend, const Call&) {
  return json_response(backend.channels());
}

Response metrics(Backend& backend, const Call&) {
  return text_response(backend.metrics_text(), "text/plain; version=0.0.4; charset=utf-8");
}

Response config(Backend& backend, const Call&) {
  return text_response(backend.config_text(), "application/toml");
}

Response indicators(Backend& backend, const Call&) {
  return text_response(backend.indicator_catalogue_json(), "application/json");
}

Response log_level(Backend& backend, const Call&) {
  const Reply<std::string> level = backend.log_level();
  if (!level) return problem(level.error());
  return {200, "application/json", log_level_json(*level), {}};
}

// POST, because a token does not belong into a path that somebody may log; it changes nothing all the same.
Response verify_token(Backend& backend, const Call& call) {
  RequestFields fields{call.body};
  const std::string token = fields.required_text("token", kTokenLimitBytes);
  if (fields.error()) return problem(*fields.error());
  return json_response(backend.verify_token(token));
}

constexpr Command kReads[] = {
    {"GET", "/v1/status", status},
    {"GET", "/v1/sessions", sessions},
    {"GET", "/v1/sessions/{id}", session},
    {"GET", "/v1/closed", closed},
    {"GET", "/v1/topics", topics},
    {"GET", "/v1/streams", streams},
    {"GET", "/v1/upstream", upstream},
    {"GET", "/v1/channels", channels},
    {"GET", "/v1/metrics", metrics},
    {"GET", "/v1/config", config},
    {"GET", "/v1/indicators", indicators},
    {"GET", "/v1/instruments", find_instruments},
    {"GET", "/v1/instruments/{id}", show_instrument},
    {"GET", "/v1/bars", stored_streams},
    {"GET", "/v1/bars/export", export_bars},
    {"GET", "/v1/apikeys", list_api_keys},
    {"GET", "/v1/users", list_users},
    {"GET", "/v1/signals", list_signals},
    {"GET", "/v1/tokens/revoked", list_revocations},
    {"GET", "/v1/analytics/top", usage_top},
    {"GET", "/v1/analytics/trend", usage_trend},
    {"GET", "/v1/loglevel", log_level},
    {"POST", "/v1/tokens/verify", verify_token},
};

}  // namespace

std::span<const Command> read_commands() {
  return kReads;
}

}  // namespace subd::control
