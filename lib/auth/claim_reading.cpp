#include "auth/claim_reading.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <set>

#include "auth/jwt_verifier.hpp"
#include "base/time_text.hpp"

namespace subd::auth {

namespace {

using Code = AuthError::Code;
using nlohmann::json;

/// The end of year 9999; what lies beyond is a slip (milliseconds for seconds) and would not fit a clock.
constexpr std::int64_t kLastSecond = 253'402'300'799;
constexpr std::size_t kQuotedLimitBytes = 64;

std::string age_text(std::chrono::milliseconds age) {
  return base::duration_text(std::chrono::floor<std::chrono::seconds>(age));
}

/// Reads claims one by one and keeps the first thing that is wrong.
class ClaimReader {
 public:
  explicit ClaimReader(const json& claims) : claims_{claims} {}

  [[nodiscard]] const std::optional<AuthError>& error() const noexcept { return error_; }

  void refuse(Code code, std::string message) {
    if (!error_) error_ = AuthError{code, std::move(message)};
  }

  /// nullptr when the claim is absent; null counts as absent.
  [[nodiscard]] const json* find(const char* name) const {
    const auto found = claims_.find(name);
    return found == claims_.end() || found->is_null() ? nullptr : &*found;
  }

  [[nodiscard]] std::optional<base::UtcTime> time(const char* name) {
    const json* claim = find(name);
    if (claim == nullptr) return std::nullopt;
    const double seconds = claim->is_number() ? claim->get<double>() : -1;
    if (seconds < 0 || seconds > static_cast<double>(kLastSecond)) {
      refuse(Code::BadClaim,
             fmt::format("claim {} has to be seconds since 1970, a number from 0 to {}", name, kLastSecond));
      return std::nullopt;
    }
    return base::UtcTime{std::chrono::milliseconds{static_cast<std::int64_t>(std::floor(seconds * 1000))}};
  }

  /// Empty when absent.
  [[nodiscard]] std::string text(const char* name) {
    const json* claim = find(name);
    if (claim == nullptr) return {};
    if (!claim->is_string()) {
      refuse(Code::BadClaim, fmt::format("claim {} has to be a string", name));
      return {};
    }
    const auto& text = claim->get_ref<const std::string&>();
    if (const auto problem = claim_problem(text); !problem.empty()) {
      refuse(Code::BadClaim, fmt::format("claim {} {}", name, problem));
    }
    return text;
  }

  /// The first of two claims that is there.
  [[nodiscard]] std::string text(const char* name, const char* other_name) {
    return text(find(name) != nullptr ? name : other_name);
  }

 private:
  const json& claims_;
  std::optional<AuthError> error_;
};

void check_times(ClaimReader& reader, const ClaimRules& rules, base::UtcTime now, Principal& principal) {
  if (reader.find("exp") == nullptr) return reader.refuse(Code::MissingClaim, "claim exp is missing");
  const auto expires_at = reader.time("exp");
  const auto not_before = reader.time("nbf");
  const auto issued_at = reader.time("iat");
  if (reader.error()) return;
  principal.expires_at = *expires_at;
  principal.issued_at = issued_at;
  if (now >= *expires_at + rules.leeway) {
    reader.refuse(Code::Expired, fmt::format("expired {} ago", age_text(now - *expires_at)));
  }
  if (not_before && now + rules.leeway < *not_before) {
    reader.refuse(Code::NotYetValid, fmt::format("not valid before {} from now", age_text(*not_before - now)));
  }
  if (issued_at && now + rules.leeway < *issued_at) {
    reader.refuse(Code::NotYetValid, fmt::format("issued {} in the future", age_text(*issued_at - now)));
  }
}

void check_issuer(ClaimReader& reader, const std::string& expected) {
  if (expected.empty()) return;
  const json* issuer = reader.find("iss");
  if (issuer == nullptr) return reader.refuse(Code::MissingClaim, "claim iss is missing");
  if (!issuer->is_string()) return reader.refuse(Code::BadClaim, "claim iss has to be a string");
  const auto& text = issuer->get_ref<const std::string&>();
  if (text == expected) return;
  reader.refuse(Code::WrongIssuer,
                fmt::format("issuer {} is not accepted; accepted: {}", shown(text), shown(expected)));
}

void check_audience(ClaimReader& reader, const std::string& expected) {
  if (expected.empty()) return;
  const json* audience = reader.find("aud");
  if (audience == nullptr) return reader.refuse(Code::MissingClaim, "claim aud is missing");
  const auto is_text = [](const json& entry) { return entry.is_string(); };
  if (!audience->is_string() && !(audience->is_array() && std::all_of(audience->begin(), audience->end(), is_text))) {
    return reader.refuse(Code::BadClaim, "claim aud has to be a string or a list of strings");
  }
  const auto is_expected = [&](const json& entry) { return entry.get_ref<const std::string&>() == expected; };
  const bool found =
      audience->is_string() ? is_expected(*audience) : std::any_of(audience->begin(), audience->end(), is_expected);
  if (found) return;
  const std::string named =
      audience->is_string() ? shown(audience->get_ref<const std::string&>()) : "a list without it";
  reader.refuse(Code::WrongAudience,
                fmt::format("made for another audience: {}; expected: {}", named, shown(expected)));
}

void read_identity(ClaimReader& reader, Principal& principal) {
  if (reader.find("sub") == nullptr && reader.find("email") == nullptr) {
    return reader.refuse(Code::MissingClaim, "no claim names the user: sub or email is needed");
  }
  principal.user_id = reader.text("sub", "email");
  if (principal.user_id.empty()) reader.refuse(Code::BadClaim, "the user, claim sub or email, is empty");
  principal.session_claim = reader.text("session_id", "sid");
  principal.tier = reader.text("tier");
  principal.token_id = reader.text("jti");
  principal.admin = reader.text("role") == "admin";
}

}  // namespace

std::optional<json> parse_object(std::string_view text) {
  std::set<std::string> names;
  bool repeated = false;
  const auto note_member = [&](int depth, json::parse_event_t event, json& parsed) {
    if (event == json::parse_event_t::key && depth == 1) {
      repeated |= !names.insert(parsed.get_ref<const std::string&>()).second;
    }
    return true;
  };
  json parsed = json::parse(text, note_member, false);
  if (!parsed.is_object() || repeated) return std::nullopt;
  return parsed;
}

std::string claim_problem(std::string_view text) {
  if (text.size() > kClaimLimitBytes) {
    return fmt::format("has {} bytes; at most {} are allowed", text.size(), kClaimLimitBytes);
  }
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    // U+0080 to U+009F are control characters too, C2 80 to C2 9F in UTF-8.
    const bool is_c1 = byte == 0xC2 && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) < 0xA0;
    if (byte < 0x20 || byte == 0x7F || is_c1) return "has a control character";
  }
  return {};
}

std::string shown(std::string_view text) {
  std::string out = "\"";
  for (const char character : text.substr(0, kQuotedLimitBytes)) {
    out += character >= 0x20 && character < 0x7F ? character : '?';
  }
  out += text.size() > kQuotedLimitBytes ? "...\"" : "\"";
  return out;
}

base::Result<Principal, AuthError> read_claims(const json& claims, const ClaimRules& rules, base::UtcTime now) {
  ClaimReader reader{claims};
  Principal principal;
  check_times(reader, rules, now, principal);
  if (!reader.error()) check_issuer(reader, rules.issuer);
  if (!reader.error()) check_audience(reader, rules.audience);
  if (!reader.error()) read_identity(reader, principal);
  if (reader.error()) return *reader.error();
  return principal;
}

}  // namespace subd::auth
