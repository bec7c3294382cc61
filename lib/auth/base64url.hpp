#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace subd::auth {

/// The bytes behind base64url as RFC 7515 wants it: no padding, no line ends, no other alphabet, no left-over bits.
/// Strict, so that no two texts stand for the same bytes: a token has one spelling. nullopt for anything else.
[[nodiscard]] std::optional<std::string> decode_base64url(std::string_view text);

/// The one spelling that decode_base64url takes for `bytes`.
[[nodiscard]] std::string encode_base64url(std::string_view bytes);

}  // namespace subd::auth
