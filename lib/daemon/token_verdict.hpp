#pragma once

#include <string>

#include "auth/jwt_verifier.hpp"
#include "base/clock.hpp"
#include "control/reports.hpp"

namespace subd::daemon {

/// What `subctl token verify` shows: whether the token is accepted here and now, why not, and the claims as far as they
/// can be read (those of a rejected token prove nothing).
[[nodiscard]] control::TokenVerdict token_verdict(const auth::JwtVerifier& verifier, const std::string& token,
                                                  base::UtcTime now);

}  // namespace subd::daemon
