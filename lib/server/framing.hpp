#pragma once

#include <cstdint>
#include <string>

#include "session/outbox.hpp"

namespace subd::server {

class Compression;

/// Takes what waits in an outbox and appends it to `out` as frames, until one send() has enough; what is beyond stays.
/// Packets that wait behind each other become one message. With `compression`, texts that are worth it are compressed.
/// Returns the messages. Without, no allocation once `out` has grown.
[[nodiscard]] std::uint64_t frame_pending(session::Outbox& outbox, std::string& out,
                                          Compression* compression = nullptr);

}  // namespace subd::server
