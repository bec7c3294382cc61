#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "auth/principal.hpp"

/// API keys: secrets without an end, for programs. What is kept of one is a salted SHA-256; 32 random bytes need no slow
/// hash.
namespace subd::auth {

/// What the holder of a key may do.
enum class Role : std::uint8_t {
  Client,     ///< take what subd serves
  Publisher,  ///< deliver market data
  Signals,    ///< deliver signals
  Admin,      ///< all of it, for everybody
};

/// `client publisher signals admin`.
[[nodiscard]] std::string_view role_name(Role role) noexcept;
[[nodiscard]] std::optional<Role> parse_role(std::string_view name) noexcept;
/// All names in order, for error messages: `client, publisher, signals, admin`.
[[nodiscard]] std::string_view role_list() noexcept;

/// Whether a holder of `held` may do what needs `needed`.
[[nodiscard]] constexpr bool covers(Role held, Role needed) noexcept {
  return held == needed || held == Role::Admin;
}

/// Tells a key from a token at a glance, for people and for scanners of leaked secrets.
inline constexpr std::string_view kApiKeyPrefix = "subd_";

/// `subd_` and 32 random bytes in base64url. Throws std::runtime_error when the random generator fails.
[[nodiscard]] std::string new_api_key();

/// What is kept of a key.
struct ApiKeyDigest {
  std::array<unsigned char, 32> hash{};  ///< SHA-256 of the salt and the key
  std::string salt = {};                 ///< 16 random bytes; of keys from before there were salts none
  /// The first characters behind the prefix, so that one hash has to be computed and not that of every key: 24 of the
  /// 256 bits. Empty: any.
  std::string hint = {};

  /// In a time that does not tell how much of the hash is right.
  [[nodiscard]] bool matches(std::string_view key) const;
};

/// With a salt of its own. Throws as new_api_key().
[[nodiscard]] ApiKeyDigest api_key_digest(std::string_view key);

/// The key that a request presents: `X-API-Key`, else an `Authorization: Bearer` with kApiKeyPrefix. Unverified;
/// nullopt = none. Absent headers are empty.
[[nodiscard]] std::optional<std::string> api_key_from_request(std::string_view authorization,
                                                              std::string_view api_key_header);

struct ApiKeyHolder {
  ApiKeyDigest digest{};
  std::string user;  ///< as Principal::user_id
  Role role = Role::Client;

  /// Who comes in with the key: it never expires and speaks for no session.
  [[nodiscard]] Principal principal() const;
};

/// The keys of one moment. A change makes a new set, which takes the place of this one.
///
/// Threads: any; nothing in here changes after construction.
class ApiKeySet {
 public:
  explicit ApiKeySet(std::vector<ApiKeyHolder> keys = {}) noexcept : keys_{std::move(keys)} {}

  /// Whose key this is; null for nobody's.
  [[nodiscard]] const ApiKeyHolder* find(std::string_view presented) const;
  /// Whether the key that the principal came with is still among these. REQUIRES: principal.by_key.
  [[nodiscard]] bool holds(const Principal& principal) const noexcept;

 private:
  std::vector<ApiKeyHolder> keys_;
};

}  // namespace subd::auth
