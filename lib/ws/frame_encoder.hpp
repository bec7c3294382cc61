#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "ws/opcode.hpp"

/// Frames from server to client: unmasked, always whole (FIN set). Appended, so that many of them
/// go out with one send. Threads: pure functions, any thread.
namespace subd::ws {

/// What a frame adds to its payload: 2, 4 or 10 bytes.
[[nodiscard]] constexpr std::size_t header_bytes(std::size_t payload_bytes) noexcept {
  if (payload_bytes < 126) return 2;
  return payload_bytes <= 0xFFFF ? 4 : 10;
}

/// Only the header, for a payload that the caller appends itself right after.
/// REQUIRES of a control opcode: payload_bytes <= kControlPayloadLimitBytes.
void append_header(std::string& out, Opcode opcode, std::size_t payload_bytes);
void append_text_header(std::string& out, std::size_t payload_bytes);
/// Of a text message that is compressed: its payload is what Deflater::append() appends.
void append_compressed_header(std::string& out, std::size_t payload_bytes);

/// REQUIRES of a control opcode: payload.size() <= kControlPayloadLimitBytes.
void append_frame(std::string& out, Opcode opcode, std::string_view payload);

/// A close frame. `code` kNone makes it empty. A reason that does not fit is cut between two characters.
/// REQUIRES: `code` is kNone or is_sendable_close_code; `reason` is UTF-8.
void append_close(std::string& out, std::uint16_t code, std::string_view reason = {});

}  // namespace subd::ws
