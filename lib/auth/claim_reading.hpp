#pragma once

#include <chrono>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "auth/auth_error.hpp"
#include "auth/principal.hpp"
#include "base/clock.hpp"
#include "base/result.hpp"

/// Reading the JSON inside a token; private to this module.
namespace subd::auth {

/// The JSON object in `text`; nullopt when it is none, or names a member twice: two readers could then disagree.
[[nodiscard]] std::optional<nlohmann::json> parse_object(std::string_view text);

/// What is wrong with a text that is to go into a Principal: `is empty`, ...; empty = nothing.
[[nodiscard]] std::string claim_problem(std::string_view text);

/// `text` for a message: quoted, printable, cut.
[[nodiscard]] std::string shown(std::string_view text);

/// What of the settings concerns claims.
struct ClaimRules {
  std::chrono::seconds leeway{};
  std::string issuer = {};
  std::string audience = {};
};

/// The principal of a token whose signature is good.
[[nodiscard]] base::Result<Principal, AuthError> read_claims(const nlohmann::json& claims, const ClaimRules& rules,
                                                             base::UtcTime now);

}  // namespace subd::auth
