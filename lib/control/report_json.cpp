#include "control/report_json.hpp"

#include <nlohmann/json.hpp>

#include "base/time_text.hpp"

namespace subd::control {
namespace {

using Json = nlohmann::ordered_json;

// Names and user agents come from clients: a bad byte must not cost the operator the whole answer.
std::string text_of(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Json time_json(const std::optional<base::UtcTime>& time) {
  return time ? Json(base::time_text(*time)) : Json();
}

Json optional_text(const std::string& text) {
  return text.empty() ? Json() : Json(text);
}

Json interest_json(const UpstreamInterestStatus& interest) {
  return {{"ltp", interest.ltp},
          {"quote", interest.quote},
          {"full", interest.full},
          {"subscribed", interest.subscribed},
          {"unsubscribed", interest.unsubscribed},
          {"mode_changes", interest.mode_changes}};
}

Json feed_json(const FeedStatus& feed) {
  return {{"kind", feed.kind},
          {"specification", feed.specification},
          {"state", feed.state},
          {"since", time_json(feed.since)},
          {"finished", feed.finished},
          {"instruments", feed.instruments},
          {"interest", interest_json(feed.interest)},
          {"ticks", feed.ticks},
          {"bars", feed.bars},
          {"bad_rows", feed.bad_rows}};
}

Json delivery_json(const DeliveryTotals& totals) {
  return {{"sent", totals.sent},
          {"sent_bytes", totals.sent_bytes},
          {"conflated", totals.conflated},
          {"dropped", totals.dropped},
          {"evicted", totals.evicted}};
}

Json connections_json(const ConnectionTotals& totals) {
  Json refused = Json::object();
  for (const auto& [reason, count] : totals.refused) refused[reason] = count;
  return {{"accepted", totals.accepted}, {"refused", std::move(refused)}};
}

Json store_json(const StoreStatus& store) {
  return {{"state", store.state},
          {"bars_written", store.written},
          {"bars_queued", store.queued},
          {"bars_dropped", store.dropped},
          {"gaps", store.gaps}};
}

Json streams_json(const std::vector<StreamSubscription>& streams) {
  Json list = Json::array();
  for (const StreamSubscription& stream : streams) {
    list.push_back(Json{{"symbol", stream.symbol}, {"timeframe", stream.timeframe}, {"indicators", stream.indicators}});
  }
  return list;
}

Json ticks_json(const std::vector<TickSubscription>& ticks) {
  Json list = Json::array();
  for (const TickSubscription& tick : ticks) {
    list.push_back(Json{
        {"token", tick.token}, {"symbol", tick.symbol}, {"mode", tick.mode}, {"throttle_ms", tick.throttle.count()}});
  }
  return list;
}

Json session_json(const SessionReport& session) {
  return {{"id", session.id},
          {"kind", session.kind},
          {"user", session.user},
          {"session", optional_text(session.session_claim)},
          {"address", session.address},
          {"since", base::time_text(session.since)},
          {"state", session.parked_left ? "parked" : "open"},
          {"parked_left_ms", session.parked_left ? Json(session.parked_left->count()) : Json()},
          {"user_agent", session.user_agent ? Json(*session.user_agent) : Json()},
          {"io_thread", session.io_thread},
          {"streams", streams_json(session.streams)},
          {"ticks", ticks_json(session.ticks)},
          {"queue_messages", session.queue_messages},
          {"queue_bytes", session.queue_bytes},
          {"sent", session.sent},
          {"sent_bytes", session.sent_bytes},
          {"conflated", session.conflated},
          {"dropped", session.dropped},
          {"last_heartbeat", time_json(session.last_heartbeat)}};
}

Json closed_json(const ClosedSession& session) {
  return {{"id", session.id},           {"user", session.user},
          {"address", session.address}, {"closed_at", base::time_text(session.closed_at)},
          {"code", session.code},       {"reason", session.reason}};
}

Json number_json(const std::optional<double>& value) {
  return value ? Json(*value) : Json();
}

// As on the wire: one output is a number, several are an object of names, and nothing yet is null.
Json value_json(const TopicReport& topic) {
  if (topic.last_value.empty()) return {};
  if (topic.last_value.size() == 1 && topic.last_value.front().first.empty()) {
    return number_json(topic.last_value.front().second);
  }
  Json outputs = Json::object();
  for (const auto& [name, value] : topic.last_value) outputs[name] = number_json(value);
  return outputs;
}

Json topic_json(const TopicReport& topic) {
  return {{"symbol", topic.symbol},
          {"timeframe", topic.timeframe},
          {"indicator", topic.indicator},
          {"subscribers", topic.subscribers},
          {"computations", topic.computations},
          {"evaluations", topic.evaluations},
          {"last_value", value_json(topic)},
          {"last_update", time_json(topic.last_update)},
          {"updates_per_second", topic.updates_per_second}};
}

Json stream_json(const StreamReport& stream) {
  return {{"symbol", stream.symbol},
          {"timeframe", stream.timeframe},
          {"epoch", stream.epoch},
          {"seq", stream.seq},
          {"subscribers", stream.subscribers},
          {"topics", stream.topics},
          {"conditions", stream.conditions},
          {"condition_evaluations", stream.condition_evaluations},
          {"bars_held", stream.bars_held},
          {"upstream", stream.upstream},
          {"last_update", time_json(stream.last_update)},
          {"updates_per_second", stream.updates_per_second}};
}

template <class Report>
std::string list_text(const char* name, const std::vector<Report>& reports, Json (*one)(const Report&)) {
  Json list = Json::array();
  for (const Report& report : reports) list.push_back(one(report));
  Json document = Json::object();
  document[name] = std::move(list);
  return text_of(document);
}

const char* title_of(int http_status) {
  switch (http_status) {
    case 400:
      return "Bad Request";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 409:
      return "Conflict";
    case 422:
      return "Unprocessable Entity";
    case 413:
      return "Payload Too Large";
    case 431:
      return "Request Header Fields Too Large";
    case 503:
      return "Service Unavailable";
    case 504:
      return "Gateway Timeout";
    default:
      return http_status < 500 ? "Request Refused" : "Internal Server Error";
  }
}

Json tls_json(const std::optional<TlsStatus>& tls) {
  if (!tls) return {};
  return {{"listen", tls->listen},
          {"subject", tls->subject},
          {"certificate_ends_at", base::time_text(tls->certificate_ends_at)}};
}

}  // namespace

std::string to_json(const std::optional<TlsStatus>& tls) {
  return text_of(tls_json(tls));
}

std::string to_json(const StatusReport& status) {
  return text_of(Json{{"version", status.version},
                      {"pid", status.pid},
                      {"started_at", base::time_text(status.started_at)},
                      {"uptime_ms", status.uptime.count()},
                      {"listen", status.listen},
                      {"tls", tls_json(status.tls)},
                      {"feed", feed_json(status.feed)},
                      {"io_threads", status.io_threads},
                      {"market_threads", status.market_threads},
                      {"sessions", status.sessions},
                      {"users", status.users},
                      {"streams", status.streams},
                      {"topics", status.topics},
                      {"delivery", delivery_json(status.delivery)},
                      {"connections", connections_json(status.connections)},
                      {"store", store_json(status.store)},
                      {"state_dir", status.state_dir},
                      {"control_socket", status.control_socket},
                      {"log_level", status.log_level},
                      {"draining", status.draining}});
}

std::string to_json(const SessionReport& session) {
  return text_of(session_json(session));
}

std::string to_json(const IssuedToken& token, const TokenRequest& request) {
  return text_of(Json{{"token", token.token},
                      {"expires_at", base::time_text(token.expires_at)},
                      {"user", request.user},
                      {"session", optional_text(request.session)},
                      {"tier", optional_text(request.tier)},
                      {"role", request.admin ? Json("admin") : Json()}});
}

std::string to_json(const TokenVerdict& verdict) {
  return text_of(Json{{"valid", verdict.valid},
                      {"code", verdict.code},
                      {"explanation", verdict.explanation},
                      {"algorithm", optional_text(verdict.algorithm)},
                      {"user", optional_text(verdict.user)},
                      {"session", optional_text(verdict.session)},
                      {"tier", optional_text(verdict.tier)},
                      {"role", optional_text(verdict.role)},
                      {"issuer", optional_text(verdict.issuer)},
                      {"audience", optional_text(verdict.audience)},
                      {"issued_at", time_json(verdict.issued_at)},
                      {"not_before", time_json(verdict.not_before)},
                      {"expires_at", time_json(verdict.expires_at)}});
}

std::string to_json(const std::vector<SessionReport>& sessions) {
  return list_text("sessions", sessions, session_json);
}
std::string to_json(const std::vector<ClosedSession>& sessions) {
  return list_text("closed", sessions, closed_json);
}
std::string to_json(const std::vector<TopicReport>& topics) {
  return list_text("topics", topics, topic_json);
}
std::string to_json(const std::vector<StreamReport>& streams) {
  return list_text("streams", streams, stream_json);
}

std::string session_streams_json(std::string_view id, const std::vector<StreamSubscription>& streams) {
  return text_of(Json{{"id", id}, {"streams", streams_json(streams)}});
}

std::string log_level_json(std::string_view level) {
  Json document = Json::object();
  document["level"] = level;
  return text_of(document);
}

std::string session_closed_json(std::string_view id, std::string_view reason) {
  return text_of(Json{{"id", id}, {"closed", true}, {"code", 4006}, {"reason", reason}});
}

std::string problem_json(const ControlError& error) {
  return text_of(Json{{"type", "about:blank"},
                      {"title", title_of(error.http_status)},
                      {"status", error.http_status},
                      {"code", error.code},
                      {"detail", error.message}});
}

}  // namespace subd::control
