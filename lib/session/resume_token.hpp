#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>

namespace subd::session {

/// The text by which a client claims its session back: opaque to it, 128 random bits and the number of the io thread
/// that has the session. A capability: never logged, and worth nothing without a token of the same user.
///
/// It lies in place: there is one of each session, of which there are tens of thousands.
class ResumeToken {
 public:
  static constexpr std::size_t kRandomDigits = 32;
  static constexpr std::size_t kThreadDigits = 2;

  /// None.
  ResumeToken() noexcept = default;
  /// Another one each time. Throws std::runtime_error as base::random_hex(). REQUIRES: io_thread < 256.
  explicit ResumeToken(std::size_t io_thread);

  /// Lower-case hexadecimal digits; empty where there is none.
  [[nodiscard]] std::string_view text() const noexcept {
    return {digits_.data(), digits_.front() == '\0' ? 0 : digits_.size()};
  }

 private:
  std::array<char, kRandomDigits + kThreadDigits> digits_{};
};

/// The io thread that it names; nullopt for what no io thread made.
[[nodiscard]] std::optional<std::size_t> io_thread_of(std::string_view resume_token) noexcept;

}  // namespace subd::session
