#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ws/frame_decoder.hpp"

/// The client's half of RFC 6455 for tests, written from the RFC and sharing nothing with lib/ws, plus a log of what a
/// decoder makes of the bytes.
namespace subd::ws::test {

struct FrameSpec {
  std::uint8_t opcode = 0x1;
  std::string payload = {};
  bool fin = true;
  std::uint8_t reserved = 0;
  bool masked = true;
  std::array<char, 4> mask{'\x37', '\xfa', '\x21', '\x3d'};
  /// How the length is written: 0 = shortest, else 16 or 64 bits.
  int length_bits = 0;
};

inline std::string client_frame(const FrameSpec& spec) {
  std::string bytes;
  bytes += static_cast<char>((spec.fin ? 0x80 : 0x00) | (spec.reserved << 4) | spec.opcode);
  const int mask_bit = spec.masked ? 0x80 : 0x00;
  const std::size_t size = spec.payload.size();
  int length_bits = spec.length_bits;
  if (length_bits == 0) length_bits = size < 126 ? 7 : size < 65536 ? 16 : 64;
  if (length_bits == 7) bytes += static_cast<char>(mask_bit | static_cast<int>(size));
  if (length_bits == 16) bytes += static_cast<char>(mask_bit | 126);
  if (length_bits == 64) bytes += static_cast<char>(mask_bit | 127);
  for (int shift = length_bits - 8; length_bits > 7 && shift >= 0; shift -= 8) {
    bytes += static_cast<char>((static_cast<std::uint64_t>(size) >> shift) & 0xFF);
  }
  if (!spec.masked) return bytes + spec.payload;
  bytes.append(spec.mask.data(), spec.mask.size());
  for (std::size_t i = 0; i < size; ++i) bytes += static_cast<char>(spec.payload[i] ^ spec.mask[i % 4]);
  return bytes;
}

inline std::string text_frame(std::string payload, bool fin = true) {
  return client_frame({.opcode = 0x1, .payload = std::move(payload), .fin = fin});
}

inline std::string continuation_frame(std::string payload, bool fin) {
  return client_frame({.opcode = 0x0, .payload = std::move(payload), .fin = fin});
}

inline std::string close_frame(std::uint16_t code, std::string_view reason = {}) {
  std::string payload{static_cast<char>(code >> 8), static_cast<char>(code & 0xFF)};
  return client_frame({.opcode = 0x8, .payload = payload.append(reason)});
}

struct Event {
  Incoming::Kind kind;
  std::uint16_t close_code;
  std::string payload;
  bool operator==(const Event&) const = default;
};

/// Everything that comes out of one input, which is copied as decoding overwrites it.
inline void decode_piece(FrameDecoder& decoder, std::string piece, std::vector<Event>& events) {
  std::span<char> input{piece.data(), piece.size()};
  while (true) {
    const Incoming incoming = decoder.next(input);
    if (incoming.kind == Incoming::Kind::NeedInput) return;
    events.push_back({incoming.kind, incoming.close_code, std::string{incoming.payload}});
  }
}

inline std::vector<Event> decode_in_pieces(const std::vector<std::string>& pieces, std::uint32_t limit_bytes = 65536) {
  FrameDecoder decoder{limit_bytes};
  std::vector<Event> events;
  for (const auto& piece : pieces) decode_piece(decoder, piece, events);
  return events;
}

inline std::vector<Event> decode(const std::string& bytes, std::uint32_t limit_bytes = 65536) {
  return decode_in_pieces({bytes}, limit_bytes);
}

}  // namespace subd::ws::test
