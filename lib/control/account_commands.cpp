#include "control/account_commands.hpp"

#include <nlohmann/json.hpp>

#include "base/time_text.hpp"

namespace subd::control {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::int64_t kUsualSignals = 50;
constexpr std::int64_t kMostSignals = 1000;

Json report_json(const UserReport& user) {
  return {{"user", user.id}, {"tier", user.tier}, {"changed_at", base::time_text(user.changed)}};
}

Json report_json(const RevocationReport& revocation) {
  return {{"by", revocation.by}, {"value", revocation.value}, {"at", base::time_text(revocation.at)}};
}

Response json_response(const Json& json) {
  return {200, "application/json", json.dump(-1, ' ', false, Json::error_handler_t::replace), {}};
}

}  // namespace

Response list_users(Backend& backend, const Call&) {
  const Reply<std::vector<UserReport>> reply = backend.users();
  if (!reply) return problem(reply.error());
  Json users = Json::array();
  for (const UserReport& user : *reply) users.push_back(report_json(user));
  return json_response({{"users", std::move(users)}});
}

Response set_tier(Backend& backend, const Call& call) {
  RequestFields fields{call.body};
  const std::string tier = fields.required_text("tier", kNameLimitBytes);
  if (fields.error()) return problem(*fields.error());
  const Reply<UserReport> reply = backend.set_tier(call.id, tier);
  if (!reply) return problem(reply.error());
  return json_response(report_json(*reply));
}

Response list_signals(Backend& backend, const Call& call) {
  RequestFields fields{call.query};
  SignalSearch search;
  search.since = fields.optional_text("since", kNameLimitBytes);
  search.limit = static_cast<std::size_t>(fields.optional_integer("limit", kUsualSignals, 1, kMostSignals));
  if (fields.error()) return problem(*fields.error());
  const Reply<std::vector<SignalReport>> reply = backend.signals(search);
  if (!reply) return problem(reply.error());
  Json signals = Json::array();
  for (const SignalReport& signal : *reply) {
    Json json = Json::parse(signal.message, nullptr, /*allow_exceptions=*/false);
    if (!json.is_object()) json = Json{{"id", signal.id}};
    signals.push_back(std::move(json));
  }
  return json_response({{"signals", std::move(signals)}});
}

Response list_revocations(Backend& backend, const Call&) {
  const Reply<std::vector<RevocationReport>> reply = backend.revocations();
  if (!reply) return problem(reply.error());
  Json list = Json::array();
  for (const RevocationReport& revocation : *reply) list.push_back(report_json(revocation));
  return json_response({{"revoked", std::move(list)}});
}

Response revoke_tokens(Backend& backend, const Call& call) {
  RequestFields fields{call.body};
  RevocationRequest request;
  for (const char* by : {"user", "session", "jti"}) {
    std::string value = fields.optional_text(by, kNameLimitBytes);
    if (value.empty()) continue;
    if (!request.by.empty()) fields.refuse(by, "must be absent where another one of user, session and jti is given");
    request = {by, std::move(value)};
  }
  if (request.by.empty()) fields.refuse("user", "or session or jti is required, a text that is not empty");
  if (fields.error()) return problem(*fields.error());
  const Reply<RevocationReport> reply = backend.revoke_tokens(request);
  if (!reply) return problem(reply.error());
  return json_response(report_json(*reply));
}

}  // namespace subd::control
