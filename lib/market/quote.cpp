#include "market/quote.hpp"

#include <algorithm>
#include <array>

namespace subd::market {
namespace {

constexpr std::array<std::string_view, 3> kNames{"ltp", "quote", "full"};

bool same_in_any_case(std::string_view text, std::string_view lower) noexcept {
  return std::equal(text.begin(), text.end(), lower.begin(), lower.end(),
                    [](char a, char b) { return (a >= 'A' && a <= 'Z' ? static_cast<char>(a - 'A' + 'a') : a) == b; });
}

}  // namespace

std::string_view quote_mode_name(QuoteMode mode) noexcept {
  return kNames[static_cast<std::size_t>(mode)];
}

std::optional<QuoteMode> parse_quote_mode(std::string_view name) noexcept {
  for (std::size_t i = 0; i < kNames.size(); ++i) {
    if (same_in_any_case(name, kNames[i])) return static_cast<QuoteMode>(i);
  }
  return std::nullopt;
}

}  // namespace subd::market
