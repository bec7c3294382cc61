#include "session/resume_token.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/random_id.hpp"

namespace subd::session {
namespace {

constexpr std::size_t kRandomDigits = 32;
constexpr std::size_t kThreadDigits = 2;

}  // namespace

std::string make_resume_token(std::size_t io_thread) {
  return base::random_hex(kRandomDigits) + fmt::format("{:02x}", io_thread);
}

std::optional<std::size_t> io_thread_of(std::string_view resume_token) noexcept {
  const auto is_digit = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); };
  if (resume_token.size() != kRandomDigits + kThreadDigits) return std::nullopt;
  if (!std::all_of(resume_token.begin(), resume_token.end(), is_digit)) return std::nullopt;
  std::size_t number = 0;
  std::from_chars(resume_token.data() + kRandomDigits, resume_token.data() + resume_token.size(), number, 16);
  return number;
}

}  // namespace subd::session
