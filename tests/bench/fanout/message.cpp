#include "fanout/message.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <iterator>

namespace subd::bench {
namespace {

constexpr std::string_view kStart = R"({"type":"market_update","symbol":"B)";
constexpr std::size_t kSymbolDigits = 4;

/// Moves behind `word`, which must come next or later; false when it does not.
bool skip_past(std::string_view& text, std::string_view word) {
  const std::size_t at = text.find(word);
  if (at == std::string_view::npos) return false;
  text.remove_prefix(at + word.size());
  return true;
}

template <class Number>
bool take_number(std::string_view& text, Number& out) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  if (error != std::errc{}) return false;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return true;
}

/// Takes `"NAME":VALUE` and the comma behind it. A value is a number, null, or an object without objects in it.
std::string_view take_indicator(std::string_view& text) {
  if (text.empty() || text.front() != '"') return {};
  const std::size_t end_of_name = text.find("\":");
  if (end_of_name == std::string_view::npos) return {};
  const std::string_view name = text.substr(1, end_of_name - 1);
  text.remove_prefix(end_of_name + 2);
  if (text.empty()) return {};
  if (text.front() == '{') {
    const std::size_t end = text.find('}');
    if (end == std::string_view::npos) return {};
    text.remove_prefix(end + 1);
  }
  const std::size_t comma = text.find(',');
  text.remove_prefix(comma == std::string_view::npos ? text.size() : comma + 1);
  return name;
}

}  // namespace

std::optional<MarketMessage> read_cut_message(std::string_view text) {
  MarketMessage out;
  if (!text.starts_with(kStart)) return std::nullopt;
  text.remove_prefix(kStart.size());
  std::string_view digits = text.substr(0, kSymbolDigits);
  if (!take_number(digits, out.stream) || !digits.empty()) return std::nullopt;
  if (!skip_past(text, "\"seq\":") || !take_number(text, out.seq)) return std::nullopt;
  if (!skip_past(text, "\"bar\":\"")) return std::nullopt;
  out.closed = text.starts_with("closed");
  if (!skip_past(text, "\"close\":") || !take_number(text, out.sent_us)) return std::nullopt;
  if (!skip_past(text, "\"indicators\":{")) return std::nullopt;
  out.indicators = text;
  return out;
}

std::optional<MarketMessage> read_market_message(std::string_view text) {
  if (!text.ends_with("}}")) return std::nullopt;
  auto out = read_cut_message(text);
  if (out) out->indicators.remove_suffix(2);
  return out;
}

bool ViewCheck::learn(std::string_view indicators) {
  View left = view_;
  while (!indicators.empty()) {
    const std::string_view name = take_indicator(indicators);
    const auto* const found = std::find(std::begin(kIndicators), std::end(kIndicators), name);
    if (found == std::end(kIndicators)) return false;
    const auto index = static_cast<std::uint8_t>(found - std::begin(kIndicators));
    if ((left & (View{1} << index)) == 0) return false;
    left &= ~(View{1} << index);
    order_.push_back(index);
  }
  return left == 0;
}

bool ViewCheck::holds(std::string_view indicators) {
  if (order_.empty()) {
    const bool right = learn(indicators);
    if (!right) order_.clear();
    return right;
  }
  for (const std::uint8_t index : order_) {
    if (take_indicator(indicators) != kIndicators[index]) return false;
  }
  return indicators.empty();
}

std::string made_up_message(std::uint16_t stream, std::uint64_t seq, double sent_us, std::size_t bytes) {
  std::string text = fmt::format(
      R"({}{:04}","timeframe":"1day","epoch":"000000","seq":{},"bar":"forming","timestamp":"2025-11-04T10:35:00.000Z",)"
      R"("ohlcv":{{"time":"2025-11-04T00:00:00.000Z","open":1,"high":1,"low":1,"close":{:.0f},"volume":0}},)"
      R"("greeks":null,"oi":null,"indicators":{{"pad":")",
      kStart, stream, seq, sent_us);
  constexpr std::string_view kEnd = "\"}}";
  if (bytes > text.size() + kEnd.size()) text.append(bytes - text.size() - kEnd.size(), 'x');
  return text.append(kEnd);
}

}  // namespace subd::bench
