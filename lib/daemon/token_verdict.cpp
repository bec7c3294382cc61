#include "daemon/token_verdict.hpp"

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string_view>

namespace subd::daemon {
namespace {

using nlohmann::json;

/// Unpadded base64url, leniently: this only feeds what is shown.
std::string decode(std::string_view text) {
  std::string out;
  std::uint32_t bits = 0;
  int count = 0;
  for (const char c : text) {
    static constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    const auto value = kAlphabet.find(c);
    if (value == std::string_view::npos) return {};
    bits = bits << 6 | static_cast<std::uint32_t>(value);
    count += 6;
    if (count >= 8) {
      count -= 8;
      out += static_cast<char>(bits >> count & 0xFF);
    }
  }
  return out;
}

json part(std::string_view token, int index) {
  for (; index > 0; --index) {
    const auto dot = token.find('.');
    if (dot == std::string_view::npos) return json::object();
    token.remove_prefix(dot + 1);
  }
  json value = json::parse(decode(token.substr(0, token.find('.'))), nullptr, false);
  return value.is_object() ? value : json::object();
}

std::string text_of(const json& claims, const char* name) {
  const auto it = claims.find(name);
  return it != claims.end() && it->is_string() ? it->get<std::string>() : std::string{};
}

std::optional<base::UtcTime> time_of(const json& claims, const char* name) {
  const auto it = claims.find(name);
  // Beyond the year 9999 the protocol has no text for a time.
  if (it == claims.end() || !it->is_number() || it->get<double>() < 0 || it->get<double>() > 253'402'300'799.0) {
    return std::nullopt;
  }
  return base::UtcTime{std::chrono::milliseconds{static_cast<std::int64_t>(it->get<double>() * 1000)}};
}

}  // namespace

control::TokenVerdict token_verdict(const auth::JwtVerifier& verifier, const std::string& token, base::UtcTime now) {
  control::TokenVerdict out;
  const auto principal = verifier.verify(token, now);
  out.valid = principal.has_value();
  out.code = principal ? "ok" : std::string{principal.error().code_name()};
  out.explanation = principal ? "the token is accepted" : principal.error().message;
  if (token.size() > auth::kTokenLimitBytes) return out;
  const json claims = part(token, 1);
  out.algorithm = text_of(part(token, 0), "alg");
  out.user = text_of(claims, "sub");
  if (out.user.empty()) out.user = text_of(claims, "email");
  out.session = text_of(claims, "session_id");
  if (out.session.empty()) out.session = text_of(claims, "sid");
  out.tier = text_of(claims, "tier");
  out.role = text_of(claims, "role");
  out.issuer = text_of(claims, "iss");
  out.audience = text_of(claims, "aud");
  out.issued_at = time_of(claims, "iat");
  out.not_before = time_of(claims, "nbf");
  out.expires_at = time_of(claims, "exp");
  return out;
}

}  // namespace subd::daemon
