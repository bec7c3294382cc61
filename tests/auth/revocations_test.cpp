#include "auth/revocations.hpp"

#include <gtest/gtest.h>

#include <array>

namespace subd::auth {
namespace {

constexpr base::UtcTime kNow{std::chrono::seconds{1'700'000'000}};

Principal alice(std::optional<base::UtcTime> issued_at = kNow) {
  Principal out;
  out.user_id = "alice";
  out.session_claim = "tab1";
  out.token_id = "id1";
  out.issued_at = issued_at;
  return out;
}

RevocationSet set_of(RevokedBy by, std::string value) {
  const std::array revocations{Revocation{by, std::move(value), kNow}};
  return RevocationSet{revocations};
}

TEST(RevocationSet, CoversTheTokensOfAUserUpToAMoment) {
  const RevocationSet revoked = set_of(RevokedBy::User, "alice");
  EXPECT_TRUE(revoked.covers(alice()));
  EXPECT_TRUE(revoked.covers(alice(kNow - std::chrono::hours{1})));
  EXPECT_FALSE(revoked.covers(alice(kNow + std::chrono::seconds{1})));
  EXPECT_FALSE(set_of(RevokedBy::User, "bob").covers(alice()));
}

TEST(RevocationSet, ATokenWithoutATimeIsOlderThanAnyRevocation) {
  EXPECT_TRUE(set_of(RevokedBy::User, "alice").covers(alice(std::nullopt)));
}

TEST(RevocationSet, CoversASessionAndASingleToken) {
  EXPECT_TRUE(set_of(RevokedBy::Session, "tab1").covers(alice()));
  EXPECT_FALSE(set_of(RevokedBy::Session, "tab2").covers(alice()));
  EXPECT_TRUE(set_of(RevokedBy::TokenId, "id1").covers(alice(kNow + std::chrono::hours{1})));
  EXPECT_FALSE(set_of(RevokedBy::TokenId, "id2").covers(alice()));
}

TEST(RevocationSet, NoNameIsNobodysName) {
  Principal nameless = alice();
  nameless.session_claim.clear();
  nameless.token_id.clear();
  EXPECT_FALSE(set_of(RevokedBy::Session, "").covers(nameless));
  EXPECT_FALSE(set_of(RevokedBy::TokenId, "").covers(nameless));
}

TEST(RevocationSet, LeavesApiKeysAlone) {
  Principal holder = alice(std::nullopt);
  holder.by_key = true;
  EXPECT_FALSE(set_of(RevokedBy::User, "alice").covers(holder));
}

TEST(RevocationSet, TheLatestOfTwoCounts) {
  const std::array revocations{Revocation{RevokedBy::User, "alice", kNow},
                               Revocation{RevokedBy::User, "alice", kNow - std::chrono::hours{1}}};
  EXPECT_TRUE(RevocationSet{revocations}.covers(alice()));
}

}  // namespace
}  // namespace subd::auth
