#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string>

/// Packets and frames written byte by byte, without the codec under test.
namespace subd::test {

inline std::string u16(std::uint32_t value) {
  return {static_cast<char>(value >> 8 & 0xFFU), static_cast<char>(value & 0xFFU)};
}

inline std::string u32(std::uint32_t value) {
  return u16(value >> 16) + u16(value & 0xFFFFU);
}

inline std::string u32s(std::initializer_list<std::uint32_t> values) {
  std::string out;
  for (const std::uint32_t value : values) out += u32(value);
  return out;
}

/// A frame of these packets.
inline std::string frame_of(std::initializer_list<std::string> packets) {
  std::string out = u16(static_cast<std::uint32_t>(packets.size()));
  for (const std::string& packet : packets) out += u16(static_cast<std::uint32_t>(packet.size())) + packet;
  return out;
}

// 5 NSE, 5 CDS, 5 BCD, 5 of the indices.
inline constexpr std::uint32_t kNse = 0x501;
inline constexpr std::uint32_t kCds = 0x503;
inline constexpr std::uint32_t kBcd = 0x506;
inline constexpr std::uint32_t kIndex = 0x509;

inline std::string ltp_packet(std::uint32_t token, std::uint32_t price) {
  return u32s({token, price});
}

/// Fields count up from `first`: no two of them are alike, so that a swapped pair shows.
inline std::string quote_packet(std::uint32_t token, std::uint32_t first) {
  std::string out = u32(token);
  for (std::uint32_t i = 0; i < 10; ++i) out += u32(first + i);
  return out;
}

inline std::string full_packet(std::uint32_t token, std::uint32_t first) {
  std::string out = quote_packet(token, first);
  for (std::uint32_t i = 10; i < 15; ++i) out += u32(first + i);
  for (std::uint32_t level = 0; level < 10; ++level) {
    out += u32(first + 100 + level) + u32(first + 200 + level) + u16(300 + level) + u16(0);
  }
  return out;
}

}  // namespace subd::test
