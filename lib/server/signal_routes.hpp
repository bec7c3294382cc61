#pragma once

#include "server/http_answer.hpp"

/// Signals over HTTP: in from their publishers, out to clients that poll. Private to this module.
namespace subd::server {

/// `POST /api/v1/external-signals/sync/signal`
[[nodiscard]] Answer post_signals(const HttpRequest& request, const RouteContext& context);
/// `GET /api/v1/signals?since=&limit=`
[[nodiscard]] Answer get_signals(const HttpRequest& request, const RouteContext& context);

/// The id in `since`, empty when there is none; the refusal of what is no id.
[[nodiscard]] base::Result<std::string, HttpResponse> since_of(const HttpRequest& request);

}  // namespace subd::server
