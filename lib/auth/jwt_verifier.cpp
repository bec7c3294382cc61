#include "auth/jwt_verifier.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <openssl/err.h>

#include <algorithm>
#include <array>
#include <functional>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "auth/algorithm.hpp"
#include "auth/base64url.hpp"
#include "auth/claim_reading.hpp"
#include "auth/jwk.hpp"

namespace subd::auth {

namespace {

using Code = AuthError::Code;
using nlohmann::json;

struct VerificationKey {
  KeyFamily family;
  std::string id;
  Jwk jwk;
};

/// The three parts of a compact token, still encoded.
struct TokenParts {
  std::string_view header;
  std::string_view claims;
  std::string_view signature;
};

std::optional<TokenParts> split(std::string_view token) {
  const auto first = token.find('.');
  if (first == std::string_view::npos) return std::nullopt;
  const auto second = token.find('.', first + 1);
  if (second == std::string_view::npos) return std::nullopt;
  TokenParts parts{token.substr(0, first), token.substr(first + 1, second - first - 1), token.substr(second + 1)};
  if (parts.header.empty() || parts.claims.empty()) return std::nullopt;
  if (parts.signature.find('.') != std::string_view::npos) return std::nullopt;
  return parts;
}

/// cjose computes and compares; what it is given has been checked for shape before. It keeps no state outside of its
/// arguments and only reads the key, so that threads may share one.
bool signature_is_good(std::string_view token, const cjose_jwk_t* key) {
  // What OpenSSL notes about a forged signature must not be found later by a TLS connection of the same thread.
  ERR_set_mark();
  const Jws jws{cjose_jws_import(token.data(), token.size(), kNoError)};
  const bool good = jws && cjose_jws_verify(jws.get(), key, kNoError);
  ERR_pop_to_mark();
  return good;
}

}  // namespace

struct JwtVerifier::Rules {
  std::vector<const Algorithm*> algorithms;
  std::string algorithm_list;
  std::vector<VerificationKey> keys;
  ClaimRules claims;
  std::shared_ptr<std::atomic<bool>> missed_key;  ///< may be null

