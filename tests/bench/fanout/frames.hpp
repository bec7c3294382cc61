#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

/// The client's half of RFC 6455 as far as a bench needs it, fast: whole frames only, and a mask of zeros, which the
/// RFC allows and which costs neither side anything.
namespace subd::bench {

inline constexpr std::uint8_t kText = 1;
inline constexpr std::uint8_t kBinary = 2;
inline constexpr std::uint8_t kClose = 8;
inline constexpr std::uint8_t kPing = 9;
inline constexpr std::uint8_t kPong = 10;

inline void append_client_frame(std::string& out, std::uint8_t opcode, std::string_view payload) {
  out.push_back(static_cast<char>(0x80 | opcode));
  const std::size_t size = payload.size();
  if (size < 126) {
    out.push_back(static_cast<char>(0x80 | size));
  } else {
    const int bytes = size < 65536 ? 2 : 8;
    out.push_back(static_cast<char>(0x80 | (bytes == 2 ? 126 : 127)));
    for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8) {
      out.push_back(static_cast<char>((static_cast<std::uint64_t>(size) >> shift) & 0xFF));
    }
  }
  out.append(4, '\0');
  out.append(payload);
}

struct ServerFrame {
  std::uint8_t opcode = 0;
  bool whole_message = true;
  std::string_view payload;
};

/// Takes the first frame of `input`; nullopt when it is not whole yet.
inline std::optional<ServerFrame> take_server_frame(std::string_view& input) {
  if (input.size() < 2) return std::nullopt;
  const auto byte = [&](std::size_t at) { return static_cast<std::uint8_t>(input[at]); };
  std::size_t header = 2;
  std::uint64_t size = byte(1) & 0x7F;
  if (size >= 126) {
    const std::size_t bytes = size == 126 ? 2 : 8;
    header += bytes;
    if (input.size() < header) return std::nullopt;
    size = 0;
    for (std::size_t i = 0; i < bytes; ++i) size = (size << 8) | byte(2 + i);
  }
  if (input.size() - header < size) return std::nullopt;
  ServerFrame frame{static_cast<std::uint8_t>(byte(0) & 0x0F), (byte(0) & 0x80) != 0,
                    input.substr(header, static_cast<std::size_t>(size))};
  input.remove_prefix(header + static_cast<std::size_t>(size));
  return frame;
}

}  // namespace subd::bench
