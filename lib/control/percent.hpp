#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace subd::control {

/// Text for the place of an id or a value in a target: everything but unreserved characters percent-encoded.
[[nodiscard]] std::string percent_encoded(std::string_view text);

/// nullopt for a percent sign that is not followed by two hexadecimal digits.
[[nodiscard]] std::optional<std::string> percent_decoded(std::string_view text);

}  // namespace subd::control
