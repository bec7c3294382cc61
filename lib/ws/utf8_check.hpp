#pragma once

#include <cstdint>
#include <string_view>

namespace subd::ws {

/// Tells whether bytes that arrive in pieces are UTF-8 as RFC 3629 has it: no overlong forms, no surrogates, nothing
/// above U+10FFFF. A wrong byte is noticed when it comes, not at the end of the text.
///
/// Three bytes of state, so that an unfinished text message costs its connection nothing more.
class Utf8Check {
 public:
  /// False as soon as the text so far cannot be the beginning of valid UTF-8; the check is then of no further use.
  [[nodiscard]] bool accept(std::string_view piece) noexcept;

  /// True between characters: a text that ends here ends whole.
  [[nodiscard]] bool complete() const noexcept { return awaited_ == 0; }

 private:
  [[nodiscard]] bool begin_character(std::uint8_t lead) noexcept;

  /// Continuation bytes that the current character still needs, and the range of the next one.
  std::uint8_t awaited_ = 0;
  std::uint8_t lowest_ = 0;
  std::uint8_t highest_ = 0;
};

/// The whole of `text` is valid UTF-8.
[[nodiscard]] bool is_utf8(std::string_view text) noexcept;

}  // namespace subd::ws
