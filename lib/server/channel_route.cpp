#include "server/channel_route.hpp"

#include <utility>

#include "auth/request_token.hpp"
#include "server/handshake.hpp"

namespace subd::server {
namespace {

/// Whoever takes a channel is nobody in particular. The protocol has no text for a later time.
auth::Principal channel_principal() {
  auth::Principal out;
  out.expires_at = std::chrono::sys_days{std::chrono::year{9999} / 12 / 31};
  return out;
}

}  // namespace

Answer channel_socket(const HttpRequest& request, const RouteContext& context, channel::ChannelId channel) {
  const auth::RequestToken presented =
      auth::token_from_request(request.authorization, request.target, request.websocket_protocols);
  if (context.channel_token.is_required()) {
    if (!presented.token) {
      return problem(403, "forbidden", "the token of the channels is required: Authorization: Bearer, or ?token=");
    }
    if (!context.channel_token.matches(*presented.token)) {
      return problem(403, "forbidden", "the token is not that of the channels");
    }
  }
  if (auto wrong = handshake_problem(request)) return std::move(*wrong);
  if (context.draining) return come_back_later(503, "unavailable", "the server is shutting down", 2);
  UpgradeAccepted accepted;
  accepted.kind = session::ClientKind::Channel;
  accepted.channel = channel;
  accepted.principal = channel_principal();
  accepted.select_subprotocol = presented.select_subprotocol;
  return accepted;
}

}  // namespace subd::server
