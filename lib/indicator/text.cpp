#include "indicator/text.hpp"

#include <algorithm>
#include <cstddef>

#include "base/utf8_prefix.hpp"

namespace subd::indicator {
namespace {

char lower(char c) noexcept {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

}  // namespace

bool equal_ignoring_case(std::string_view a, std::string_view b) noexcept {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) { return lower(x) == lower(y); });
}

std::string excerpt(std::string_view text) {
  constexpr std::size_t kLongest = 40;
  if (text.size() <= kLongest) return std::string{text};
  return std::string{base::utf8_prefix(text, kLongest)} + "...";
}

}  // namespace subd::indicator
