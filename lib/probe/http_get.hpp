#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "probe/endpoint.hpp"
#include "probe/loop.hpp"
#include "probe/problem.hpp"

namespace subd::probe {

/// The body of `http://host:port{prefix}{path}` when it is answered with 200. Tabs are served while it waits, so it is
/// not to be called from a callback of the loop.
[[nodiscard]] base::Result<std::string, Problem> http_get(Loop& loop, const Endpoint& endpoint, std::string_view path,
                                                          std::chrono::milliseconds limit = std::chrono::seconds{5});

}  // namespace subd::probe
