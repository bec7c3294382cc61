#include "server/monitoring.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <optional>
#include <string_view>
#include <tuple>
#include <utility>

#include "auth/request_token.hpp"
#include "base/json_text.hpp"
#include "base/number_text.hpp"
#include "base/time_text.hpp"
#include "channel/catalogue.hpp"
#include "server/http_sender.hpp"

namespace subd::server {
namespace {

constexpr std::int64_t kDefaultLimit = 1000;
constexpr std::int64_t kMostConnections = 10'000;

/// Whose connections the sender may see; empty = everybody's.
std::string visible_user(const auth::Principal& principal) {
  return principal.admin ? std::string{} : principal.user_id;
}

void append_quoted_key(std::string& out, std::string_view key) {
  if (out.back() != '{') out += ',';
  base::append_json_string(out, key);
  out += ':';
}

void append_text(std::string& out, std::string_view key, std::string_view text) {
  append_quoted_key(out, key);
  base::append_json_string(out, text);
}

void append_count(std::string& out, std::string_view key, std::uint64_t count) {
  append_quoted_key(out, key);
  base::append_number(out, count);
}

/// `key` and a list of what `append_item` makes of each item.
template <class Items, class AppendItem>
void append_list(std::string& out, std::string_view key, const Items& items, AppendItem append_item) {
  append_quoted_key(out, key);
  out += '[';
  bool first = true;
  for (const auto& item : items) {
    if (!std::exchange(first, false)) out += ',';
    append_item(out, item);
  }
  out += ']';
}

void append_stream(std::string& out, const session::StreamReport& stream) {
  out += '{';
  append_text(out, "symbol", stream.symbol);
  append_text(out, "timeframe", stream.timeframe);
  append_list(out, "indicators", stream.indicators,
              [](std::string& to, const std::string& id) { base::append_json_string(to, id); });
  out += '}';
}

void append_tick(std::string& out, const session::TickReport& tick) {
  out += '{';
  append_count(out, "token", tick.token);
  append_text(out, "symbol", tick.symbol);
  append_text(out, "mode", market::quote_mode_name(tick.mode));
  out += '}';
}

std::string_view endpoint_of(const ConnectionReport& connection) {
  const auto channel = channel::find_channel(connection.channel);
  return channel ? channel::channel_path(*channel) : session::client_path(connection.kind);
}

void append_connection(std::string& out, const ConnectionReport& connection) {
  out += '{';
  append_text(out, "id", connection.id);
  append_text(out, "endpoint", endpoint_of(connection));
  append_text(out, "user_id", connection.user);
  if (connection.session_claim.empty()) {
    append_quoted_key(out, "session_id");
    out += "null";
  } else {
    append_text(out, "session_id", connection.session_claim);
  }
  append_text(out, "address", connection.address);
  append_text(out, "since", base::time_text(connection.since));
  append_list(out, "streams", connection.streams, append_stream);
  append_list(out, "ticks", connection.ticks, append_tick);
  append_count(out, "messages", connection.sent_messages);
  append_count(out, "bytes", connection.sent_bytes);
  append_quoted_key(out, "queue");
  out += '{';
  append_count(out, "messages", connection.queue_messages);
  append_count(out, "bytes", connection.queue_bytes);
  out += "}}";
}

}  // namespace

std::string stats_json(std::span<const UserReport> users) {
  std::map<std::string_view, UserReport> by_user;
  std::size_t connections = 0;
  for (const UserReport& report : users) {
    connections += report.connections;
    const auto [known, is_new] = by_user.try_emplace(report.user, report);
    if (!is_new && report.newest > known->second.newest) known->second = report;
  }
  std::map<std::string_view, std::size_t> by_tier;
  for (const auto& [user, report] : by_user) {
    if (!report.tier.empty()) ++by_tier[report.tier];
  }
  // A connection that has not yet shown whose it is counts, but not as a user.
  by_user.erase(std::string_view{});
  std::string out = "{";
  append_count(out, "total_connections", connections);
  append_count(out, "active_users", by_user.size());
  append_quoted_key(out, "users_by_tier");
  out += '{';
  for (const auto& [tier, count] : by_tier) append_count(out, tier, count);
  out += "}}";
  return out;
}

std::string connections_json(std::vector<ConnectionReport> connections, std::size_t limit) {
  const std::size_t total = connections.size();
  std::sort(connections.begin(), connections.end(), [](const ConnectionReport& a, const ConnectionReport& b) {
    return std::tie(b.since, b.id) < std::tie(a.since, a.id);
  });
  connections.resize(std::min(limit, total));
  std::string out = "{";
  append_count(out, "total", total);
  append_list(out, "connections", connections, append_connection);
  out += '}';
  return out;
}

Answer ws_stats(const HttpRequest& request, const RouteContext& context) {
  auto who = required_sender(request, context);
  if (!who) return who.error();
  return Deferred{[&backend = context.backend, user = visible_user(*who)](const std::string&, Respond respond) {
    backend.users(user, [respond = std::move(respond)](const std::vector<UserReport>& users) {
      respond(json_response(200, stats_json(users)));
    });
  }};
}

Answer ws_connections(const HttpRequest& request, const RouteContext& context) {
  auto who = required_sender(request, context);
  if (!who) return who.error();
  std::int64_t limit = kDefaultLimit;
  if (const auto asked = auth::query_parameter(request.target, "limit")) {
    limit = base::parse_integer(*asked).value_or(0);
    if (limit < 1 || limit > kMostConnections) {
      return problem(400, "bad_request", fmt::format("limit must be an integer from 1 to {}", kMostConnections));
    }
  }
  return Deferred{[&backend = context.backend, user = visible_user(*who), limit](const std::string&, Respond respond) {
    backend.connections(user, [respond = std::move(respond), limit](std::vector<ConnectionReport> connections) {
      respond(json_response(200, connections_json(std::move(connections), static_cast<std::size_t>(limit))));
    });
  }};
}

}  // namespace subd::server
