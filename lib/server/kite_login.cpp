#include "server/kite_login.hpp"

#include <optional>
#include <utility>

#include "auth/request_token.hpp"

namespace subd::server {
namespace {

bool looks_like_key(std::string_view text) noexcept {
  return text.starts_with(auth::kApiKeyPrefix);
}

/// The holder of a key that may take what subd serves; null for any other text.
const auth::ApiKeyHolder* holder_of(const auth::ApiKeySet& keys, std::string_view text) {
  const auth::ApiKeyHolder* holder = keys.find(text);
  return holder != nullptr && auth::covers(holder->role, auth::Role::Client) ? holder : nullptr;
}

}  // namespace

base::Result<auth::Principal, KiteLoginError> kite_login(std::string_view target, const auth::JwtVerifier& verifier,
                                                         const auth::ApiKeySet& keys, base::UtcTime now) {
  const auto api_key = auth::query_parameter(target, "api_key");
  if (!api_key || api_key->empty()) return KiteLoginError{"api_key is missing"};
  if (looks_like_key(*api_key) && holder_of(keys, *api_key) == nullptr) {
    return KiteLoginError{"api_key is no API key of role client"};
  }
  const auto access_token = auth::query_parameter(target, "access_token");
  if (!access_token || access_token->empty()) return KiteLoginError{"access_token is missing"};
  if (looks_like_key(*access_token)) {
    const auth::ApiKeyHolder* holder = holder_of(keys, *access_token);
    if (holder == nullptr) return KiteLoginError{"access_token is no API key of role client"};
    return holder->principal();
  }
  auto principal = verifier.verify(*access_token, now);
  if (!principal) return KiteLoginError{"access_token: " + principal.error().message};
  return std::move(*principal);
}

}  // namespace subd::server
