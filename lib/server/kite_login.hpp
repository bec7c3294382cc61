#pragma once

#include <string>
#include <string_view>

#include "auth/api_keys.hpp"
#include "auth/jwt_verifier.hpp"
#include "auth/principal.hpp"
#include "base/result.hpp"

namespace subd::server {

/// Why a login does not hold, a sentence for people; the token is not in it.
struct KiteLoginError {
  std::string message;
};

/// Who comes to `/kite/?api_key=..&access_token=..`. Pure.
///
/// `access_token` says who: a JSON Web Token, or an API key of role client. `api_key` has to be there, as it is for
/// every client of Kite's; one that looks like an API key of subd has to be one.
[[nodiscard]] base::Result<auth::Principal, KiteLoginError> kite_login(std::string_view target,
                                                                       const auth::JwtVerifier& verifier,
                                                                       const auth::ApiKeySet& keys, base::UtcTime now);

}  // namespace subd::server
