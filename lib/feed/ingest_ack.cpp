#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "feed/ingest.hpp"

namespace subd::feed {

std::string ingest_ack(const IngestOutcome& outcome) {
  using Json = nlohmann::ordered_json;
  Json problems = Json::array();
  for (const IngestProblem& problem : outcome.problems.shown()) {
    problems.push_back(
        {{"row", problem.row},
         {"field", problem.field},
         {"value", problem.value},
         {"allowed", problem.allowed},
         {"message", fmt::format("{}: {}must be {}, got {}", problem.row,
                                 problem.field.empty() ? "" : problem.field + " ", problem.allowed, problem.value)}});
  }
  Json ack{{"type", "ack"},
           {"publisher", outcome.head.publisher},
           {"seq", outcome.head.seq ? Json(*outcome.head.seq) : Json()},
           {"applied", outcome.applied},
           {"refused", outcome.problems.count()},
           {"duplicate", outcome.duplicate},
           {"gap", outcome.expected ? Json{{"expected", *outcome.expected}} : Json()},
           {"problems", std::move(problems)}};
  return ack.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace subd::feed
