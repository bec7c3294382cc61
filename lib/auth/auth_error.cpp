#include "auth/auth_error.hpp"

namespace subd::auth {

std::string_view AuthError::code_name() const noexcept {
  switch (code) {
    case Code::Missing:
      return "missing";
    case Code::Malformed:
      return "malformed";
    case Code::UnsupportedAlgorithm:
      return "unsupported_algorithm";
    case Code::BadSignature:
      return "bad_signature";
    case Code::UnknownKey:
      return "unknown_key";
    case Code::Expired:
      return "expired";
    case Code::NotYetValid:
      return "not_yet_valid";
    case Code::MissingClaim:
      return "missing_claim";
    case Code::BadClaim:
      return "bad_claim";
    case Code::WrongIssuer:
      return "wrong_issuer";
    case Code::WrongAudience:
      return "wrong_audience";
    case Code::TooLarge:
      return "too_large";
    case Code::Revoked:
      return "revoked";
  }
  return "unknown";
}

}  // namespace subd::auth
