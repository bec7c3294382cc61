#include "control/upstream_reports.hpp"

#include <nlohmann/json.hpp>

#include "base/time_text.hpp"

namespace subd::control {
namespace {

using Json = nlohmann::ordered_json;

Json link_json(const LinkReport& link) {
  return {{"state", link.state},
          {"since", base::time_text(link.since)},
          {"why", link.why.empty() ? Json() : Json(link.why)},
          {"tokens", link.tokens},
          {"modes", {{"ltp", link.modes[0]}, {"quote", link.modes[1]}, {"full", link.modes[2]}}},
          {"last_message", link.last_message ? Json(base::time_text(*link.last_message)) : Json()},
          {"messages", link.messages},
          {"reconnects", link.reconnects},
          {"bad_frames", link.bad_frames},
          {"skipped_packets", link.skipped_packets},
          {"conflated", link.conflated}};
}

}  // namespace

std::string to_json(const UpstreamReport& upstream) {
  Json links = Json::array();
  for (const LinkReport& link : upstream.links) links.push_back(link_json(link));
  const Json out{{"kind", upstream.kind},
                 {"state", upstream.state},
                 {"since", base::time_text(upstream.since)},
                 {"capacity", upstream.capacity},
                 {"tokens", upstream.tokens},
                 {"waiting_tokens", upstream.waiting_tokens},
                 {"refused_tokens", upstream.refused_tokens},
                 {"unknown_ticks", upstream.unknown_ticks},
                 {"texts",
                  {{"order", upstream.orders},
                   {"error", upstream.errors},
                   {"message", upstream.notices},
                   {"other", upstream.other_texts}}},
                 {"history",
                  {{"requests", upstream.history_requests},
                   {"failures", upstream.history_failures},
                   {"late", upstream.history_late}}},
                 {"links", std::move(links)}};
  return out.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace subd::control
