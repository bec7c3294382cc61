// Input: one byte that picks the entrance, then
//   0  a token as it comes from outside: it never verifies, for its maker has no key;
//   1  claims, signed here with the right secret: what verifies is fit for a Principal;
//   2  a request target: the token found in it does not survive redaction;
//   3  a key set: what is taken of it is fit for a verifier.

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "auth/jwks.hpp"
#include "auth/jwt_verifier.hpp"
#include "auth/request_token.hpp"

namespace {

using namespace subd;

constexpr base::UtcTime kNow{std::chrono::seconds{1'700'000'000}};
constexpr std::string_view kOutsideSecret = "f2c4b0a1977e4d5f8a3b6c9d0e1f2a3b4c5d6e7f8091a2b3c4d5e6f708192a3b";
constexpr std::string_view kInsideSecret = "0b1c2d3e4f5061728394a5b6c7d8e9fa0b1c2d3e4f5061728394a5b6c7d8e9fa";
constexpr const char* kRsaPublicPem =
    "-----BEGIN PUBLIC KEY-----\n"
    "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAkhwVM8zGjzv6za/r9Asb\n"
    "FfI+WNbOaEd7sANVH+clP8Ev010vaEgrgeEeuTOZWs5sKgGhrQbM4gn8JsojRjNG\n"
    "1XnBKF9t1skRtoEpcv3zkCqHTS4xexXdnTEuufUotCWqbN9PyrHh4ElSZgpKpitx\n"
    "7XPMZisBNtTA+61rLhrVbMn7CR4Lc1/A4utJzQWmPUYCBLL/VjQKE2twal67nHPb\n"
    "F/bmbjhxJ4ELLENP9rqW1BpDRgCkt4K+ozaoUn7DuOPUm9sIvp4XJ2hPp0pgEId1\n"
    "tqayRCN2a3ZP0aM64lyWlD1e7ABuMXTA59pb5/R2X7fHOgVJPkQvN8/TU32iRxmR\n"
    "cwIDAQAB\n"
    "-----END PUBLIC KEY-----\n";
constexpr const char* kEcPublicPem =
    "-----BEGIN PUBLIC KEY-----\n"
    "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEf83OJ3D2xF1Bg8vub9tLe1gHMzV7\n"
    "6e8Tus9uPHvRVEXH8UTNG72bfocs3+257rn0s2ldbqkLJK2KRiMohYjlrQ==\n"
    "-----END PUBLIC KEY-----\n";

void require(bool holds) {
  if (!holds) std::abort();
}

std::string base64url(std::string_view bytes) {
  static constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  std::string text;
  std::uint32_t bits = 0;
  unsigned count = 0;
  for (const char byte : bytes) {
    bits = bits << 8 | static_cast<unsigned char>(byte);
    for (count += 8; count >= 6; count -= 6) text += kDigits[bits >> (count - 6) & 0x3F];
  }
  if (count > 0) text += kDigits[bits << (6 - count) & 0x3F];
  return text;
}

std::string sign(std::string_view claims) {
  const std::string text = base64url(R"({"alg":"HS256"})") + "." + base64url(claims);
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  HMAC(EVP_sha256(), kInsideSecret.data(), static_cast<int>(kInsideSecret.size()),
       reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data(), &size);
  return text + "." + base64url({reinterpret_cast<const char*>(digest.data()), size});
}

void check_refusal(const auth::AuthError& error, std::string_view token) {
  require(!error.message.empty() && error.message.size() < 1000 && error.code_name() != "unknown");
  for (const char character : error.message) require(character >= 0x20 && character < 0x7F);
  // Text with a space in it is no token, and may be a piece of the message by construction.
  const bool telling = token.size() >= 40 && token.find(' ') == std::string_view::npos;
  require(!telling || error.message.find(token) == std::string::npos);
}

void check_text(const std::string& text) {
  require(text.size() <= auth::kClaimLimitBytes);
  for (const char character : text) require(static_cast<unsigned char>(character) >= 0x20 && character != 0x7F);
}

void try_foreign(std::string_view token) {
  static const auth::JwtVerifier kVerifier{{.algorithms = {"HS256", "HS384", "HS512", "RS256", "ES256"},
                                            .keys = {{auth::KeyFamily::Hmac, std::string{kOutsideSecret}},
                                                     {auth::KeyFamily::Rsa, kRsaPublicPem},
                                                     {auth::KeyFamily::EcP256, kEcPublicPem, "key-1"}}}};
  const auto result = kVerifier.verify(token, kNow);
  require(!result);
  check_refusal(result.error(), token);
}

void try_claims(std::string_view claims) {
  static const auth::JwtVerifier kPlain{{.keys = {{auth::KeyFamily::Hmac, std::string{kInsideSecret}}}}};
  static const auth::JwtVerifier kStrict{
      {.keys = {{auth::KeyFamily::Hmac, std::string{kInsideSecret}}}, .issuer = "me", .audience = "you"}};
  const auto token = sign(claims);
  const auto result = kPlain.verify(token, kNow);
  if (result) {
    require(!result->user_id.empty());
    check_text(result->user_id);
    check_text(result->session_claim);
    check_text(result->tier);
    require(result->expires_at + std::chrono::seconds{30} > kNow);
  } else {
    check_refusal(result.error(), token);
    require(result.error().code != auth::AuthError::Code::BadSignature);
  }
  const auto strict = kStrict.verify(token, kNow);
  require(!strict || result);
  if (!strict) check_refusal(strict.error(), token);
}

void try_target(std::string_view target) {
  const auto found = auth::token_from_request("", target, "");
  const auto shown = auth::redact_target(target);
  require(auth::redact_target(shown) == shown);
  require(auth::token_from_request("", shown, "").token.value_or("***") == "***");
  const auto query = target.find_first_of("?#");
  require(shown.substr(0, query) == target.substr(0, query));
  if (!found.token) return;
  const auto redacted = auth::token_from_request("", shown, "").token;
  require(redacted == "***");
  const auto header = auth::token_from_request("Bearer " + std::string{target}, "", target);
  require(header.token.has_value());
}

void try_key_set(std::string_view text) {
  const auto set = auth::read_jwks(text, "keys");
  if (!set) return require(set.error().starts_with("keys: "));
  require(set->keys.size() + set->skipped.size() <= auth::kMostJwksKeys);
  for (const std::string& reason : set->skipped) {
    for (const char character : reason) require(character >= 0x20 && character < 0x7F);
  }
  const auth::JwtVerifier verifier{{.algorithms = {"RS256", "ES256"}, .keys = set->keys, .keys_change = true}};
  require(!verifier.verify("e30.e30.AA", kNow));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view text{reinterpret_cast<const char*>(data) + 1, size - 1};
  switch (data[0] % 4) {
    case 0:
      try_foreign(text);
      break;
    case 1:
      try_claims(text);
      break;
    case 2:
      try_target(text);
      break;
    default:
      try_key_set(text);
      break;
  }
  return 0;
}
