#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"
#include "probe/endpoint.hpp"
#include "probe/loop.hpp"
#include "probe/problem.hpp"

/// One HTTP exchange, through TLS where the endpoint says so, then the connection is closed. Tabs are served while it
/// waits, so nothing here is to be called from a callback of the loop.
namespace subd::probe {

struct HttpRequest {
  std::string method = "GET";  ///< any token
  std::string target;          ///< as in the request line
  std::string body{};          ///< JSON; empty: none
  std::vector<std::pair<std::string, std::string>> headers{};
};

struct HttpReply {
  unsigned status = 0;
  std::string body;
};

/// What the server answers, whatever the status.
[[nodiscard]] base::Result<HttpReply, Problem> http_request(Loop& loop, const Endpoint& endpoint,
                                                            const HttpRequest& request,
                                                            std::chrono::milliseconds limit);

/// The body of `{origin}{prefix}{path}` when it is answered with 200.
[[nodiscard]] base::Result<std::string, Problem> http_get(Loop& loop, const Endpoint& endpoint, std::string_view path,
                                                          std::chrono::milliseconds limit = std::chrono::seconds{5});

}  // namespace subd::probe
