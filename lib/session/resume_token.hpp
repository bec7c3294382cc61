#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

/// The text by which a client claims its session back: opaque to it, 128 random bits and the number of the io thread
/// that has the session. A capability: never logged, and worth nothing without a token of the same user.
namespace subd::session {

/// Throws std::runtime_error as base::random_hex(). REQUIRES: io_thread < 256.
[[nodiscard]] std::string make_resume_token(std::size_t io_thread);

/// The io thread that it names; nullopt for what no io thread made.
[[nodiscard]] std::optional<std::size_t> io_thread_of(std::string_view resume_token) noexcept;

}  // namespace subd::session
