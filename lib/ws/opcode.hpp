#pragma once

#include <cstdint>

namespace subd::ws {

/// RFC 6455 section 5.2. Bit 3 set = control frame.
enum class Opcode : std::uint8_t { Continuation = 0x0, Text = 0x1, Binary = 0x2, Close = 0x8, Ping = 0x9, Pong = 0xA };

/// The close codes that the codec itself decides on; RFC 6455 section 7.4.1.
namespace close_code {
inline constexpr std::uint16_t kProtocolError = 1002;
/// Never on the wire: stands for a close frame without a code.
inline constexpr std::uint16_t kNone = 1005;
inline constexpr std::uint16_t kBadUtf8 = 1007;
inline constexpr std::uint16_t kTooBig = 1009;
}  // namespace close_code

/// True for the codes that a peer may put into a close frame: the assigned ones of 1000-1014, and 3000-4999.
[[nodiscard]] constexpr bool is_sendable_close_code(std::uint16_t code) noexcept {
  if (code >= 3000) return code <= 4999;
  return (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014);
}

/// A control frame carries at most this much; of a close frame's share the code takes two bytes.
inline constexpr std::uint8_t kControlPayloadLimitBytes = 125;

}  // namespace subd::ws
