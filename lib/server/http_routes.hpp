#pragma once

#include <string_view>

#include "server/http_answer.hpp"

namespace subd::server {

/// Requests -> what to do about them. No I/O.
[[nodiscard]] Answer route(const HttpRequest& request, const RouteContext& context);

/// The path of the endpoint that a request is for, a literal without what varies in it; `other` where there is none.
[[nodiscard]] std::string_view endpoint_name(const HttpRequest& request) noexcept;

/// 429 with the time to come back.
[[nodiscard]] HttpResponse refusal_response(const Refusal& refusal);

}  // namespace subd::server
