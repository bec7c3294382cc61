#include "auth/request_token.hpp"

#include <gtest/gtest.h>

namespace subd::auth {
namespace {

using Token = std::optional<std::string>;

Token of_header(std::string_view authorization) {
  return token_from_request(authorization, "/ws", "").token;
}
Token of_target(std::string_view target) {
  return token_from_request("", target, "").token;
}
Token of_subprotocols(std::string_view offered) {
  return token_from_request("", "/ws", offered).token;
}

TEST(RequestToken, FindsNoneInAPlainRequest) {
  const auto found = token_from_request("", "/ws/indicators", "");
  EXPECT_FALSE(found.token);
  EXPECT_FALSE(found.select_subprotocol);
}

TEST(RequestToken, ReadsABearerHeaderWhateverItsCase) {
  for (const std::string_view scheme : {"Bearer", "bearer", "BEARER", "bEaReR"}) {
    EXPECT_EQ(of_header(std::string{scheme} + " a.b.c"), "a.b.c");
  }
  EXPECT_EQ(of_header("  Bearer \t a.b.c \t"), "a.b.c");
}

TEST(RequestToken, TakesAnEmptyBearerForAToken) {
  EXPECT_EQ(of_header("Bearer"), "");
  EXPECT_EQ(of_header("Bearer  "), "");
  EXPECT_EQ(of_target("/ws?token="), "");
  EXPECT_EQ(of_target("/ws?token"), "");
  EXPECT_EQ(of_subprotocols("bearer."), "");
}

TEST(RequestToken, PassesOverOtherSchemes) {
  EXPECT_FALSE(of_header("Basic dXNlcjpwYXNz"));
  EXPECT_FALSE(of_header("Bearer2 a.b.c"));
  EXPECT_FALSE(of_header("Bear a.b.c"));
  EXPECT_EQ(token_from_request("Basic dXNlcjpwYXNz", "/ws?token=q", "").token, "q");
}

TEST(RequestToken, ReadsTheTokenParameterWhereverItStands) {
  EXPECT_EQ(of_target("/ws/indicators?token=a.b.c"), "a.b.c");
  EXPECT_EQ(of_target("/ws/indicators?x=1&token=a.b.c&y=2"), "a.b.c");
  EXPECT_EQ(of_target("/ws?token=first&token=second"), "first");
  EXPECT_EQ(of_target("/ws?token=a.b.c#fragment"), "a.b.c");
  EXPECT_EQ(of_target("/ws?&&token=a=b"), "a=b");
}

TEST(RequestToken, IsNotFooledByLikeNames) {
  for (const std::string_view target :
       {"/ws?Token=a", "/ws?xtoken=a", "/ws?tokens=a", "/token=a", "/ws?x=token=a", "/ws#?token=a"}) {
    EXPECT_FALSE(of_target(target)) << target;
  }
}

TEST(RequestToken, DecodesPercentSigns) {
  EXPECT_EQ(of_target("/ws?token=a%2Eb%2ec"), "a.b.c");
  EXPECT_EQ(of_target("/ws?%74oken=x"), "x");
  EXPECT_EQ(of_target("/ws?token=a%26b"), "a&b");
  EXPECT_EQ(of_target("/ws?token=a+b"), "a+b");
  EXPECT_EQ(of_target("/ws?token=%"), "%");
  EXPECT_EQ(of_target("/ws?token=%4"), "%4");
  EXPECT_EQ(of_target("/ws?token=%zz%4g"), "%zz%4g");
}

TEST(RequestToken, ReadsTheSubprotocolPairInAnyOrder) {
  for (const std::string_view offered :
       {"subd.v1, bearer.a.b.c", "bearer.a.b.c,subd.v1", " other ,\tsubd.v1,bearer.a.b.c "}) {
    const auto found = token_from_request("", "/ws", offered);
    EXPECT_EQ(found.token, "a.b.c") << offered;
    EXPECT_TRUE(found.select_subprotocol) << offered;
  }
}

TEST(RequestToken, SelectsTheSubprotocolWithoutAToken) {
  const auto found = token_from_request("", "/ws", "subd.v1");
  EXPECT_FALSE(found.token);
  EXPECT_TRUE(found.select_subprotocol);
  EXPECT_FALSE(token_from_request("", "/ws", "subd.v10, SUBD.V1, bearer.x").select_subprotocol);
}

TEST(RequestToken, PrefersHeaderThenSubprotocolThenTarget) {
  EXPECT_EQ(token_from_request("Bearer h", "/ws?token=q", "subd.v1, bearer.s").token, "h");
  EXPECT_EQ(token_from_request("", "/ws?token=q", "subd.v1, bearer.s").token, "s");
  EXPECT_TRUE(token_from_request("Bearer h", "/ws", "subd.v1").select_subprotocol);
}

TEST(RequestToken, AResumeTokenMayStandInEitherPlace) {
  EXPECT_EQ(token_from_request("", "/ws/indicators?resume=4f0c&x=1", "").resume, "4f0c");
  const auto found = token_from_request("", "/ws?resume=second", "subd.v1, bearer.a.b.c, resume.first");
  EXPECT_EQ(found.resume, "first");
  EXPECT_EQ(found.token, "a.b.c");
  EXPECT_EQ(token_from_request("", "/ws/indicators", "subd.v1").resume, std::nullopt);
  EXPECT_EQ(token_from_request("", "/ws/indicators?resume=", "").resume, "");
  EXPECT_EQ(redact_target("/ws/indicators?resume=4f0c&x=1"), "/ws/indicators?resume=***&x=1");
}

TEST(RedactTarget, HidesEverySecretParameter) {
  EXPECT_EQ(redact_target("/ws/indicators?token=a.b.c&x=1"), "/ws/indicators?token=***&x=1");
  EXPECT_EQ(redact_target("/ws?x=1&token=a.b.c"), "/ws?x=1&token=***");
  EXPECT_EQ(redact_target("/ws?token=a&token=b"), "/ws?token=***&token=***");
  EXPECT_EQ(redact_target("/kite?api_key=k&access_token=t"), "/kite?api_key=***&access_token=***");
  EXPECT_EQ(redact_target("/ws?%74oken=secret"), "/ws?%74oken=***");
  EXPECT_EQ(redact_target("/ws?token=a#token=b"), "/ws?token=***");
  EXPECT_EQ(redact_target("/ws?token"), "/ws?token=***");
}

TEST(RedactTarget, LeavesOutTheFragment) {
  EXPECT_EQ(redact_target("/ws?x=1#token=a"), "/ws?x=1");
  EXPECT_EQ(redact_target("/ws?token#a"), "/ws?token=***");
  EXPECT_EQ(redact_target("/ws#?token=a"), "/ws");
}

TEST(RedactTarget, LeavesTheRestAsItIs) {
  for (const std::string_view target :
       {"", "/", "/ws/indicators", "/ws?", "/ws?a=1&&b", "/ws?a=1&", "/ws?xtoken=1", "/token"}) {
    EXPECT_EQ(redact_target(target), target);
  }
}

}  // namespace
}  // namespace subd::auth
