#pragma once

#include <cstdint>

/// Kite numbers what trades: the low byte of a token is its segment, the rest the exchange's own number.
namespace subd::kite {

[[nodiscard]] constexpr std::uint8_t segment_of(std::uint32_t token) noexcept {
  return static_cast<std::uint8_t>(token & 0xFFU);
}

/// Kite numbers its segments from 1 to 9; a token of another one is not Kite's.
[[nodiscard]] constexpr bool is_token(std::uint32_t token) noexcept {
  return segment_of(token) >= 1 && segment_of(token) <= 9 && token > 0xFFU;
}

/// Indices do not trade: they have packets of their own, without quantities and depth.
[[nodiscard]] constexpr bool is_index(std::uint32_t token) noexcept {
  constexpr std::uint8_t kIndices = 9;
  return segment_of(token) == kIndices;
}

/// Prices are whole numbers on the wire: this many to a rupee.
[[nodiscard]] constexpr double price_divisor(std::uint32_t token) noexcept {
  constexpr std::uint8_t kCds = 3;
  constexpr std::uint8_t kBcd = 6;
  switch (segment_of(token)) {
    case kCds:
      return 1e7;
    case kBcd:
      return 1e4;
    default:
      return 100;
  }
}

}  // namespace subd::kite
