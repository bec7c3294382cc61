#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "server/http_answer.hpp"
#include "server/reports.hpp"

/// The monitoring endpoints: who is connected. A user is told of their own connections alone, an administrator of all.
namespace subd::server {

/// GET /ws/stats
[[nodiscard]] Answer ws_stats(const HttpRequest& request, const RouteContext& context);
/// GET /ws/connections
[[nodiscard]] Answer ws_connections(const HttpRequest& request, const RouteContext& context);

/// `{"total_connections":42,"active_users":15,"users_by_tier":{"STARTER":5}}`. A user may come several times, once from
/// each io thread; its tier is that of its newest connection, and a user whose tier is not known is in none.
[[nodiscard]] std::string stats_json(std::span<const UserReport> users);
/// `{"total":2,"connections":[..]}`, the newest first, at most `limit` of them.
[[nodiscard]] std::string connections_json(std::vector<ConnectionReport> connections, std::size_t limit);

}  // namespace subd::server
