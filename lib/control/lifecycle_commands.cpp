#include "control/lifecycle_commands.hpp"

#include <nlohmann/json.hpp>
#include <utility>

#include "base/time_text.hpp"
#include "control/lifecycle_reports.hpp"
#include "control/report_json.hpp"

namespace subd::control {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::int64_t kLongestDrainMs = 3'600'000;

std::string text_of(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace

std::string to_json(const ReloadReport& report) {
  return text_of(Json{
      {"applied", report.applied}, {"needs_restart", report.needs_restart}, {"tls", Json::parse(to_json(report.tls))}});
}

std::string to_json(const DrainReport& report) {
  return text_of(Json{{"sessions", report.sessions}, {"over_ms", report.over.count()}});
}

Response reload(Backend& backend, const Call& call) {
  const RequestFields fields{call.body};
  if (fields.error()) return problem(*fields.error());
  const Reply<ReloadReport> reply = backend.reload();
  if (!reply) return problem(reply.error());
  return {200, "application/json", to_json(*reply), {}};
}

Response drain(Backend& backend, const Call& call) {
  RequestFields fields{call.body};
  const std::chrono::milliseconds over{fields.optional_integer("over_ms", 30'000, 0, kLongestDrainMs)};
  if (fields.error()) return problem(*fields.error());
  const Reply<DrainReport> reply = backend.drain(over);
  if (!reply) return problem(reply.error());
  return {200, "application/json", to_json(*reply), {}};
}

}  // namespace subd::control
