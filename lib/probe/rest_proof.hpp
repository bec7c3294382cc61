#pragma once

#include <functional>
#include <string>

#include "base/result.hpp"
#include "probe/findings.hpp"
#include "probe/http_client.hpp"
#include "probe/problem.hpp"

namespace subd::probe {

/// Asks the server under test over HTTP. Blocks.
using HttpDoor = std::function<base::Result<HttpReply, Problem>(const HttpRequest& request)>;

struct RestPlan {
  std::string symbol;
  std::string timeframe;
  std::string token;        ///< of one user
  std::string other_token;  ///< of another one; empty: there is none, and sessions of one user are all that is examined
  std::string run;          ///< part of the session ids, so that nobody else has them
};

/// Three sessions of clients without a connection, two of one user and one of another under the same id, take different
/// indicators of one stream and give them up: each must read its own and nothing else, whatever the others do. Judged
/// under isolation.rest. A server that does not offer this is noted.
void prove_rest_isolation(const HttpDoor& ask, const RestPlan& plan, Findings& findings);

}  // namespace subd::probe
