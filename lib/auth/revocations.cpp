#include "auth/revocations.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace subd::auth {
namespace {

constexpr std::array kNames{std::pair{RevokedBy::User, std::string_view{"user"}},
                            std::pair{RevokedBy::Session, std::string_view{"session"}},
                            std::pair{RevokedBy::TokenId, std::string_view{"jti"}}};

}  // namespace

std::string_view revoked_by_name(RevokedBy by) noexcept {
  return kNames[static_cast<std::size_t>(by)].second;
}

std::optional<RevokedBy> parse_revoked_by(std::string_view name) noexcept {
  for (const auto& [by, known] : kNames) {
    if (known == name) return by;
  }
  return std::nullopt;
}

RevocationSet::RevocationSet(std::span<const Revocation> revocations) {
  for (const Revocation& revocation : revocations) {
    if (revocation.by == RevokedBy::TokenId) {
      token_ids_.insert(revocation.value);
      continue;
    }
    base::UtcTime& at = (revocation.by == RevokedBy::User ? users_ : sessions_)[revocation.value];
    at = std::max(at, revocation.at);
  }
}

bool RevocationSet::covers(const Principal& principal) const noexcept {
  if (principal.by_key) return false;
  const auto reaches = [&principal](const Moments& moments, const std::string& name) {
    const auto found = moments.find(name);
    return found != moments.end() && (!principal.issued_at || *principal.issued_at <= found->second);
  };
  return (!principal.token_id.empty() && token_ids_.contains(principal.token_id)) ||
         reaches(users_, principal.user_id) ||
         (!principal.session_claim.empty() && reaches(sessions_, principal.session_claim));
}

}  // namespace subd::auth
