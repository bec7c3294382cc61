#include "ws/deflate_offer.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

namespace subd::ws {
namespace {

constexpr std::string_view kName = "permessage-deflate";
constexpr int kLeastBits = 8;
constexpr int kMostBits = 15;

std::string_view trimmed(std::string_view text) noexcept {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

/// Cuts off what is before the next `separator`, or all of it. None of what is read here may be quoted but numbers.
std::string_view next_part(std::string_view& text, char separator) noexcept {
  const auto end = std::min(text.find(separator), text.size());
  const std::string_view part = trimmed(text.substr(0, end));
  text.remove_prefix(std::min(end + 1, text.size()));
  return part;
}

bool is_name(std::string_view text, std::string_view name) noexcept {
  return std::equal(text.begin(), text.end(), name.begin(), name.end(), [](char a, char b) {
    return (a >= 'A' && a <= 'Z' ? static_cast<char>(a + ('a' - 'A')) : a) == b;
  });
}

/// 8 to 15 without leading zeros, perhaps in quotes; nullopt for anything else.
std::optional<int> window_bits(std::string_view text) noexcept {
  if (text.size() >= 2 && text.front() == '"' && text.back() == '"') text = text.substr(1, text.size() - 2);
  int bits = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), bits);
  if (text.empty() || text.front() == '0' || text.front() == '-') return std::nullopt;
  if (problem != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  if (bits < kLeastBits || bits > kMostBits) return std::nullopt;
  return bits;
}

/// What an offer's parameters came to.
struct Offer {
  bool server_no_context = false;
  bool client_no_context = false;
  bool client_bits = false;
  std::optional<int> server_bits{};

  /// False for a parameter that makes the offer one that has to be declined.
  [[nodiscard]] bool take(std::string_view parameter) noexcept {
    const auto equals = parameter.find('=');
    const std::string_view name = trimmed(parameter.substr(0, equals));
    std::optional<std::string_view> value;
    if (equals != std::string_view::npos) value = trimmed(parameter.substr(equals + 1));
    if (is_name(name, "server_no_context_takeover")) return !value && !std::exchange(server_no_context, true);
    if (is_name(name, "client_no_context_takeover")) return !value && !std::exchange(client_no_context, true);
    if (is_name(name, "client_max_window_bits")) {
      return !std::exchange(client_bits, true) && (!value || window_bits(*value));
    }
    if (!is_name(name, "server_max_window_bits") || server_bits || !value) return false;
    server_bits = window_bits(*value);
    return server_bits && *server_bits >= kWindowBits;
  }
};

std::optional<std::string> accept(std::string_view offer) {
  if (!is_name(next_part(offer, ';'), kName)) return std::nullopt;
  Offer wanted;
  while (!offer.empty()) {
    if (!wanted.take(next_part(offer, ';'))) return std::nullopt;
  }
  std::string answer{kName};
  answer += "; server_no_context_takeover; client_no_context_takeover";
  // Only an offer that has it may be answered with it.
  if (wanted.server_bits) answer += "; server_max_window_bits=" + std::to_string(kWindowBits);
  return answer;
}

}  // namespace

std::optional<std::string> accept_deflate(std::string_view offers) {
  while (!offers.empty()) {
    if (auto answer = accept(next_part(offers, ','))) return answer;
  }
  return std::nullopt;
}

}  // namespace subd::ws
