#pragma once

#include <cstdint>
#include <string>

#include "session/outbox.hpp"

namespace subd::server {

/// Takes what waits in an outbox and appends it to `out` as frames, until one send() has enough; what is beyond stays.
/// Packets that wait behind each other become one message. Returns the messages. No allocation once `out` has grown.
[[nodiscard]] std::uint64_t frame_pending(session::Outbox& outbox, std::string& out);

}  // namespace subd::server
