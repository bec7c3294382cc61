#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "market/quote.hpp"

/// What Kite's ticker says of one instrument, bytes <-> values. Numbers are unsigned and big endian; the length alone
/// tells what a packet holds:
///
///     8        last price
///     28, 32   of an index: the day's prices, then the exchange's time
///     44, 184  of what trades: quote, then open interest, times and five levels of depth a side
///
/// A price is a double in rupees and goes back to the very number that it came from, so that a packet decoded and
/// encoded in its own mode is the same bytes.
///
/// Threads: pure functions, any thread. Errors: values; nothing throws but the string that grows.
namespace subd::kite {

inline constexpr std::size_t kLongestPacket = 184;

struct Packet {
  std::uint32_t token = 0;
  double last_price = 0;
  market::Quote quote;  ///< `quote.mode` is what the length says
};

/// The lengths above.
[[nodiscard]] bool is_packet_length(std::size_t bytes) noexcept;

/// nullopt for a length that is none of a packet; every other content means something.
[[nodiscard]] std::optional<Packet> decode_packet(std::string_view bytes) noexcept;

/// Bytes of a packet of the token in `mode`.
[[nodiscard]] std::size_t packet_length(std::uint32_t token, market::QuoteMode mode) noexcept;

/// Appends the packet that the upstream would send to who asked for `mode`. What the quote does not know is 0; what 32
/// bits cannot hold is the nearest that they can.
void append_packet(std::string& out, std::uint32_t token, double last_price, const market::Quote& quote,
                   market::QuoteMode mode);

}  // namespace subd::kite
