#include "indicator/text.hpp"

#include <algorithm>
#include <cstddef>

namespace subd::indicator {
namespace {

char lower(char c) noexcept {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool continues_character(char c) noexcept {
  return (static_cast<unsigned char>(c) & 0xC0) == 0x80;
}

}  // namespace

bool equal_ignoring_case(std::string_view a, std::string_view b) noexcept {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) { return lower(x) == lower(y); });
}

std::string excerpt(std::string_view text) {
  constexpr std::size_t kLongest = 40;
  if (text.size() <= kLongest) return std::string{text};
  std::size_t end = kLongest;
  while (end > 0 && continues_character(text[end])) --end;
  return std::string{text.substr(0, end)} + "...";
}

}  // namespace subd::indicator
