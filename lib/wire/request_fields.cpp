#include "wire/request_fields.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "base/json_text.hpp"
#include "base/number_text.hpp"
#include "base/utf8_prefix.hpp"
#include "wire/client_message.hpp"

namespace subd::wire::request_fields {
namespace {

using nlohmann::json;

constexpr std::size_t kMaxQuotedBytes = 64;
constexpr double kMaxCount = 1'000'000;
constexpr std::string_view kCountAllowed = "a whole number of 0 to 1000000";
constexpr double kMaxSequence = 9'007'199'254'740'992;  // the whole numbers that a double holds exactly
constexpr std::string_view kSequenceAllowed = "a whole number of 0 to 9007199254740992";

std::string number_of(const json& value) {
  std::string text;
  if (value.is_number_unsigned()) {
    base::append_number(text, std::uint64_t{value.get<json::number_unsigned_t>()});
  } else if (value.is_number_integer()) {
    base::append_number(text, std::int64_t{value.get<json::number_integer_t>()});
  } else {
    base::append_number(text, value.get<double>());
  }
  return text;
}

}  // namespace

std::string_view json_type(const json& value) noexcept {
  switch (value.type()) {
    case json::value_t::boolean:
      return "boolean";
    case json::value_t::number_integer:
    case json::value_t::number_unsigned:
    case json::value_t::number_float:
      return "number";
    case json::value_t::string:
      return "string";
    case json::value_t::array:
      return "list";
    case json::value_t::object:
      return "object";
    case json::value_t::null:
    case json::value_t::binary:
    case json::value_t::discarded:
      break;
  }
  return "null";
}

std::string quoted(std::string_view text) {
  if (text.size() <= kMaxQuotedBytes) return fmt::format("\"{}\"", text);
  return fmt::format("\"{}...\"", base::utf8_prefix(text, kMaxQuotedBytes));
}

Error mismatch(ErrorCode code, std::string_view field, std::string_view allowed, std::string_view found) {
  std::string detail = R"({"field":)";
  base::append_json_string(detail, field);
  detail += R"(,"allowed":)";
  base::append_json_string(detail, allowed);
  detail += R"(,"got":)";
  base::append_json_string(detail, found);
  detail += '}';
  return {code, fmt::format("{} must be {}, got {}", field, allowed, found), std::move(detail)};
}

const json* find(const json& object, std::string_view name) {
  const auto it = object.find(name);
  return it != object.end() ? &*it : nullptr;
}

base::Result<std::string, Error> name(const json& value, std::string_view field) {
  const std::string allowed = fmt::format("a string of 1 to {} bytes", kMaxNameBytes);
  if (!value.is_string()) return mismatch(ErrorCode::BadRequest, field, allowed, json_type(value));
  const auto& text = value.get_ref<const std::string&>();
  if (text.empty()) return mismatch(ErrorCode::BadRequest, field, allowed, "an empty one");
  if (text.size() > kMaxNameBytes) {
    return mismatch(ErrorCode::BadRequest, field, allowed, fmt::format("{} bytes", text.size()));
  }
  return text;
}

base::Result<std::string, Error> required_name(const json& object, std::string_view field) {
  return required_name(object, field, field);
}

base::Result<std::string, Error> required_name(const json& object, std::string_view field, std::string_view path) {
  if (const json* value = find(object, field)) return name(*value, path);
  return mismatch(ErrorCode::BadRequest, path, fmt::format("a string of 1 to {} bytes", kMaxNameBytes), "nothing");
}

base::Result<std::uint64_t, Error> required_sequence(const json& object, std::string_view field,
                                                     std::string_view path) {
  const json* value = find(object, field);
  if (value == nullptr) return mismatch(ErrorCode::BadRequest, path, kSequenceAllowed, "nothing");
  if (!value->is_number()) return mismatch(ErrorCode::BadRequest, path, kSequenceAllowed, json_type(*value));
  const double number = value->get<double>();
  if (number < 0 || number > kMaxSequence || number != std::trunc(number)) {
    return mismatch(ErrorCode::BadRequest, path, kSequenceAllowed, number_of(*value));
  }
  return static_cast<std::uint64_t>(number);
}

base::Result<std::optional<std::uint32_t>, Error> optional_count(const json& object, std::string_view field) {
  const json* value = find(object, field);
  if (value == nullptr) return std::optional<std::uint32_t>{};
  if (!value->is_number()) return mismatch(ErrorCode::BadRequest, field, kCountAllowed, json_type(*value));
  const double number = value->get<double>();
  if (number < 0 || number > kMaxCount || number != std::trunc(number)) {
    return mismatch(ErrorCode::BadRequest, field, kCountAllowed, number_of(*value));
  }
  return std::optional{static_cast<std::uint32_t>(number)};
}

base::Result<std::string, Error> request_id(const json& object) {
  const json* value = find(object, "id");
  if (value == nullptr) return std::string{};
  if (value->is_number()) return number_of(*value);
  const std::string allowed = fmt::format("a number or a string of at most {} bytes", kMaxRequestIdBytes);
  if (!value->is_string()) return mismatch(ErrorCode::BadRequest, "id", allowed, json_type(*value));
  const auto& text = value->get_ref<const std::string&>();
  if (text.size() > kMaxRequestIdBytes) {
    return mismatch(ErrorCode::BadRequest, "id", allowed, fmt::format("{} bytes", text.size()));
  }
  std::string echo;
  base::append_json_string(echo, text);
  return echo;
}

}  // namespace subd::wire::request_fields
