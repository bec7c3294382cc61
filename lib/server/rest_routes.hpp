#pragma once

#include "server/http_answer.hpp"

/// Sessions of clients without a connection. A request says who it is from as any other, and which of that user's
/// sessions it means by, in this order, X-Session-ID, the session claim of its token, the session cookie.
namespace subd::server {

/// POST /indicators/subscribe
[[nodiscard]] Answer rest_subscribe(const HttpRequest& request, const RouteContext& context);
/// POST /indicators/unsubscribe
[[nodiscard]] Answer rest_unsubscribe(const HttpRequest& request, const RouteContext& context);
/// GET /indicators/data/{symbol}?timeframe=&history=
[[nodiscard]] Answer rest_data(const HttpRequest& request, const RouteContext& context);

}  // namespace subd::server
