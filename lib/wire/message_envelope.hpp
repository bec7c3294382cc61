#pragma once

#include <array>
#include <cstddef>
#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "wire/client_message.hpp"
#include "wire/request_fields.hpp"

/// What the client messages of every JSON endpoint have in common: an object with a `type` and perhaps an `id`.
/// Internal to the module.
namespace subd::wire {

/// One type of message of an endpoint and how the rest of it is read.
template <class Message>
struct MessageType {
  std::string_view name;
  base::Result<Message, Error> (*parse)(const nlohmann::json& object, const RequestId& id);
};

/// Reads any JSON into `value`; refused for nesting and syntax.
[[nodiscard]] std::optional<Error> parse_json(std::string_view text, nlohmann::json& value);

/// Reads the message into `object`; refused for nesting, syntax and everything that is no object.
[[nodiscard]] std::optional<Error> parse_object(std::string_view text, nlohmann::json& object);

/// The error for a `type` that is absent, no string, or none of `names`. The value is quoted, cut.
[[nodiscard]] Error type_error(const nlohmann::json* type, std::span<const std::string_view> names);

/// `auth`: the token itself never gets into an error, as errors are logged.
[[nodiscard]] base::Result<AuthRequest, Error> auth_request(const nlohmann::json& object, const RequestId& id);

template <class Message, std::size_t N>
[[nodiscard]] base::Result<Message, RefusedMessage> parse_message(std::string_view text,
                                                                  const std::array<MessageType<Message>, N>& types) {
  nlohmann::json object;
  if (auto error = parse_object(text, object)) return RefusedMessage{{}, std::move(*error)};
  auto id = request_fields::request_id(object);
  if (!id) return RefusedMessage{{}, id.error()};
  const nlohmann::json* type = request_fields::find(object, "type");
  std::array<std::string_view, N> names;
  for (std::size_t i = 0; i < N; ++i) {
    names[i] = types[i].name;
    if (type == nullptr || !type->is_string() || type->template get_ref<const std::string&>() != names[i]) continue;
    auto parsed = types[i].parse(object, *id);
    if (!parsed) return RefusedMessage{std::move(*id), parsed.error()};
    return std::move(*parsed);
  }
  return RefusedMessage{std::move(*id), type_error(type, names)};
}

}  // namespace subd::wire
