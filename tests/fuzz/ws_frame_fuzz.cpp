// Input: one byte that picks the message limit, one that picks how the rest is cut; then what a client sends.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <string>
#include <vector>

#include "ws/frame_decoder.hpp"

namespace {

using subd::ws::FrameDecoder;
using subd::ws::Incoming;
using Kind = Incoming::Kind;

struct Event {
  Kind kind;
  std::uint16_t close_code;
  std::string payload;
  bool operator==(const Event&) const = default;
};

void require(bool holds) {
  if (!holds) std::abort();
}

/// The text-book check, decoding every character: slow, and written unlike the one under test.
bool is_valid_utf8(const std::string& text) {
  for (std::size_t at = 0; at < text.size();) {
    const auto lead = static_cast<unsigned char>(text[at]);
    const std::size_t size = lead < 0x80         ? 1
                             : lead >> 5 == 0x06 ? 2
                             : lead >> 4 == 0x0E ? 3
                             : lead >> 3 == 0x1E ? 4
                                                 : 0;
    if (size == 0 || at + size > text.size()) return false;
    std::uint32_t point = size == 1 ? lead : lead & (0x7Fu >> size);
    for (std::size_t i = 1; i < size; ++i) {
      const auto byte = static_cast<unsigned char>(text[at + i]);
      if (byte >> 6 != 0x02) return false;
      point = point << 6 | (byte & 0x3Fu);
    }
    constexpr std::uint32_t kLeast[] = {0, 0, 0x80, 0x800, 0x10000};
    if (point < kLeast[size] || point > 0x10FFFF || (point >= 0xD800 && point <= 0xDFFF)) return false;
    at += size;
  }
  return true;
}

void check(const Event& event, std::uint32_t limit) {
  switch (event.kind) {
    case Kind::Text:
      require(is_valid_utf8(event.payload));
      [[fallthrough]];
    case Kind::Binary:
      require(event.payload.size() <= limit);
      break;
    case Kind::Ping:
    case Kind::Pong:
      require(event.payload.size() <= 125);
      break;
    case Kind::Close:
      require(event.payload.size() <= 123 && is_valid_utf8(event.payload));
      require(event.close_code >= 1000 && event.close_code <= 4999);
      break;
    case Kind::ProtocolError:
      require(event.close_code == 1002);
      break;
    case Kind::BadUtf8:
      require(event.close_code == 1007);
      break;
    case Kind::TooBig:
      require(event.close_code == 1009);
      break;
    case Kind::NeedInput:
      std::abort();
  }
}

std::vector<Event> decode(const std::string& bytes, std::uint32_t limit, std::uint32_t cut_seed) {
  FrameDecoder decoder{limit};
  std::vector<Event> events;
  std::size_t at = 0;
  while (at < bytes.size()) {
    std::size_t size = bytes.size() - at;
    if (cut_seed != 0) {
      cut_seed = cut_seed * 1664525 + 1013904223;
      size = std::min<std::size_t>(size, 1 + (cut_seed >> 28));
    }
    // A copy of exactly this piece, so that the address sanitizer sees a step beyond it.
    std::vector<char> piece(bytes.begin() + static_cast<std::ptrdiff_t>(at),
                            bytes.begin() + static_cast<std::ptrdiff_t>(at + size));
    at += size;
    std::span<char> input{piece.data(), piece.size()};
    while (true) {
      const bool was_finished = decoder.finished();
      const Incoming incoming = decoder.next(input);
      if (incoming.kind == Kind::NeedInput) {
        require(input.empty());
        break;
      }
      require(!was_finished);
      events.push_back({incoming.kind, incoming.close_code, std::string{incoming.payload}});
      check(events.back(), limit);
      require(decoder.finished() == (incoming.kind >= Kind::Close));
    }
    require(decoder.held_bytes() <= 2 * (std::size_t{limit} + 125));
  }
  return events;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  constexpr std::uint32_t kLimits[] = {16, 200, 1024, 70000};
  const std::uint32_t limit = kLimits[data[0] % 4];
  const std::string bytes(reinterpret_cast<const char*>(data) + 2, size - 2);
  const auto whole = decode(bytes, limit, 0);
  require(whole == decode(bytes, limit, data[1] + 1u));
  return 0;
}
