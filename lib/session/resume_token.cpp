#include "session/resume_token.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/random_id.hpp"

namespace subd::session {

ResumeToken::ResumeToken(std::size_t io_thread) {
  const std::string random = base::random_hex(kRandomDigits);
  const auto thread = std::copy(random.begin(), random.end(), digits_.begin());
  fmt::format_to_n(thread, kThreadDigits, "{:02x}", io_thread);
}

std::optional<std::size_t> io_thread_of(std::string_view resume_token) noexcept {
  const auto is_digit = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); };
  constexpr std::size_t kDigits = ResumeToken::kRandomDigits + ResumeToken::kThreadDigits;
  if (resume_token.size() != kDigits) return std::nullopt;
  if (!std::all_of(resume_token.begin(), resume_token.end(), is_digit)) return std::nullopt;
  std::size_t number = 0;
  std::from_chars(resume_token.data() + ResumeToken::kRandomDigits, resume_token.data() + kDigits, number, 16);
  return number;
}

}  // namespace subd::session
