#pragma once

#include "channel/message.hpp"
#include "server/http_answer.hpp"

namespace subd::server {

/// Lets in whoever presents the shared token of the channels, or everybody where none is asked for; else 403. The token
/// comes before everything else: who has none learns nothing more.
[[nodiscard]] Answer channel_socket(const HttpRequest& request, const RouteContext& context,
                                    channel::ChannelId channel);

}  // namespace subd::server
