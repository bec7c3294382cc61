#include "probe/rest_proof.hpp"

#include <gtest/gtest.h>

#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <utility>

namespace subd::probe {
namespace {

using Json = nlohmann::json;

/// A server of REST sessions in memory, with a fault.
struct Server {
  enum class Fault {
    None,
    SharedByUser,        ///< all sessions of a user are one
    SharedById,          ///< the session id alone counts
    ForeignUnsubscribe,  ///< whoever unsubscribes ends them all
    NeverEnds,           ///< unsubscribing does nothing
    Absent,              ///< no such paths
    Silent,              ///< no answer
    OldData,             ///< a new session has something already
  };

  Fault fault = Fault::None;
  std::map<std::pair<std::string, std::string>, std::set<std::string>> sessions{};

  base::Result<HttpReply, Problem> operator()(const HttpRequest& request) {
    if (fault == Fault::Silent) return Problem{"no answer"};
    if (fault == Fault::Absent) return HttpReply{404, R"({"code":"not_found"})"};
    std::string user = request.headers.at(0).second;
    std::string id = request.headers.at(1).second;
    if (fault == Fault::SharedByUser) id.clear();
    if (fault == Fault::SharedById) user.clear();
    auto& held = sessions[{user, id}];
    if (fault == Fault::OldData && held.empty()) held = {"OBV"};
    if (request.target == "/indicators/subscribe") {
      held.insert(Json::parse(request.body)["indicators"][0].get<std::string>());
      return HttpReply{200, "{}"};
    }
    if (held.empty() && !(fault == Fault::ForeignUnsubscribe && request.method == "POST")) {
      return HttpReply{404, R"({"code":"no_subscription"})"};
    }
    if (request.target == "/indicators/unsubscribe") {
      const unsigned status = held.empty() ? 404 : 200;
      if (fault == Fault::ForeignUnsubscribe) sessions.clear();
      if (fault == Fault::None || fault == Fault::SharedByUser || fault == Fault::SharedById) held.clear();
      return HttpReply{status, "{}"};
    }
    Json indicators = Json::object();
    for (const std::string& one : held) indicators[one] = 1.5;
    return HttpReply{200, Json{{"type", "snapshot"}, {"indicators", indicators}}.dump()};
  }
};

Findings examined(Server::Fault fault, const std::string& other = "bobs") {
  Findings findings;
  Server server{fault};
  prove_rest_isolation([&server](const HttpRequest& request) { return server(request); },
                       {"TCS", "1s", "alices", other, "r"}, findings);
  return findings;
}

TEST(RestProof, ASoundServerHasNoViolation) {
  for (const std::string other : {"bobs", ""}) EXPECT_EQ(examined(Server::Fault::None, other).total(), 0U);
}

TEST(RestProof, SessionsThatShareWhatTheyTakeAreFound) {
  EXPECT_GT(examined(Server::Fault::SharedByUser).total(), 0U);
  EXPECT_GT(examined(Server::Fault::SharedById).total(), 0U);
  EXPECT_GT(examined(Server::Fault::OldData).total(), 0U);
}

TEST(RestProof, AnUnsubscribeThatReachesOthersOrNobodyIsFound) {
  EXPECT_GT(examined(Server::Fault::ForeignUnsubscribe).total(), 0U);
  EXPECT_GT(examined(Server::Fault::NeverEnds).total(), 0U);
}

TEST(RestProof, AServerWithoutSuchSessionsIsNotJudged) {
  EXPECT_EQ(examined(Server::Fault::Absent).total(), 0U);
  EXPECT_EQ(examined(Server::Fault::Silent).total(), 0U);
}

}  // namespace
}  // namespace subd::probe
