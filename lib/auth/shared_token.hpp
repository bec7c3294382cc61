#pragma once

#include <array>
#include <string_view>

namespace subd::auth {

/// One token that all clients of an endpoint share. Only its SHA-256 is kept.
///
/// Threads: immutable after construction; safe to read from any.
class SharedToken {
 public:
  /// Empty: none is asked for.
  explicit SharedToken(std::string_view token) noexcept;

  [[nodiscard]] bool is_required() const noexcept { return required_; }
  /// In a time that does not tell how much of it is right. False for every token when none is asked for.
  [[nodiscard]] bool matches(std::string_view presented) const noexcept;

 private:
  bool required_;
  std::array<unsigned char, 32> hash_{};
};

}  // namespace subd::auth