  [[nodiscard]] base::Result<const Algorithm*, AuthError> choose_algorithm(const json& header) const;
  [[nodiscard]] std::optional<AuthError> check_signature(std::string_view token, const json& header,
                                                         const Algorithm& algorithm, std::size_t signature_bytes) const;
};

base::Result<const Algorithm*, AuthError> JwtVerifier::Rules::choose_algorithm(const json& header) const {
  if (header.contains("crit"))
    return AuthError{Code::Malformed, "the header asks for extensions (crit); none exist here"};
  const auto name = header.find("alg");
  if (name == header.end() || !name->is_string())
    return AuthError{Code::Malformed, "the header names no algorithm (alg)"};
  const auto& text = name->get_ref<const std::string&>();
  for (const auto* algorithm : algorithms) {
    if (algorithm->name == text) return algorithm;
  }
  return AuthError{Code::UnsupportedAlgorithm,
                   fmt::format("algorithm {} is not allowed; allowed: {}",
                               find_algorithm(text) != nullptr ? text : shown(text), algorithm_list)};
}

std::optional<AuthError> JwtVerifier::Rules::check_signature(std::string_view token, const json& header,
                                                             const Algorithm& algorithm,
                                                             std::size_t signature_bytes) const {
  std::string key_id;
  if (const auto kid = header.find("kid"); kid != header.end()) {
    if (!kid->is_string()) return AuthError{Code::Malformed, "the header's kid has to be a string"};
    key_id = kid->get<std::string>();
  }
  if (algorithm.signature_bytes != 0 && signature_bytes != algorithm.signature_bytes) {
    return AuthError{Code::BadSignature, fmt::format("the signature has {} bytes; {} has {}", signature_bytes,
                                                     algorithm.name, algorithm.signature_bytes)};
  }
  bool tried = false;
  for (const auto& key : keys) {
    if (key.family != algorithm.family) continue;
    if (!key_id.empty() && !key.id.empty() && key.id != key_id) continue;
    tried = true;
    if (signature_is_good(token, key.jwk.get())) return std::nullopt;
  }
  if (!tried) {
    if (missed_key) missed_key->store(true, std::memory_order_relaxed);
    return AuthError{Code::UnknownKey,
                     key_id.empty() ? fmt::format("there is no {} key here", algorithm.name)
                                    : fmt::format("no {} key here has the id (kid) {}", algorithm.name, shown(key_id))};
  }
  return AuthError{Code::BadSignature, "the signature does not match: signed with another key, or changed since"};
}

JwtVerifier::JwtVerifier(const JwtSettings& settings) {
  auto rules = std::make_shared<Rules>();
  if (settings.algorithms.empty()) {
    throw std::runtime_error{fmt::format("no token algorithm is allowed; choose from {}", known_algorithms())};
  }
  if (settings.leeway < std::chrono::seconds{0} || settings.leeway > std::chrono::hours{1}) {
    throw std::runtime_error{
        fmt::format("a leeway of {}s is out of range; 0s to 1h is allowed", settings.leeway.count())};
  }
  for (const auto& name : settings.algorithms) {
    const Algorithm* algorithm = find_algorithm(name);
    if (algorithm == nullptr) {
      throw std::runtime_error{fmt::format("unknown token algorithm {}; known: {}", shown(name), known_algorithms())};
    }
    const auto fits = [&](const Key& key) { return key.family == algorithm->family; };
    if (!settings.keys_change && std::none_of(settings.keys.begin(), settings.keys.end(), fits)) {
      throw std::runtime_error{fmt::format("token algorithm {} is allowed, but there is no {} for it", name,
                                           algorithm->family == KeyFamily::Hmac ? "secret" : "public key")};
    }
    rules->algorithms.push_back(algorithm);
  }
  rules->algorithm_list = fmt::format("{}", fmt::join(settings.algorithms, ", "));
  for (const auto& key : settings.keys) rules->keys.push_back({key.family, key.id, make_jwk(key)});
  rules->missed_key = settings.missed_key;
  rules->claims = {.leeway = settings.leeway, .issuer = settings.issuer, .audience = settings.audience};
  rules_ = std::move(rules);
}

base::Result<Principal, AuthError> JwtVerifier::verify(std::string_view token, base::UtcTime now) const {
  if (token.empty()) return AuthError{Code::Missing, "no token was given"};
  if (token.size() > kTokenLimitBytes) {
    return AuthError{Code::TooLarge,
                     fmt::format("the token has {} bytes; at most {} are allowed", token.size(), kTokenLimitBytes)};
  }
  const auto parts = split(token);
  if (!parts) return AuthError{Code::Malformed, "not a token: three parts between two dots are needed"};
  const auto header_text = decode_base64url(parts->header);
  const auto claims_text = decode_base64url(parts->claims);
  const auto signature = decode_base64url(parts->signature);
  if (!header_text || !claims_text || !signature) return AuthError{Code::Malformed, "a part is not base64url"};

  const auto header = parse_object(*header_text);
  if (!header) return AuthError{Code::Malformed, "the header is not a JSON object with each member once"};
  const auto algorithm = rules_->choose_algorithm(*header);
  if (!algorithm) return algorithm.error();
  if (auto refused = rules_->check_signature(token, *header, **algorithm, signature->size()))
    return *std::move(refused);

  const auto claims = parse_object(*claims_text);
  if (!claims) return AuthError{Code::Malformed, "the claims are not a JSON object with each member once"};
  auto principal = read_claims(*claims, rules_->claims, now);
  if (principal) principal->credential = std::hash<std::string_view>{}(token);
  return principal;
}

}  // namespace subd::auth
