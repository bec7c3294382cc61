#include "probe/tick_request.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include "base/json_text.hpp"
#include "base/number_text.hpp"

namespace subd::probe {

namespace {

constexpr std::array<std::string_view, 4> kNames{"subscribe", "update_filter", "unsubscribe", "list"};
constexpr std::size_t kDescribed = 5;

std::string_view name_of(TickRequestKind kind) {
  return kNames[static_cast<std::size_t>(kind)];
}

bool adds(TickRequestKind kind) {
  return kind == TickRequestKind::Subscribe || kind == TickRequestKind::UpdateFilter;
}

template <class List, class Append>
void append_list(std::string& out, std::string_view key, const List& list, Append append) {
  out.append(",\"").append(key).append("\":[");
  for (const auto& one : list) {
    if (out.back() != '[') out += ',';
    append(one);
  }
  out += ']';
}

}  // namespace

std::string tick_request_text(const TickRequest& request) {
  std::string out = "{\"type\":\"";
  out.append(name_of(request.kind)).append("\",\"id\":");
  base::append_number(out, request.id);
  const bool only_symbols = !request.symbols.empty();
  if (!request.tokens.empty() || (adds(request.kind) && !only_symbols)) {
    append_list(out, "tokens", request.tokens,
                [&](std::uint32_t token) { base::append_number(out, std::uint64_t{token}); });
  }
  if (!request.symbols.empty()) {
    append_list(out, "symbols", request.symbols,
                [&](const std::string& symbol) { base::append_json_string(out, symbol); });
  }
  if (request.mode) out.append(",\"mode\":\"").append(tick_mode_name(*request.mode)).append("\"");
  if (adds(request.kind)) out += ",\"throttle_ms\":0";
  out += '}';
  return out;
}

std::string describe(const TickRequest& request) {
  std::string out{name_of(request.kind)};
  for (std::size_t i = 0; i < std::min(request.tokens.size(), kDescribed); ++i) {
    out += ' ' + std::to_string(request.tokens[i]);
  }
  for (std::size_t i = 0; i < std::min(request.symbols.size(), kDescribed); ++i) out += ' ' + request.symbols[i];
  if (std::max(request.tokens.size(), request.symbols.size()) > kDescribed) out += " ..";
  if (request.mode) out.append(" ").append(tick_mode_name(*request.mode));
  return out;
}

}  // namespace subd::probe
