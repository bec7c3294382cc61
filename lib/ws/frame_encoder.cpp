#include "ws/frame_encoder.hpp"

#include <cassert>

#include "base/utf8_prefix.hpp"

namespace subd::ws {

namespace {

constexpr std::uint8_t kFin = 0x80;
constexpr char kCompressedText = static_cast<char>(kFin | 0x40 | static_cast<std::uint8_t>(Opcode::Text));

void append_big_endian(std::string& out, std::uint64_t value, unsigned bytes) {
  while (bytes > 0) out.push_back(static_cast<char>((value >> (8 * --bytes)) & 0xFF));
}

}  // namespace

void append_header(std::string& out, Opcode opcode, std::size_t payload_bytes) {
  assert((static_cast<std::uint8_t>(opcode) & 0x08) == 0 || payload_bytes <= kControlPayloadLimitBytes);
  out.push_back(static_cast<char>(kFin | static_cast<std::uint8_t>(opcode)));
  if (payload_bytes < 126) {
    out.push_back(static_cast<char>(payload_bytes));
  } else if (payload_bytes <= 0xFFFF) {
    out.push_back(126);
    append_big_endian(out, payload_bytes, 2);
  } else {
    out.push_back(127);
    append_big_endian(out, payload_bytes, 8);
  }
}

void append_text_header(std::string& out, std::size_t payload_bytes) {
  append_header(out, Opcode::Text, payload_bytes);
}

void append_compressed_header(std::string& out, std::size_t payload_bytes) {
  const std::size_t begin = out.size();
  append_header(out, Opcode::Text, payload_bytes);
  out[begin] = kCompressedText;
}

void append_frame(std::string& out, Opcode opcode, std::string_view payload) {
  append_header(out, opcode, payload.size());
  out.append(payload);
}

void append_close(std::string& out, std::uint16_t code, std::string_view reason) {
  if (code == close_code::kNone) {
    append_header(out, Opcode::Close, 0);
    return;
  }
  assert(is_sendable_close_code(code));
  const auto text = base::utf8_prefix(reason, kControlPayloadLimitBytes - sizeof(code));
  append_header(out, Opcode::Close, sizeof(code) + text.size());
  append_big_endian(out, code, sizeof(code));
  out.append(text);
}

}  // namespace subd::ws
