#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

/// Reads JSON in place: no tree, no allocation. Strict about the grammar, so that a proxy that damages a message is
/// noticed; only \u escapes of lone surrogates and bytes above 0x7F pass unexamined.
namespace subd::probe {

/// Nesting beyond this is malformed: no message of the protocol comes near.
inline constexpr int kMaxScanDepth = 32;

/// The offset behind the value that starts at or after `from` (white space may lead); nullopt when it is malformed.
[[nodiscard]] std::optional<std::size_t> skip_value(std::string_view text, std::size_t from, int depth = 0) noexcept;
[[nodiscard]] std::size_t skip_space(std::string_view text, std::size_t from) noexcept;

/// The inside of a raw JSON string, escapes left as they are; nullopt when `raw` is not a string.
[[nodiscard]] constexpr std::optional<std::string_view> string_inside(std::string_view raw) noexcept {
  if (raw.size() < 2 || raw.front() != '"' || raw.back() != '"') return std::nullopt;
  return raw.substr(1, raw.size() - 2);
}

namespace detail {
/// One member or element behind the other; `Visit` gets the key (empty in arrays) and the raw value.
template <char Open, char Close, bool kKeys, class Visit>
bool scan_container(std::string_view text, Visit&& visit) {
  std::size_t at = skip_space(text, 0);
  if (at >= text.size() || text[at] != Open) return false;
  at = skip_space(text, at + 1);
  if (at < text.size() && text[at] == Close) return skip_space(text, at + 1) == text.size();
  while (true) {
    std::string_view key;
    if constexpr (kKeys) {
      const auto key_end = skip_value(text, at);
      if (!key_end || text[at] != '"') return false;
      key = text.substr(at + 1, *key_end - at - 2);
      at = skip_space(text, *key_end);
      if (at >= text.size() || text[at] != ':') return false;
      at = skip_space(text, at + 1);
    }
    const auto end = skip_value(text, at, 1);
    if (!end) return false;
    visit(key, text.substr(at, *end - at));
    at = skip_space(text, *end);
    if (at >= text.size()) return false;
    if (text[at] == Close) return skip_space(text, at + 1) == text.size();
    if (text[at] != ',') return false;
    at = skip_space(text, at + 1);
  }
}
}  // namespace detail

/// Calls visit(key, raw_value) for every member of the object that is the whole of `text`; false when it is not a well
/// formed object (the members before the fault were visited).
template <class Visit>
bool scan_object(std::string_view text, Visit&& visit) {
  return detail::scan_container<'{', '}', true>(text, visit);
}

/// Calls visit(raw_value) for every element of the array that is the whole of `text`; false as above.
template <class Visit>
bool scan_array(std::string_view text, Visit&& visit) {
  return detail::scan_container<'[', ']', false>(text, [&](std::string_view, std::string_view raw) { visit(raw); });
}

}  // namespace subd::probe
