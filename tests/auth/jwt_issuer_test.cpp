#include "auth/jwt_issuer.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "auth/base64url.hpp"
#include "auth/jwt_verifier.hpp"
#include "auth/signing.hpp"

namespace subd::auth {
namespace {

using namespace std::chrono_literals;

constexpr base::UtcTime kNow{1'700'000'000'500ms};
const std::string kIssuerSecret{test::kSecret};

nlohmann::json part(const std::string& token, int index) {
  std::size_t start = 0;
  for (; index > 0; --index) start = token.find('.', start) + 1;
  return nlohmann::json::parse(
      decode_base64url(std::string_view{token}.substr(start, token.find('.', start) - start)).value());
}

TEST(JwtIssuer, MintsWhatAVerifierAccepts) {
  const auto token = JwtIssuer{kIssuerSecret, "subd", "tabs"}.issue(
      {.user_id = "alice@example.com", .session_claim = "tab1", .tier = "pro", .admin = true}, kNow, 1h);
  const JwtVerifier verifier{
      {.keys = {{KeyFamily::Hmac, kIssuerSecret}}, .leeway = 0s, .issuer = "subd", .audience = "tabs"}};
  const auto principal = verifier.verify(token, kNow);
  ASSERT_TRUE(principal) << principal.error().message;
  EXPECT_EQ(principal->user_id, "alice@example.com");
  EXPECT_EQ(principal->session_claim, "tab1");
  EXPECT_EQ(principal->tier, "pro");
  EXPECT_TRUE(principal->admin);
  EXPECT_EQ(principal->expires_at, base::UtcTime{1'700'003'600s});
}

TEST(JwtIssuer, WritesAllClaimsAndAnHs256Header) {
  const auto token = JwtIssuer{kIssuerSecret, "subd", "tabs"}.issue(
      {.user_id = "alice", .session_claim = "tab1", .tier = "pro", .admin = true}, kNow, 90s);
  EXPECT_EQ(part(token, 0), (nlohmann::json{{"alg", "HS256"}, {"typ", "JWT"}}));
  auto claims = part(token, 1);
  EXPECT_EQ(claims["jti"].get<std::string>().size(), 24u);
  claims.erase("jti");
  EXPECT_EQ(claims, nlohmann::json::parse(R"({"sub":"alice","session_id":"tab1","tier":"pro","role":"admin",
      "iat":1700000000,"exp":1700000090,"iss":"subd","aud":"tabs"})"));
}

TEST(JwtIssuer, LeavesOutWhatIsEmpty) {
  auto claims = part(JwtIssuer{kIssuerSecret}.issue({.user_id = "bob"}, kNow, 1s), 1);
  claims.erase("jti");
  EXPECT_EQ(claims, nlohmann::json::parse(R"({"sub":"bob","iat":1700000000,"exp":1700000001})"));
}

TEST(JwtIssuer, SignsAsHmacSha256OverTheFirstTwoParts) {
  const auto token = JwtIssuer{kIssuerSecret}.issue({.user_id = "bob"}, kNow, 1s);
  const auto dot = token.rfind('.');
  EXPECT_EQ(token.substr(dot + 1), test::base64url(test::hmac_sha256(kIssuerSecret, token.substr(0, dot))));
}

TEST(JwtIssuer, GivesEveryTokenAnIdOfItsOwn) {
  const JwtIssuer issuer{kIssuerSecret};
  EXPECT_NE(issuer.issue({.user_id = "bob"}, kNow, 1s), issuer.issue({.user_id = "bob"}, kNow, 1s));
}

TEST(JwtIssuer, QuotesWhatJsonCannotHoldPlain) {
  const std::string name = R"(a"b\c","role":"admin)";
  const auto token = JwtIssuer{kIssuerSecret}.issue({.user_id = name}, kNow, 1h);
  const auto principal = JwtVerifier{{.keys = {{KeyFamily::Hmac, kIssuerSecret}}}}.verify(token, kNow);
  ASSERT_TRUE(principal);
  EXPECT_EQ(principal->user_id, name);
  EXPECT_FALSE(principal->admin);
}

TEST(JwtIssuer, RefusesClaimsThatAVerifierWouldRefuse) {
  const JwtIssuer issuer{kIssuerSecret};
  const auto refusal = [&](const Claims& claims, std::chrono::seconds ttl = 1h) -> std::string {
    try {
      (void)issuer.issue(claims, kNow, ttl);
    } catch (const std::invalid_argument& error) {
      return error.what();
    }
    return {};
  };
  EXPECT_EQ(refusal({}), "user is empty; a token has to name one");
  EXPECT_EQ(refusal({.user_id = std::string(257, 'x')}), "user has 257 bytes; at most 256 are allowed");
  EXPECT_EQ(refusal({.user_id = "a\nb"}), "user has a control character");
  EXPECT_EQ(refusal({.user_id = "a", .session_claim = "\x1b"}), "session has a control character");
  EXPECT_EQ(refusal({.user_id = "a", .tier = "\x7f"}), "tier has a control character");
  EXPECT_EQ(refusal({.user_id = "\xff"}), "user, session and tier have to be UTF-8");
  EXPECT_EQ(refusal({.user_id = "a"}, 0s), "ttl of 0s is out of range; 1s to 315360000s is allowed");
  EXPECT_EQ(refusal({.user_id = "a"}, -5s), "ttl of -5s is out of range; 1s to 315360000s is allowed");
  EXPECT_EQ(refusal({.user_id = "a"}, std::chrono::seconds::max()).substr(0, 7), "ttl of ");
}

TEST(JwtIssuer, RefusesAShortSecret) {
  EXPECT_THROW(JwtIssuer{"fifteen bytes!!"}, std::runtime_error);
}

}  // namespace
}  // namespace subd::auth
