#include "auth/jwt_issuer.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string_view>
#include <utility>

#include "auth/claim_reading.hpp"
#include "auth/jwk.hpp"
#include "base/random_id.hpp"

namespace subd::auth {

namespace {

constexpr std::size_t kTokenIdDigits = 24;
constexpr std::chrono::seconds kLongestTtl = std::chrono::hours{24 * 365 * 10};

void check_claim(std::string_view field, std::string_view text) {
  if (const auto problem = claim_problem(text); !problem.empty()) {
    throw std::invalid_argument{fmt::format("{} {}", field, problem)};
  }
}

void check(const Claims& claims, std::chrono::seconds ttl) {
  if (claims.user_id.empty()) throw std::invalid_argument{"user is empty; a token has to name one"};
  check_claim("user", claims.user_id);
  check_claim("session", claims.session_claim);
  check_claim("tier", claims.tier);
  if (ttl <= std::chrono::seconds{0} || ttl > kLongestTtl) {
    throw std::invalid_argument{
        fmt::format("ttl of {}s is out of range; 1s to {}s is allowed", ttl.count(), kLongestTtl.count())};
  }
}

void add_unless_empty(nlohmann::ordered_json& payload, const char* name, const std::string& text) {
  if (!text.empty()) payload[name] = text;
}

std::string json_text(const nlohmann::ordered_json& payload) {
  try {
    return payload.dump();
  } catch (const nlohmann::json::exception&) {
    throw std::invalid_argument{"user, session and tier have to be UTF-8"};
  }
}

}  // namespace

struct JwtIssuer::Signer {
  Jwk key;
  std::string issuer;
  std::string audience;

  [[nodiscard]] std::string sign(const std::string& payload) const;
};

std::string JwtIssuer::Signer::sign(const std::string& payload) const {
  const JoseHeader header{cjose_header_new(kNoError)};
  if (header && cjose_header_set(header.get(), CJOSE_HDR_ALG, CJOSE_HDR_ALG_HS256, kNoError) &&
      cjose_header_set(header.get(), "typ", "JWT", kNoError)) {
    const Jws jws{cjose_jws_sign(key.get(), header.get(), reinterpret_cast<const std::uint8_t*>(payload.data()),
                                 payload.size(), kNoError)};
    const char* compact = nullptr;
    if (jws && cjose_jws_export(jws.get(), &compact, kNoError)) return compact;
  }
  throw std::runtime_error{"cannot sign a token: the cryptographic library refuses"};
}

JwtIssuer::JwtIssuer(const std::string& secret, std::string issuer, std::string audience)
    : signer_{std::make_unique<const Signer>(Signer{make_jwk(Key{.family = KeyFamily::Hmac, .material = secret}),
                                                    std::move(issuer), std::move(audience)})} {}

JwtIssuer::JwtIssuer(JwtIssuer&&) noexcept = default;
JwtIssuer& JwtIssuer::operator=(JwtIssuer&&) noexcept = default;
JwtIssuer::~JwtIssuer() = default;

std::string JwtIssuer::issue(const Claims& claims, base::UtcTime now, std::chrono::seconds ttl) const {
  check(claims, ttl);
  const auto issued_at = std::chrono::floor<std::chrono::seconds>(now);
  nlohmann::ordered_json payload;
  payload["sub"] = claims.user_id;
  add_unless_empty(payload, "session_id", claims.session_claim);
  add_unless_empty(payload, "tier", claims.tier);
  if (claims.admin) payload["role"] = "admin";
  payload["iat"] = issued_at.time_since_epoch().count();
  payload["exp"] = (issued_at + ttl).time_since_epoch().count();
  payload["jti"] = base::random_hex(kTokenIdDigits);
  add_unless_empty(payload, "iss", signer_->issuer);
  add_unless_empty(payload, "aud", signer_->audience);
  return signer_->sign(json_text(payload));
}

}  // namespace subd::auth
