#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

namespace subd::auth {

/// What a key can check; binds every key to algorithms of its own kind, whatever a token claims.
enum class KeyFamily : std::uint8_t {
  Hmac,    ///< HS256 HS384 HS512
  Rsa,     ///< RS256
  EcP256,  ///< ES256
};

struct Key {
  KeyFamily family = KeyFamily::Hmac;
  /// The secret's bytes, or a public key: PEM text, or a JSON Web Key as read_jwks() makes it.
  std::string material = {};
  /// Selects the key for tokens that carry a `kid`; empty = the key is tried whatever the token says.
  std::string id = {};
  /// How messages call the key: its file, or what else the reader knows it by.
  std::string name = {};
};

/// A shorter secret can be found by trying.
inline constexpr std::size_t kLeastSecretBytes = 16;
/// Shorter than this, RSA signatures can be forged with money.
inline constexpr int kLeastRsaBits = 2048;
/// Longer than this, a check takes so long that tokens could keep a thread busy.
inline constexpr int kMostRsaBits = 8192;

/// Reads a key file: the bytes of a secret less one newline at the end, or a PEM public key (`BEGIN PUBLIC KEY`).
/// Throws std::runtime_error that names the file and never shows its content: unreadable, empty, too short, a key of
/// another family, a private key. A secret that others can read is accepted with a warning in the log.
[[nodiscard]] Key load_key(KeyFamily family, const std::filesystem::path& file, std::string id = {});

}  // namespace subd::auth
