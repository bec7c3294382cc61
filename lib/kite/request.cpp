#include "kite/request.hpp"

#include <fmt/format.h>

#include <limits>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "base/number_text.hpp"

namespace subd::kite {
namespace {

using nlohmann::json;

using Tokens = std::vector<std::uint32_t>;

template <class T>
using Parsed = base::Result<T, RequestError>;

/// What a message shows of a value: its JSON text, short whatever the client sent.
std::string shown(const json* value) {
  constexpr std::size_t kMost = 40;
  if (value == nullptr) return "nothing";
  if (value->is_array()) return fmt::format("a list of {}", value->size());
  if (value->is_object()) return "an object";
  std::string text = value->dump(-1, ' ', true);
  if (text.size() > kMost) text = text.substr(0, kMost) + "...";
  return text;
}

RequestError refusal(std::string_view field, std::string_view allowed, const json* value) {
  return {fmt::format("{} must be {}, got {}", field, allowed, shown(value))};
}

const json* find(const json& object, const char* key) {
  const auto it = object.find(key);
  return it == object.end() ? nullptr : &*it;
}

std::optional<std::uint32_t> token_of(const json& value) {
  if (!value.is_number_unsigned()) return std::nullopt;
  const auto number = value.get<std::uint64_t>();
  if (number == 0 || number > std::numeric_limits<std::uint32_t>::max()) return std::nullopt;
  return static_cast<std::uint32_t>(number);
}

Parsed<Tokens> parse_tokens(const json* value, std::string_view field) {
  if (value == nullptr || !value->is_array()) return refusal(field, "a list of instrument tokens", value);
  Tokens tokens;
  tokens.reserve(value->size());
  for (std::size_t i = 0; i < value->size(); ++i) {
    const auto token = token_of((*value)[i]);
    if (!token) {
      return refusal(fmt::format("{}[{}]", field, i), "an instrument token, a whole number from 1 to 4294967295",
                     &(*value)[i]);
    }
    tokens.push_back(*token);
  }
  return tokens;
}

Parsed<Request> parse_mode(const json* value) {
  if (value == nullptr || !value->is_array() || value->size() != 2) {
    return refusal("v", R"(["ltp", "quote" or "full", a list of instrument tokens])", value);
  }
  const json& name = (*value)[0];
  const auto mode = name.is_string() ? market::parse_quote_mode(name.get_ref<const std::string&>()) : std::nullopt;
  if (!mode) return refusal("v[0]", R"("ltp", "quote" or "full")", &name);
  auto tokens = parse_tokens(&(*value)[1], "v[1]");
  if (!tokens) return tokens.error();
  return Request{ModeRequest{*mode, std::move(*tokens)}};
}

void append_tokens(std::string& out, std::span<const std::uint32_t> tokens) {
  out += '[';
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    if (i > 0) out += ',';
    base::append_number(out, std::uint64_t{tokens[i]});
  }
  out += ']';
}

}  // namespace

Parsed<Request> parse_request(std::string_view text) {
  const json request = json::parse(text, nullptr, false);
  if (!request.is_object()) return RequestError{R"(the message must be an object {"a": ..., "v": ...})"};
  const json* action = find(request, "a");
  const json* value = find(request, "v");
  const std::string_view name =
      action != nullptr && action->is_string() ? action->get_ref<const std::string&>() : std::string_view{};
  if (name == "mode") return parse_mode(value);
  if (name != "subscribe" && name != "unsubscribe") {
    return refusal("a", R"("subscribe", "unsubscribe" or "mode")", action);
  }
  auto tokens = parse_tokens(value, "v");
  if (!tokens) return tokens.error();
  if (name == "subscribe") return Request{SubscribeRequest{std::move(*tokens)}};
  return Request{UnsubscribeRequest{std::move(*tokens)}};
}

void append_subscribe(std::string& out, std::span<const std::uint32_t> tokens) {
  out += R"({"a":"subscribe","v":)";
  append_tokens(out, tokens);
  out += '}';
}

void append_unsubscribe(std::string& out, std::span<const std::uint32_t> tokens) {
  out += R"({"a":"unsubscribe","v":)";
  append_tokens(out, tokens);
  out += '}';
}

void append_mode(std::string& out, market::QuoteMode mode, std::span<const std::uint32_t> tokens) {
  out += R"({"a":"mode","v":[")";
  out += market::quote_mode_name(mode);
  out += R"(",)";
  append_tokens(out, tokens);
  out += "]}";
}

}  // namespace subd::kite
