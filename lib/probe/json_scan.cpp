#include "probe/json_scan.hpp"

namespace subd::probe {

namespace {

constexpr bool is_digit(char c) noexcept {
  return c >= '0' && c <= '9';
}

constexpr bool is_hex_digit(char c) noexcept {
  return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

std::size_t skip_digits(std::string_view text, std::size_t at) noexcept {
  while (at < text.size() && is_digit(text[at])) ++at;
  return at;
}

std::optional<std::size_t> skip_number(std::string_view text, std::size_t at) noexcept {
  if (text[at] == '-') ++at;
  const std::size_t whole = skip_digits(text, at);
  if (whole == at || (text[at] == '0' && whole > at + 1)) return std::nullopt;
  at = whole;
  if (at < text.size() && text[at] == '.') {
    const std::size_t end = skip_digits(text, at + 1);
    if (end == at + 1) return std::nullopt;
    at = end;
  }
  if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
    ++at;
    if (at < text.size() && (text[at] == '+' || text[at] == '-')) ++at;
    const std::size_t end = skip_digits(text, at);
    if (end == at) return std::nullopt;
    at = end;
  }
  return at;
}

std::optional<std::size_t> skip_string(std::string_view text, std::size_t at) noexcept {
  for (++at; at < text.size(); ++at) {
    const char c = text[at];
    if (c == '"') return at + 1;
    if (static_cast<unsigned char>(c) < 0x20) return std::nullopt;
    if (c != '\\') continue;
    if (++at >= text.size()) return std::nullopt;
    if (text[at] == 'u') {
      for (int digit = 0; digit < 4; ++digit) {
        if (++at >= text.size() || !is_hex_digit(text[at])) return std::nullopt;
      }
    } else if (std::string_view{"\"\\/bfnrt"}.find(text[at]) == std::string_view::npos) {
      return std::nullopt;
    }
  }
  return std::nullopt;
}

std::optional<std::size_t> skip_container(std::string_view text, std::size_t at, int depth) noexcept {
  const bool object = text[at] == '{';
  const char close = object ? '}' : ']';
  at = skip_space(text, at + 1);
  if (at < text.size() && text[at] == close) return at + 1;
  while (at < text.size()) {
    if (object) {
      if (text[at] != '"') return std::nullopt;
      const auto key = skip_string(text, at);
      if (!key) return std::nullopt;
      at = skip_space(text, *key);
      if (at >= text.size() || text[at] != ':') return std::nullopt;
      ++at;
    }
    const auto value = skip_value(text, at, depth + 1);
    if (!value) return std::nullopt;
    at = skip_space(text, *value);
    if (at >= text.size()) return std::nullopt;
    if (text[at] == close) return at + 1;
    if (text[at] != ',') return std::nullopt;
    at = skip_space(text, at + 1);
  }
  return std::nullopt;
}

}  // namespace

std::size_t skip_space(std::string_view text, std::size_t from) noexcept {
  while (from < text.size() && (text[from] == ' ' || text[from] == '\t' || text[from] == '\n' || text[from] == '\r')) {
    ++from;
  }
  return from;
}

std::optional<std::size_t> skip_value(std::string_view text, std::size_t from, int depth) noexcept {
  const std::size_t at = skip_space(text, from);
  if (at >= text.size() || depth > kMaxScanDepth) return std::nullopt;
  switch (text[at]) {
    case '{':
    case '[':
      return skip_container(text, at, depth);
    case '"':
      return skip_string(text, at);
    case 't':
    case 'n':
    case 'f':
      for (const std::string_view word : {"true", "false", "null"}) {
        if (text.substr(at, word.size()) == word) return at + word.size();
      }
      return std::nullopt;
    default:
      return skip_number(text, at);
  }
}

}  // namespace subd::probe
