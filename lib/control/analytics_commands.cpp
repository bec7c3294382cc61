#include "control/analytics_commands.hpp"

#include <nlohmann/json.hpp>

#include "base/time_text.hpp"

namespace subd::control {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::int64_t kUsualSeconds = 24LL * 3600;
constexpr std::int64_t kMostSeconds = 36'500LL * 24 * 3600;
constexpr std::int64_t kUsualNames = 20;
constexpr std::int64_t kMostNames = 1000;

UsageQuery query_of(RequestFields& fields) {
  UsageQuery query;
  query.by = fields.optional_text("by", kNameLimitBytes);
  if (query.by.empty()) query.by = "symbol";
  query.since = std::chrono::seconds{fields.optional_integer("since_s", kUsualSeconds, 1, kMostSeconds)};
  query.limit = static_cast<std::size_t>(fields.optional_integer("limit", kUsualNames, 1, kMostNames));
  return query;
}

Response json_response(const Json& json) {
  return {200, "application/json", json.dump(-1, ' ', false, Json::error_handler_t::replace), {}};
}

}  // namespace

Response usage_top(Backend& backend, const Call& call) {
  RequestFields fields{call.query};
  const UsageQuery query = query_of(fields);
  if (fields.error()) return problem(*fields.error());
  const Reply<UsageTop> reply = backend.usage_top(query);
  if (!reply) return problem(reply.error());
  Json names = Json::array();
  for (const UsageTotalReport& one : reply->names) {
    names.push_back(Json{{"name", one.name}, {"subscribes", one.subscribes}, {"peak", one.peak}});
  }
  return json_response({{"by", reply->by}, {"since", base::time_text(reply->since)}, {"top", std::move(names)}});
}

Response usage_trend(Backend& backend, const Call& call) {
  RequestFields fields{call.query};
  const UsageQuery query = query_of(fields);
  if (fields.error()) return problem(*fields.error());
  const Reply<UsageTrend> reply = backend.usage_trend(query);
  if (!reply) return problem(reply.error());
  Json hours = Json::array();
  for (const UsageHourReport& one : reply->hours) {
    hours.push_back(Json{{"hour", base::time_text(one.hour)},
                         {"subscribes", one.subscribes},
                         {"peak", one.peak},
                         {"favourite", one.favourite}});
  }
  return json_response({{"by", reply->by}, {"since", base::time_text(reply->since)}, {"hours", std::move(hours)}});
}

}  // namespace subd::control
