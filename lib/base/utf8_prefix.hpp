#pragma once

#include <cstddef>
#include <string_view>

namespace subd::base {

/// The longest front of UTF-8 text that has at most so many bytes and ends between two characters.
[[nodiscard]] constexpr std::string_view utf8_prefix(std::string_view text, std::size_t most_bytes) noexcept {
  if (text.size() <= most_bytes) return text;
  while (most_bytes > 0 && (static_cast<unsigned char>(text[most_bytes]) & 0xC0U) == 0x80U) --most_bytes;
  return text.substr(0, most_bytes);
}

}  // namespace subd::base
