#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "wire/error.hpp"

/// Typed access to the fields of a parsed request. Internal to the module: every refusal names the field, the JSON type
/// or value found and what is allowed, in the same words everywhere.
namespace subd::wire::request_fields {

/// `null`, `boolean`, `number`, `string`, `list` or `object`.
[[nodiscard]] std::string_view json_type(const nlohmann::json& value) noexcept;

/// `text` in quotes for an error message, cut after 64 bytes at a whole character.
[[nodiscard]] std::string quoted(std::string_view text);

/// `FIELD must be ALLOWED, got FOUND`, with a detail of the same three.
[[nodiscard]] Error mismatch(ErrorCode code, std::string_view field, std::string_view allowed, std::string_view found);

/// The member of that name; nullptr when the object has none.
[[nodiscard]] const nlohmann::json* find(const nlohmann::json& object, std::string_view name);

/// `value` as a name: a string of 1 .. kMaxNameBytes bytes. `field` is its path, for the error.
[[nodiscard]] base::Result<std::string, Error> name(const nlohmann::json& value, std::string_view field);

/// The member as a name; refused when it is absent.
[[nodiscard]] base::Result<std::string, Error> required_name(const nlohmann::json& object, std::string_view field);
/// The same of an object inside the message; `path` is how the error calls the member.
[[nodiscard]] base::Result<std::string, Error> required_name(const nlohmann::json& object, std::string_view field,
                                                             std::string_view path);

/// The member as a sequence number, a whole number of 0 .. 2^53; refused when it is absent. `path` as above.
[[nodiscard]] base::Result<std::uint64_t, Error> required_sequence(const nlohmann::json& object, std::string_view field,
                                                                   std::string_view path);

/// The member as a whole number of 0 .. 1,000,000; nullopt when it is absent.
[[nodiscard]] base::Result<std::optional<std::uint32_t>, Error> optional_count(const nlohmann::json& object,
                                                                               std::string_view field);

/// The request's `id` as the text to echo; empty when it has none.
[[nodiscard]] base::Result<std::string, Error> request_id(const nlohmann::json& object);

}  // namespace subd::wire::request_fields
