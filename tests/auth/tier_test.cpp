#include "auth/tier.hpp"

#include <gtest/gtest.h>

namespace subd::auth {
namespace {

TierRules rules() {
  const std::array premium{Tier::Professional, Tier::Institutional};
  return {{{"free", Tier::Starter}, {"starter/free", Tier::Starter}, {"pro", Tier::Professional}}, premium};
}

TEST(TierRules, KnowsNamesAndAliasesInAnyCase) {
  EXPECT_EQ(rules().parse("professional"), Tier::Professional);
  EXPECT_EQ(rules().parse("PRO"), Tier::Professional);
  EXPECT_EQ(rules().parse("Starter/Free"), Tier::Starter);
  EXPECT_EQ(rules().parse("gold"), std::nullopt);
  EXPECT_EQ(rules().parse(""), std::nullopt);
}

TEST(TierRules, TheStoredTierWinsOverTheClaim) {
  EXPECT_EQ(rules().in_force(Tier::Starter, "INSTITUTIONAL"), Tier::Starter);
  EXPECT_EQ(rules().in_force(std::nullopt, "pro"), Tier::Professional);
}

TEST(TierRules, AClaimThatSaysNothingIsTheLeastTier) {
  EXPECT_EQ(rules().in_force(std::nullopt, ""), Tier::Starter);
  EXPECT_EQ(rules().in_force(std::nullopt, "platinum"), Tier::Starter);
}

TEST(TierRules, OnlyTheNamedTiersSeePremium) {
  EXPECT_FALSE(rules().sees_premium(Tier::Starter));
  EXPECT_TRUE(rules().sees_premium(Tier::Professional));
  EXPECT_TRUE(rules().sees_premium(Tier::Institutional));
}

TEST(Tier, EveryNameReadsBack) {
  for (const Tier tier : kTiers) EXPECT_EQ(parse_tier(tier_name(tier)), tier);
}

}  // namespace
}  // namespace subd::auth
