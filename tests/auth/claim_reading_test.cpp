// Through a verifier, as claims are read nowhere else.

#include "auth/claim_reading.hpp"

#include <gtest/gtest.h>

#include "auth/verification.hpp"

namespace subd::auth {
namespace {

using namespace std::chrono_literals;
using test::code_of;
using test::code_of_claims;
using test::hs256;
using test::kNow;
using test::refusal;
using test::token_of_claims;
using test::verify;

TEST(ClaimReading, RefusesClaimsThatAreNoSimpleObject) {
  for (const std::string_view claims :
       {"null", "[]", "7", "{", R"({"sub":"a","exp":1700003600)", R"({"sub":"a","sub":"b","exp":1700003600})",
        R"({"sub":"a","exp":1,"exp":1700003600})", "{\"sub\":\"\xff\",\"exp\":1700003600}",
        R"({"sub":"a","exp":1e999})"}) {
    EXPECT_EQ(code_of_claims(claims), "malformed") << claims;
  }
}

TEST(ClaimReading, GrantsTheLeewayToExpAndNoMore) {
  const auto token = token_of_claims(R"({"sub":"a","exp":1700000000})");
  EXPECT_EQ(refusal(hs256(), token, kNow + 30s - 1ms), "");
  EXPECT_EQ(refusal(hs256(), token, kNow + 30s), "expired: expired 30s ago");
  EXPECT_EQ(refusal(hs256(), token, kNow + 2h), "expired: expired 2h ago");
  auto strict = hs256();
  strict.leeway = 0s;
  EXPECT_EQ(refusal(strict, token, kNow - 1ms), "");
  EXPECT_EQ(code_of(strict, token, kNow), "expired");
}

TEST(ClaimReading, GrantsTheLeewayToNbfAndIatAndNoMore) {
  const auto not_before = token_of_claims(R"({"sub":"a","exp":1700003600,"nbf":1700000030})");
  EXPECT_EQ(refusal(hs256(), not_before), "");
  EXPECT_EQ(refusal(hs256(), not_before, kNow - 1s), "not_yet_valid: not valid before 31s from now");
  const auto issued = token_of_claims(R"({"sub":"a","exp":1700003600,"iat":1700000030})");
  EXPECT_EQ(refusal(hs256(), issued), "");
  EXPECT_EQ(refusal(hs256(), issued, kNow - 1s), "not_yet_valid: issued 31s in the future");
}

TEST(ClaimReading, ReadsFractionsOfASecond) {
  const auto principal = verify(hs256(), token_of_claims(R"({"sub":"a","exp":1700000100.25})"));
  ASSERT_TRUE(principal);
  EXPECT_EQ(principal->expires_at, kNow + 100s + 250ms);
}

TEST(ClaimReading, RequiresExpAndRefusesTimesThatAreNoSeconds) {
  EXPECT_EQ(refusal(hs256(), token_of_claims(R"({"sub":"a"})")), "missing_claim: claim exp is missing");
  EXPECT_EQ(code_of_claims(R"({"sub":"a","exp":null})"), "missing_claim");
  for (const std::string_view value : {R"("1700003600")", "true", "[]", "{}", "-1", "1e18", "-1e18", "253402300800",
                                       "18446744073709551615", "1700003600000"}) {
    const std::string text{value};
    EXPECT_EQ(code_of_claims(R"({"sub":"a","exp":)" + text + "}"), "bad_claim") << value;
    EXPECT_EQ(code_of_claims(R"({"sub":"a","exp":1700003600,"nbf":)" + text + "}"), "bad_claim") << value;
    EXPECT_EQ(code_of_claims(R"({"sub":"a","exp":1700003600,"iat":)" + text + "}"), "bad_claim") << value;
  }
}

TEST(ClaimReading, ChecksTheIssuerOnlyWhenConfigured) {
  const auto token = token_of_claims(R"({"sub":"a","exp":1700003600,"iss":"https://id.example"})");
  auto settings = hs256();
  EXPECT_EQ(refusal(settings, token), "");
  settings.issuer = "https://id.example";
  EXPECT_EQ(refusal(settings, token), "");
  EXPECT_EQ(code_of_claims(R"({"sub":"a","exp":1700003600})", settings), "missing_claim");
  EXPECT_EQ(code_of_claims(R"({"sub":"a","exp":1700003600,"iss":["https://id.example"]})", settings), "bad_claim");
  settings.issuer = "https://id.example/";
  EXPECT_EQ(refusal(settings, token),
            "wrong_issuer: issuer \"https://id.example\" is not accepted; accepted: \"https://id.example/\"");
}

TEST(ClaimReading, LooksForTheAudienceInATextOrAList) {
  const auto claims = [](std::string_view audience) {
    return R"({"sub":"a","exp":1700003600,"aud":)" + std::string{audience} + "}";
  };
  auto settings = hs256();
  EXPECT_EQ(code_of_claims(claims(R"("anything")"), settings), "");
  settings.audience = "subd";
  EXPECT_EQ(code_of_claims(claims(R"("subd")"), settings), "");
  EXPECT_EQ(code_of_claims(claims(R"(["web","subd"])"), settings), "");
  EXPECT_EQ(code_of_claims(claims(R"("subd2")"), settings), "wrong_audience");
  EXPECT_EQ(code_of_claims(claims(R"(["web","sub"])"), settings), "wrong_audience");
  EXPECT_EQ(code_of_claims(claims("[]"), settings), "wrong_audience");
  EXPECT_EQ(code_of_claims(claims("7"), settings), "bad_claim");
  EXPECT_EQ(code_of_claims(claims(R"(["subd",7])"), settings), "bad_claim");
  EXPECT_EQ(code_of_claims(R"({"sub":"a","exp":1700003600})", settings), "missing_claim");
}

TEST(ClaimReading, TakesUserAndSessionFromEitherName) {
  const auto first =
      verify(hs256(), token_of_claims(R"({"sub":"s","email":"e","session_id":"i","sid":"j","exp":1700003600})"));
  ASSERT_TRUE(first);
  EXPECT_EQ(first->user_id, "s");
  EXPECT_EQ(first->session_claim, "i");
  const auto second = verify(hs256(), token_of_claims(R"({"email":"e","sid":"j","exp":1700003600})"));
  ASSERT_TRUE(second);
  EXPECT_EQ(second->user_id, "e");
  EXPECT_EQ(second->session_claim, "j");
  EXPECT_EQ(code_of_claims(R"({"exp":1700003600})"), "missing_claim");
}

TEST(ClaimReading, MakesAnAdminOfExactlyOneRole) {
  const auto admin = [](std::string_view role) {
    const auto principal =
        verify(hs256(), token_of_claims(R"({"sub":"a","exp":1700003600,"role":")" + std::string{role} + "\"}"));
    return principal && principal->admin;
  };
  EXPECT_TRUE(admin("admin"));
  EXPECT_FALSE(admin("Admin"));
  EXPECT_FALSE(admin("administrator"));
  EXPECT_FALSE(admin(""));
}

TEST(ClaimReading, RefusesTextsThatDoNotBelongInAPrincipal) {
  const auto claims = [](std::string_view name, std::string_view value) {
    const std::string user = name == "sub" || name == "email" ? "" : R"("sub":"a",)";
    return "{" + user + "\"" + std::string{name} + "\":" + std::string{value} + R"(,"exp":1700003600})";
  };
  for (const std::string_view name : {"sub", "email", "session_id", "sid", "tier", "role"}) {
    for (const std::string& value :
         {std::string{"7"}, std::string{"true"}, std::string{"[]"}, std::string{"{}"}, std::string{R"("a\nb")"},
          std::string{R"("\u0000")"}, std::string{R"("\u001b[2J")"}, std::string{R"("\u007f")"},
          std::string{R"("\u0085")"}, "\"" + std::string(257, 'x') + "\""}) {
      EXPECT_EQ(code_of_claims(claims(name, value)), "bad_claim") << name << " " << value;
    }
    EXPECT_EQ(code_of_claims(claims(name, "\"" + std::string(256, 'x') + "\"")), "") << name;
    EXPECT_EQ(code_of_claims(claims(name, "\"\u00e9\u00a0\u0939\"")), "") << name;
  }
  EXPECT_EQ(code_of_claims(R"({"sub":"","exp":1700003600})"), "bad_claim");
  EXPECT_EQ(code_of_claims(R"({"sub":"","email":"e","exp":1700003600})"), "bad_claim");
}

}  // namespace
}  // namespace subd::auth
