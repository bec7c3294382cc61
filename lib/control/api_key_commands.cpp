#include "control/api_key_commands.hpp"

#include <nlohmann/json.hpp>

#include "base/time_text.hpp"

namespace subd::control {
namespace {

using Json = nlohmann::ordered_json;

Json report_json(const ApiKeyReport& report) {
  return {{"id", report.id},
          {"user", report.user},
          {"role", report.role},
          {"name", report.name.empty() ? Json() : Json(report.name)},
          {"created_at", base::time_text(report.created)}};
}

Response json_response(const Json& json) {
  return {200, "application/json", json.dump(-1, ' ', false, Json::error_handler_t::replace), {}};
}

}  // namespace

Response list_api_keys(Backend& backend, const Call&) {
  const Reply<std::vector<ApiKeyReport>> reply = backend.api_keys();
  if (!reply) return problem(reply.error());
  Json keys = Json::array();
  for (const ApiKeyReport& report : *reply) keys.push_back(report_json(report));
  return json_response({{"keys", std::move(keys)}});
}

Response add_api_key(Backend& backend, const Call& call) {
  RequestFields fields{call.body};
  ApiKeyRequest request;
  request.user = fields.required_text("user", kNameLimitBytes);
  request.role = fields.required_text("role", kNameLimitBytes);
  request.name = fields.optional_text("name", kNameLimitBytes);
  if (fields.error()) return problem(*fields.error());
  const Reply<NewApiKey> reply = backend.add_api_key(request);
  if (!reply) return problem(reply.error());
  Json json{{"key", reply->key}};
  json.update(report_json(reply->report));
  return json_response(json);
}

Response remove_api_key(Backend& backend, const Call& call) {
  const Reply<ApiKeyReport> reply = backend.remove_api_key(call.id);
  if (!reply) return problem(reply.error());
  return json_response(report_json(*reply));
}

}  // namespace subd::control
