#pragma once

#include <cstdint>

namespace subd::bench {

/// What every server is compared with: one thread that does nothing but send().
///
/// A client upgrades to a WebSocket. A text message `STREAM BYTES` subscribes it to a stream with messages of that
/// length and is answered with `ok`; a binary message is a market update whose `"symbol":"Bnnnn"` names the stream, and
/// is sent to each of the stream's subscribers, cut to its length, by one send() each.
///
/// Prints its port, serves until it is killed. Throws std::runtime_error when it cannot listen.
void run_floor(std::uint16_t port);

}  // namespace subd::bench
