#include "auth/jwt_verifier.hpp"

#include <gtest/gtest.h>
#include <openssl/err.h>

#include <atomic>
#include <thread>
#include <vector>

#include "auth/base64url.hpp"
#include "auth/verification.hpp"

namespace subd::auth {
namespace {

using namespace std::chrono_literals;
using Code = AuthError::Code;
using test::code_of;
using test::code_of_claims;
using test::es256;
using test::hs256;
using test::kNow;
using test::kPlainHeader;
using test::refusal;
using test::rs256;
using test::signed_token;
using test::startup_error;
using test::token_of_claims;
using test::verify;
using test::with_key;

constexpr base::UtcTime kRfcNow{1'300'819'000s};

TEST(JwtVerifier, AcceptsTokensOfAnotherImplementationInEveryAlgorithm) {
  const std::vector<std::pair<JwtSettings, std::string_view>> cases{
      {hs256(), test::kHs256Token},
      {with_key("HS384", KeyFamily::Hmac, test::kSecret), test::kHs384Token},
      {with_key("HS512", KeyFamily::Hmac, test::kSecret), test::kHs512Token},
      {rs256(), test::kRs256Token},
      {es256(), test::kEs256Token},
  };
  for (const auto& [settings, token] : cases) {
    const auto principal = verify(settings, token);
    ASSERT_TRUE(principal) << settings.algorithms[0] << ": " << principal.error().message;
    EXPECT_EQ(principal->user_id, "alice@example.com");
    EXPECT_EQ(principal->session_claim, "tab1");
    EXPECT_EQ(principal->tier, "pro");
    EXPECT_FALSE(principal->admin);
    EXPECT_EQ(principal->expires_at, kNow + 1h);
  }
}

TEST(JwtVerifier, FindsTheSignaturesOfRfc7515Good) {
  const auto secret = decode_base64url(test::kRfc7515SecretBase64Url);
  ASSERT_TRUE(secret);
  const std::vector<std::pair<JwtSettings, std::string_view>> cases{
      {with_key("HS256", KeyFamily::Hmac, *secret), test::kRfc7515Hs256Token},
      {with_key("RS256", KeyFamily::Rsa, test::kRfc7515RsaPublicPem), test::kRfc7515Rs256Token},
      {with_key("ES256", KeyFamily::EcP256, test::kRfc7515EcPublicPem), test::kRfc7515Es256Token},
  };
  // They name no user, which is looked at last: only a good signature, time and issuer get that far.
  for (auto [settings, token] : cases) {
    settings.issuer = "joe";
    EXPECT_EQ(code_of(settings, token, kRfcNow), "missing_claim");
    EXPECT_EQ(code_of(settings, token, kRfcNow + 1h), "expired");
  }
}

TEST(JwtVerifier, RefusesASignatureWithAnyBitChanged) {
  for (const auto& [settings, text] : {std::pair{hs256(), test::kHs256Token}, std::pair{rs256(), test::kRs256Token},
                                       std::pair{es256(), test::kEs256Token}}) {
    const JwtVerifier verifier{settings};
    const std::string token{text};
    const auto at = token.rfind('.') + 1;
    auto signature = *decode_base64url(std::string_view{token}.substr(at));
    for (std::size_t i = 0; i < signature.size(); ++i) {
      signature[i] = static_cast<char>(signature[i] ^ (1 << (i % 8)));
      const auto result = verifier.verify(token.substr(0, at) + test::base64url(signature), kNow);
      ASSERT_FALSE(result);
      ASSERT_EQ(result.error().code, Code::BadSignature);
      signature[i] = static_cast<char>(signature[i] ^ (1 << (i % 8)));
    }
    EXPECT_TRUE(verifier.verify(token.substr(0, at) + test::base64url(signature), kNow));
  }
}

TEST(JwtVerifier, RefusesChangedClaims) {
  const std::string token{test::kHs256Token};
  const auto first = token.find('.');
  const auto forged = token.substr(0, first + 1) + test::base64url(R"({"sub":"bob","exp":1700003600})") +
                      token.substr(token.rfind('.'));
  EXPECT_EQ(code_of(hs256(), forged), "bad_signature");
}

TEST(JwtVerifier, RefusesSignaturesOfTheWrongSize) {
  const std::string token{test::kHs256Token};
  const auto body = token.substr(0, token.rfind('.') + 1);
  EXPECT_EQ(refusal(hs256(), body), "bad_signature: the signature has 0 bytes; HS256 has 32");
  EXPECT_EQ(code_of(hs256(), token.substr(0, token.size() - 3)), "bad_signature");
  EXPECT_EQ(code_of(es256(), test::kEs256TokenWithDerSignature), "bad_signature");
  const std::string ec{test::kEs256Token};
  const auto ec_signature = *decode_base64url(std::string_view{ec}.substr(ec.rfind('.') + 1));
  EXPECT_EQ(refusal(es256(), ec.substr(0, ec.rfind('.') + 1) + test::base64url(ec_signature + '\0')),
            "bad_signature: the signature has 65 bytes; ES256 has 64");
  const std::string rsa{test::kRs256Token};
  EXPECT_EQ(code_of(rs256(), rsa.substr(0, rsa.rfind('.') + 1)), "bad_signature");
  const auto signature = *decode_base64url(std::string_view{rsa}.substr(rsa.rfind('.') + 1));
  const auto body_of_rsa = rsa.substr(0, rsa.rfind('.') + 1);
  EXPECT_EQ(code_of(rs256(), body_of_rsa + test::base64url(signature.substr(1))), "bad_signature");
  EXPECT_EQ(code_of(rs256(), body_of_rsa + test::base64url(signature + '\0')), "bad_signature");
}

TEST(JwtVerifier, RefusesAKeyThatDidNotSign) {
  EXPECT_EQ(code_of(with_key("HS256", KeyFamily::Hmac, "quite another secret of 32 bytes"), test::kHs256Token),
            "bad_signature");
  EXPECT_EQ(code_of(with_key("RS256", KeyFamily::Rsa, test::kOtherRsaPublicPem), test::kRs256Token), "bad_signature");
  EXPECT_EQ(code_of(with_key("ES256", KeyFamily::EcP256, test::kRfc7515EcPublicPem), test::kEs256Token),
            "bad_signature");
}

TEST(JwtVerifier, RefusesAlgorithmsThatAreNotListed) {
  EXPECT_EQ(refusal(hs256(), test::kHs512Token),
            "unsupported_algorithm: algorithm HS512 is not allowed; allowed: HS256");
  EXPECT_EQ(code_of(hs256(), test::kRs256Token), "unsupported_algorithm");
  EXPECT_EQ(code_of(rs256(), test::kRs384Token), "unsupported_algorithm");
  EXPECT_EQ(code_of(rs256(), test::kPs256Token), "unsupported_algorithm");
  EXPECT_EQ(code_of(es256(), test::kEs384Token), "unsupported_algorithm");
  for (const std::string_view name : {"none", "None", "NONE", "hs256", "HS256 ", ""}) {
    const auto token = signed_token(R"({"alg":")" + std::string{name} + R"("})", R"({"sub":"a","exp":1700003600})");
    EXPECT_EQ(code_of(hs256(), token), "unsupported_algorithm") << name;
  }
  EXPECT_EQ(code_of(hs256(), test::kNoneToken), "unsupported_algorithm");
}

TEST(JwtVerifier, NeverUsesAPublicKeyAsASecret) {
  auto settings = rs256();
  settings.algorithms = {"RS256", "HS256"};
  settings.keys.push_back({KeyFamily::Hmac, std::string{test::kSecret}});
  EXPECT_EQ(code_of(settings, test::kHs256TokenSignedWithRsaPublicPem), "bad_signature");
  EXPECT_EQ(code_of(rs256(), test::kHs256TokenSignedWithRsaPublicPem), "unsupported_algorithm");
  EXPECT_NE(startup_error(with_key("HS256", KeyFamily::Hmac, test::kRsaPublicPem)), "");
}

TEST(JwtVerifier, AcceptsSeveralAlgorithmsAndKeysAtOnce) {
  const JwtSettings settings{.algorithms = {"HS256", "RS256", "ES256"},
                             .keys = {{KeyFamily::Hmac, "an older secret, still accepted"},
                                      {KeyFamily::Hmac, std::string{test::kSecret}},
                                      {KeyFamily::Rsa, std::string{test::kOtherRsaPublicPem}},
                                      {KeyFamily::Rsa, std::string{test::kRsaPublicPem}},
                                      {KeyFamily::EcP256, std::string{test::kEcPublicPem}}}};
  for (const auto token : {test::kHs256Token, test::kRs256Token, test::kEs256Token}) {
    EXPECT_EQ(refusal(settings, token), "");
  }
}

TEST(JwtVerifier, ChoosesTheKeyByItsId) {
  const auto with_id = [](std::string id) {
    return with_key("RS256", KeyFamily::Rsa, test::kRsaPublicPem, std::move(id));
  };
  EXPECT_EQ(refusal(with_id("2024-a"), test::kRs256TokenWithKid), "");
  EXPECT_EQ(refusal(with_id(""), test::kRs256TokenWithKid), "") << "a key without id fits every token";
  EXPECT_EQ(refusal(with_id("2024-a"), test::kRs256Token), "") << "a token without kid may use every key";
  EXPECT_EQ(refusal(with_id("2025-b"), test::kRs256TokenWithKid),
            "unknown_key: no RS256 key here has the id (kid) \"2024-a\"");
  EXPECT_EQ(code_of(hs256(), signed_token(R"({"alg":"HS256","kid":7})", "{}")), "malformed");

  auto two_families = hs256();
  two_families.keys[0].id = "secret";
  two_families.keys.push_back(with_id("2024-a").keys[0]);
  EXPECT_EQ(refusal(two_families, signed_token(R"({"alg":"HS256","kid":"2024-a"})", "{}")),
            "unknown_key: no HS256 key here has the id (kid) \"2024-a\"")
      << "a key of another family is not even tried";
}

TEST(JwtVerifier, RefusesWhatIsNotThreePartsOfBase64Url) {
  EXPECT_EQ(code_of(hs256(), ""), "missing");
  const std::string token{test::kHs256Token};
  const std::vector<std::string> malformed{"x",
                                           ".",
                                           "..",
                                           "...",
                                           "a.b",
                                           "a.b.c.d",
                                           token + ".",
                                           "." + token,
                                           token + ".x",
                                           token + "=",
                                           token + " ",
                                           " " + token,
                                           token + "\n",
                                           token.substr(0, token.find('.')) + ".." + token.substr(token.rfind('.') + 1),
                                           std::string{"\0.\0.\0", 5},
                                           token.substr(0, 10) + "+" + token.substr(11),
                                           token.substr(0, 10) + "/" + token.substr(11)};
  for (const auto& text : malformed) EXPECT_EQ(code_of(hs256(), text), "malformed") << text;
}

TEST(JwtVerifier, AcceptsOnlyOneSpellingOfASignature) {
  // The last digit of 32 bytes holds two bits that mean nothing: three other digits would decode to the same bytes.
  const std::string token{test::kHs256Token};
  static constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  int accepted = 0;
  for (const char digit : kDigits) {
    if (verify(hs256(), token.substr(0, token.size() - 1) + digit)) ++accepted;
  }
  EXPECT_EQ(accepted, 1);
}

TEST(JwtVerifier, RefusesHeadersThatAreNoSimpleObject) {
  const std::string_view claims = R"({"sub":"a","exp":1700003600})";
  ASSERT_EQ(code_of(hs256(), signed_token(kPlainHeader, claims)), "");
  for (const std::string_view header :
       {"", "null", "[]", "\"HS256\"", "{", "{}", R"({"alg":null})", R"({"alg":["HS256"]})", R"({"alg":256})",
        R"({"alg":"HS256","alg":"HS256"})", R"({"alg":"none","alg":"HS256"})", R"({"alg":"HS256"} x)",
        "{\"alg\":\"HS256\xff\"}", R"({"alg":"HS256","crit":["exp"],"exp":1})", R"({"alg":"HS256","crit":[]})"}) {
    EXPECT_EQ(code_of(hs256(), signed_token(header, claims)), "malformed") << header;
  }
}

TEST(JwtVerifier, RefusesTokensAboveTheSizeLimit) {
  const auto sized = [](std::size_t filler) {
    return token_of_claims(R"({"sub":"a","exp":1700003600,"filler":")" + std::string(filler, 'x') + "\"}");
  };
  const auto large = sized(6020);
  ASSERT_LE(large.size(), kTokenLimitBytes);
  EXPECT_EQ(refusal(hs256(), large), "");
  const auto larger = sized(6060);
  ASSERT_GT(larger.size(), kTokenLimitBytes);
  EXPECT_EQ(code_of(hs256(), larger), "too_large");
}

TEST(JwtVerifier, RefusesDeeplyNestedJson) {
  const std::string deep = std::string(3000, '[') + std::string(3000, ']');
  EXPECT_EQ(code_of_claims(R"({"sub":"a","exp":1700003600,"x":)" + deep + "}"), "")
      << "depth by itself is bounded by the size limit";
  EXPECT_EQ(code_of_claims(deep), "malformed");
}

TEST(JwtVerifier, NamesTheSettingThatCannotWork) {
  EXPECT_EQ(startup_error({.algorithms = {}}),
            "no token algorithm is allowed; choose from HS256, HS384, HS512, RS256, ES256");
  EXPECT_EQ(startup_error({.algorithms = {"none"}}),
            "unknown token algorithm \"none\"; known: HS256, HS384, HS512, RS256, ES256");
  EXPECT_EQ(startup_error({.algorithms = {"HS256"}}),
            "token algorithm HS256 is allowed, but there is no secret for it");
  EXPECT_EQ(startup_error({.algorithms = {"RS256"}, .keys = hs256().keys}),
            "token algorithm RS256 is allowed, but there is no public key for it");
  EXPECT_EQ(startup_error(with_key("HS256", KeyFamily::Hmac, "fifteen bytes!!")),
            "the token secret: is a secret of 15 bytes; at least 16 are needed, 32 or more are better");
  auto settings = hs256();
  settings.leeway = -1s;
  EXPECT_EQ(startup_error(settings), "a leeway of -1s is out of range; 0s to 1h is allowed");
}

TEST(JwtVerifier, RefusesPublicKeysThatDoNotFitTheirAlgorithm) {
  const auto rsa = [](std::string_view pem) { return startup_error(with_key("RS256", KeyFamily::Rsa, pem)); };
  const auto ec = [](std::string_view pem) { return startup_error(with_key("ES256", KeyFamily::EcP256, pem)); };
  EXPECT_EQ(rsa(test::kSmallRsaPublicPem),
            "the token public key: is an RSA key of 1024 bits; at least 2048 are needed, and at most 8192 are taken");
  EXPECT_EQ(rsa(test::kEcPublicPem), "the token public key: is not an RSA key, which RS256 needs");
  EXPECT_EQ(ec(test::kRsaPublicPem), "the token public key: is not an elliptic-curve key, which ES256 needs");
  EXPECT_EQ(ec(test::kEd25519PublicPem), "the token public key: is not an elliptic-curve key, which ES256 needs");
  EXPECT_EQ(ec(test::kP384PublicPem), "the token public key: is on another curve than P-256, which ES256 needs");
  EXPECT_EQ(ec("garbage"), "the token public key: is not a public key in PEM form (BEGIN PUBLIC KEY)");
  EXPECT_EQ(ec(""), "the token public key: is not a public key in PEM form (BEGIN PUBLIC KEY)");
  EXPECT_EQ(ec("-----BEGIN EC PRIVATE KEY-----\nAAAA\n-----END EC PRIVATE KEY-----\n"),
            "the token public key: holds a private key; only the public key belongs here");
}

TEST(JwtVerifier, LeavesNothingInTheErrorQueueThatTlsWouldFind) {
  ERR_clear_error();
  std::string forged{test::kRs256Token};
  forged[forged.size() - 20] = forged[forged.size() - 20] == 'A' ? 'B' : 'A';
  EXPECT_EQ(code_of(rs256(), forged), "bad_signature");
  EXPECT_EQ(ERR_peek_error(), 0u);
  EXPECT_NE(startup_error(with_key("RS256", KeyFamily::Rsa, "garbage")), "");
  EXPECT_EQ(ERR_peek_error(), 0u);
}

TEST(JwtVerifier, LeavesTheErrorsOfOthersInTheErrorQueue) {
  const JwtVerifier verifier{es256()};
  const std::string token{test::kEs256Token};
  ERR_clear_error();
  ERR_put_error(ERR_LIB_USER, 0, ERR_R_INTERNAL_ERROR, __FILE__, __LINE__);
  EXPECT_FALSE(verifier.verify(token.substr(0, token.rfind('.') + 1) + std::string(86, 'A'), kNow));
  EXPECT_EQ(ERR_GET_LIB(ERR_get_error()), ERR_LIB_USER);
  EXPECT_EQ(ERR_peek_error(), 0u);
}

TEST(JwtVerifier, NeverQuotesTokenOrKeyInAMessage) {
  const std::string forged =
      signed_token(kPlainHeader, R"({"sub":"alice","exp":1700003600})", "another secret, 32 bytes at least");
  const std::string expired = token_of_claims(R"({"sub":"alice","exp":1600000000})");
  for (const auto& token : {forged, expired, std::string{test::kHs512Token}, forged + "!", forged + "." + forged}) {
    const auto text = refusal(hs256(), token);
    ASSERT_NE(text, "");
    EXPECT_EQ(text.find(token), std::string::npos);
    EXPECT_EQ(text.find(token.substr(token.rfind('.') + 1, 16)), std::string::npos) << text;
    EXPECT_EQ(text.find(std::string{test::kSecret.substr(0, 8)}), std::string::npos) << text;
    EXPECT_EQ(text.find("alice"), std::string::npos) << text;
  }
}

TEST(JwtVerifier, MakesForeignTextInMessagesPrintableAndShort) {
  const auto text = refusal(hs256(), signed_token(R"({"alg":"\u001b[31m)" + std::string(500, 'x') + "\"}", "{}"));
  EXPECT_EQ(text.find('\x1b'), std::string::npos);
  EXPECT_LT(text.size(), 200u);
}

TEST(JwtVerifier, VerifiesOnManyThreadsAtOnce) {
  JwtSettings settings{.algorithms = {"HS256", "RS256", "ES256"},
                       .keys = {{KeyFamily::Hmac, std::string{test::kSecret}},
                                {KeyFamily::Rsa, std::string{test::kRsaPublicPem}},
                                {KeyFamily::EcP256, std::string{test::kEcPublicPem}}}};
  const JwtVerifier verifier{settings};
  std::string forged{test::kEs256Token};
  forged[forged.size() - 20] = forged[forged.size() - 20] == 'A' ? 'B' : 'A';
  std::atomic<int> accepted{0};
  std::atomic<int> refused{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (int round = 0; round < 50; ++round) {
        for (const std::string_view token :
             {test::kHs256Token, test::kRs256Token, test::kEs256Token, std::string_view{forged}}) {
          (verifier.verify(token, kNow) ? accepted : refused) += 1;
        }
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(accepted, 4 * 50 * 3);
  EXPECT_EQ(refused, 4 * 50);
}

}  // namespace
}  // namespace subd::auth
