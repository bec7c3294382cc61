#include "auth/api_keys.hpp"

#include <openssl/crypto.h>
#include <openssl/sha.h>

#include <algorithm>
#include <cstring>
#include <utility>

#include "auth/base64url.hpp"
#include "auth/request_token.hpp"
#include "base/random_id.hpp"

namespace subd::auth {
namespace {

constexpr std::size_t kRandomBytes = 32;
constexpr std::size_t kSaltBytes = 16;
constexpr std::size_t kHintLength = 4;
constexpr std::array<std::string_view, 4> kRoleNames{"client", "publisher", "signals", "admin"};
/// The protocol has no text for a later time.
constexpr base::UtcTime kNever{std::chrono::sys_days{std::chrono::year{9999} / 12 / 31}};

/// As Principal::credential.
std::uint64_t credential_of(const ApiKeyDigest& digest) noexcept {
  std::uint64_t out = 0;
  std::memcpy(&out, digest.hash.data(), sizeof out);
  return out;
}

std::string_view hint_of(std::string_view key) noexcept {
  if (key.starts_with(kApiKeyPrefix)) key.remove_prefix(kApiKeyPrefix.size());
  return key.substr(0, kHintLength);
}

std::array<unsigned char, 32> salted_hash(const std::string& salt, std::string_view key) {
  std::array<unsigned char, 32> hash{};
  const std::string salted = salt + std::string{key};
  ::SHA256(reinterpret_cast<const unsigned char*>(salted.data()), salted.size(), hash.data());
  return hash;
}

}  // namespace

std::string_view role_name(Role role) noexcept {
  return kRoleNames[static_cast<std::size_t>(role)];
}

std::optional<Role> parse_role(std::string_view name) noexcept {
  for (std::size_t i = 0; i < kRoleNames.size(); ++i) {
    if (kRoleNames[i] == name) return static_cast<Role>(i);
  }
  return std::nullopt;
}

std::string_view role_list() noexcept {
  return "client, publisher, signals, admin";
}

std::string new_api_key() {
  return std::string{kApiKeyPrefix} + encode_base64url(base::random_bytes(kRandomBytes));
}

ApiKeyDigest api_key_digest(std::string_view key) {
  std::string salt = base::random_bytes(kSaltBytes);
  const auto hash = salted_hash(salt, key);
  return {hash, std::move(salt), std::string{hint_of(key)}};
}

bool ApiKeyDigest::matches(std::string_view key) const {
  if (!hint.empty() && hint != hint_of(key)) return false;
  const auto presented = salted_hash(salt, key);
  return ::CRYPTO_memcmp(hash.data(), presented.data(), hash.size()) == 0;
}

std::optional<std::string> api_key_from_request(std::string_view authorization, std::string_view api_key_header) {
  if (!api_key_header.empty()) return std::string{api_key_header};
  RequestToken bearer = token_from_request(authorization, {}, {});
  if (!bearer.token || !bearer.token->starts_with(kApiKeyPrefix)) return std::nullopt;
  return std::move(bearer.token);
}

Principal ApiKeyHolder::principal() const {
  Principal out;
  out.user_id = user;
  out.admin = role == Role::Admin;
  out.expires_at = kNever;
  out.credential = credential_of(digest);
  out.by_key = true;
  return out;
}

const ApiKeyHolder* ApiKeySet::find(std::string_view presented) const {
  const auto found = std::find_if(keys_.begin(), keys_.end(),
                                  [presented](const ApiKeyHolder& key) { return key.digest.matches(presented); });
  return found == keys_.end() ? nullptr : &*found;
}

bool ApiKeySet::holds(const Principal& principal) const noexcept {
  return std::any_of(keys_.begin(), keys_.end(), [&principal](const ApiKeyHolder& key) {
    return credential_of(key.digest) == principal.credential && key.user == principal.user_id;
  });
}

}  // namespace subd::auth
