#include "wire/message_envelope.hpp"

#include <fmt/format.h>

#include <string>

#include "base/nearest.hpp"

namespace subd::wire {
namespace {

using nlohmann::json;
using request_fields::json_type;
using request_fields::mismatch;

/// Byte offset of the first bracket deeper than kMaxNesting. Runs before the parser, which recurses into nothing but
/// builds a value per level. Strings are skipped by their quotes alone: good enough, as bad ones never reach the DOM.
std::optional<std::size_t> too_deep_at(std::string_view text) noexcept {
  std::size_t depth = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string) {
      if (c == '\\') {
        ++i;
      } else if (c == '"') {
        in_string = false;
      }
    } else if (c == '"') {
      in_string = true;
    } else if (c == '[' || c == '{') {
      if (++depth > kMaxNesting) return i;
    } else if ((c == ']' || c == '}') && depth > 0) {
      --depth;
    }
  }
  return std::nullopt;
}

/// Accepts everything and keeps nothing but the place where the parser stopped.
class ErrorLocator final : public nlohmann::json_sax<json> {
 public:
  std::size_t position = 0;

  bool null() override { return true; }
  bool boolean(bool) override { return true; }
  bool number_integer(number_integer_t) override { return true; }
  bool number_unsigned(number_unsigned_t) override { return true; }
  bool number_float(number_float_t, const string_t&) override { return true; }
  bool string(string_t&) override { return true; }
  bool binary(binary_t&) override { return true; }
  bool start_object(std::size_t) override { return true; }
  bool key(string_t&) override { return true; }
  bool end_object() override { return true; }
  bool start_array(std::size_t) override { return true; }
  bool end_array() override { return true; }
  bool parse_error(std::size_t at, const std::string&, const json::exception&) override {
    position = at;
    return false;
  }
};

Error bad_json(std::string_view what, std::size_t byte) {
  return {ErrorCode::BadJson, fmt::format("{} at byte {}", what, byte), fmt::format(R"({{"byte":{}}})", byte)};
}

}  // namespace

std::optional<Error> parse_json(std::string_view text, json& value) {
  if (const auto deep = too_deep_at(text)) {
    return bad_json(fmt::format("nested deeper than {} levels", kMaxNesting), *deep);
  }
  value = json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (value.is_discarded()) {
    ErrorLocator locator;
    (void)json::sax_parse(text, &locator);
    return bad_json("not JSON", locator.position);
  }
  return std::nullopt;
}

std::optional<Error> parse_object(std::string_view text, json& object) {
  if (auto error = parse_json(text, object)) return error;
  if (!object.is_object()) {
    return mismatch(ErrorCode::BadRequest, "the message", "a JSON object with a type", json_type(object));
  }
  return std::nullopt;
}

Error type_error(const json* type, std::span<const std::string_view> names) {
  const std::string allowed = fmt::format("one of {}", fmt::join(names, ", "));
  if (type == nullptr) return mismatch(ErrorCode::BadRequest, "type", allowed, "nothing");
  if (!type->is_string()) return mismatch(ErrorCode::BadRequest, "type", allowed, json_type(*type));
  const auto& name = type->get_ref<const std::string&>();
  const std::string hint = name.size() <= kMaxNameBytes ? base::did_you_mean(base::nearest(name, names)) : "";
  return {ErrorCode::UnknownType, fmt::format("type must be {}, got {}{}", allowed, request_fields::quoted(name), hint),
          fmt::format(R"({{"field":"type","allowed":["{}"]}})", fmt::join(names, R"(",")"))};
}

base::Result<AuthRequest, Error> auth_request(const json& object, const RequestId& id) {
  const json* token = request_fields::find(object, "token");
  constexpr std::string_view kAllowed = "a JSON Web Token in a string";
  if (token == nullptr) return mismatch(ErrorCode::BadRequest, "token", kAllowed, "nothing");
  if (!token->is_string()) return mismatch(ErrorCode::BadRequest, "token", kAllowed, json_type(*token));
  const auto& text = token->get_ref<const std::string&>();
  if (text.empty()) return mismatch(ErrorCode::BadRequest, "token", kAllowed, "an empty one");
  return AuthRequest{id, text};
}

}  // namespace subd::wire
