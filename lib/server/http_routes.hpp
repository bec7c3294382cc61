#pragma once

#include "server/http_answer.hpp"

namespace subd::server {

/// Requests -> what to do about them. No I/O.
[[nodiscard]] Answer route(const HttpRequest& request, const RouteContext& context);

}  // namespace subd::server
