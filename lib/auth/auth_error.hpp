#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace subd::auth {

/// Why a token was refused.
struct AuthError {
  enum class Code : std::uint8_t {
    Missing,
    Malformed,
    UnsupportedAlgorithm,
    BadSignature,
    UnknownKey,
    Expired,
    NotYetValid,
    MissingClaim,
    BadClaim,
    WrongIssuer,
    WrongAudience,
    TooLarge,
    Revoked,
  };

  Code code = Code::Malformed;
  /// For a person: `expired 12s ago`, `algorithm HS512 is not allowed; allowed: HS256`. Never holds the token, a part
  /// of its signature or a key; claims are quoted only where the reader has to compare them, cut and made printable.
  std::string message;

  /// `expired`, `bad_signature`, ...: stable, for metrics and programs.
  [[nodiscard]] std::string_view code_name() const noexcept;
};

}  // namespace subd::auth
