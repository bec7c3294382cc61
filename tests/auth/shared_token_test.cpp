#include "auth/shared_token.hpp"

#include <gtest/gtest.h>

#include <string>

namespace subd::auth {
namespace {

TEST(SharedToken, OnlyTheWholeTokenMatches) {
  const SharedToken token{"correct horse"};
  EXPECT_TRUE(token.is_required());
  EXPECT_TRUE(token.matches("correct horse"));
  for (const std::string_view wrong : {"", "correct", "correct horse ", "Correct horse", "correct horses"}) {
    EXPECT_FALSE(token.matches(wrong)) << wrong;
  }
}

TEST(SharedToken, EmptyAsksForNoneAndMatchesNone) {
  const SharedToken token{""};
  EXPECT_FALSE(token.is_required());
  EXPECT_FALSE(token.matches(""));
  EXPECT_FALSE(token.matches("x"));
}

}  // namespace
}  // namespace subd::auth
