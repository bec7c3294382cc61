#include "ws/utf8_check.hpp"

#include <cstddef>
#include <cstring>

namespace subd::ws {

namespace {

constexpr std::uint64_t kHighBits = 0x8080808080808080ULL;

/// How many bytes at the front are ASCII, in steps of eight: most of what clients send is nothing else.
std::size_t ascii_prefix(std::string_view text) noexcept {
  std::size_t at = 0;
  while (text.size() - at >= sizeof(std::uint64_t)) {
    std::uint64_t word = 0;
    std::memcpy(&word, text.data() + at, sizeof(word));
    if ((word & kHighBits) != 0) break;
    at += sizeof(word);
  }
  return at;
}

}  // namespace

bool Utf8Check::begin_character(std::uint8_t lead) noexcept {
  // 0x80 - 0xC1: a continuation byte, or the overlong form of an ASCII character; from 0xF5 on: beyond U+10FFFF.
  if (lead >= 0x80 && (lead < 0xC2 || lead > 0xF4)) return false;
  lowest_ = 0x80;
  highest_ = 0xBF;
  if (lead < 0x80) {
    awaited_ = 0;
  } else if (lead < 0xE0) {
    awaited_ = 1;
  } else if (lead < 0xF0) {
    awaited_ = 2;
    if (lead == 0xE0) lowest_ = 0xA0;   // below: overlong
    if (lead == 0xED) highest_ = 0x9F;  // above: surrogates
  } else {
    awaited_ = 3;
    if (lead == 0xF0) lowest_ = 0x90;   // below: overlong
    if (lead == 0xF4) highest_ = 0x8F;  // above: beyond U+10FFFF
  }
  return true;
}

bool Utf8Check::accept(std::string_view piece) noexcept {
  std::size_t at = 0;
  while (at < piece.size()) {
    if (awaited_ == 0) {
      at += ascii_prefix(piece.substr(at));
      if (at == piece.size()) break;
    }
    const auto byte = static_cast<std::uint8_t>(piece[at++]);
    if (awaited_ == 0) {
      if (!begin_character(byte)) return false;
    } else {
      if (byte < lowest_ || byte > highest_) return false;
      --awaited_;
      lowest_ = 0x80;
      highest_ = 0xBF;
    }
  }
  return true;
}

bool is_utf8(std::string_view text) noexcept {
  Utf8Check check;
  return check.accept(text) && check.complete();
}

}  // namespace subd::ws
