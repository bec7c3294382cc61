// Input: a binary message of the upstream.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "kite/frame.hpp"
#include "kite/token.hpp"

namespace {

using namespace subd::kite;
using subd::market::QuoteMode;

void require(bool holds) {
  if (!holds) std::abort();
}

/// Decoded again from what was encoded, the packet is the same bytes.
void check_round_trip(const Packet& packet) {
  std::string once;
  append_packet(once, packet.token, packet.last_price, packet.quote, packet.quote.mode);
  require(once.size() == packet_length(packet.token, packet.quote.mode));
  const auto again = decode_packet(once);
  require(again && again->token == packet.token && again->quote.mode == packet.quote.mode);
  require(again->last_price == packet.last_price);
  std::string twice;
  append_packet(twice, again->token, again->last_price, again->quote, again->quote.mode);
  require(once == twice);
}

}  // namespace

/// Whatever the bytes: never a read beyond them, never more packets than they can hold; a whole frame that only has
/// packets of known lengths is built again byte by byte, but for padding.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view message{reinterpret_cast<const char*>(data), size};
  FrameReader reader{message};
  std::string rebuilt;
  FrameBuilder builder{rebuilt};
  bool plain = true;  // each packet's kind fits its token
  while (const auto packet = reader.next()) {
    require(builder.count() * 10 < size);
    check_round_trip(*packet);
    builder.add(packet->token, packet->last_price, packet->quote, packet->quote.mode);
    const bool of_index = packet->quote.mode != QuoteMode::Ltp && !packet->quote.has_depth &&
                          packet->quote.price_change == packet->quote.price_change;
    if (packet->quote.mode != QuoteMode::Ltp && of_index != is_index(packet->token)) plain = false;
  }
  require(!reader.next());
  if (reader.is_whole() && reader.skipped() == 0 && plain) require(rebuilt.size() == size);
  return 0;
}
