#include "auth/jwks.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "auth/jwt_verifier.hpp"
#include "foreign_tokens.hpp"

namespace subd::auth {
namespace {

// The numbers of kRsaPublicPem, kOtherRsaPublicPem, kSmallRsaPublicPem and kEcPublicPem.
constexpr std::string_view kN =
    "qEWzrhM0ocUEPMIy1SLv00Jy4xR7nxAIe1n8F4r85PCuhvRzGsmxRlAPiLV9z7aJAYuSaUCIJlMGq1UtchMtTCTHyF4CpsQSs2nFCuMzAU27xgOZ1Z"
    "r5"
    "GmsUpxbnHaQzvnKc8uy1yx5otApvE8hzmte4Yh4N6Zsk9obXWqTV3KlRb1OkNBsR2uW6yKGetwIdYtzNXlmmO2MKu1uI1t2XQq4pMo6KXo2VhsXxDW"
    "Y6"
    "UEL3b1H8Qp-sZKsMnUZXKyzN5JujVS1nPva8reacvOJ_CnrpyLcgIg3F1rm3dVl_TGRGjOa1cS5xVQOs8VC42p_kSWtrBVWyq_n4tKg5ApTJ9Q";
constexpr std::string_view kOtherN =
    "khwVM8zGjzv6za_r9AsbFfI-WNbOaEd7sANVH-"
    "clP8Ev010vaEgrgeEeuTOZWs5sKgGhrQbM4gn8JsojRjNG1XnBKF9t1skRtoEpcv3zkCqHTS4xexXd"
    "nTEuufUotCWqbN9PyrHh4ElSZgpKpitx7XPMZisBNtTA-61rLhrVbMn7CR4Lc1_A4utJzQWmPUYCBLL_VjQKE2twal67nHPbF_"
    "bmbjhxJ4ELLENP9rqW"
    "1BpDRgCkt4K-ozaoUn7DuOPUm9sIvp4XJ2hPp0pgEId1tqayRCN2a3ZP0aM64lyWlD1e7ABuMXTA59pb5_R2X7fHOgVJPkQvN8_TU32iRxmRcw";
constexpr std::string_view kSmallN =
    "37OJdS7FBEGSGoEz-hdOhzsA25_FG3_afDI-03-JjdoaDgzyM9qfQ7uA0w31byLVE-fon-"
    "13SZ7Y8rf3qKUFHBCS7g4cvXs2TvZH8dGmtIiK6UtnqjwvijZ5"
    "e4eRgaz-GYDrSt4LcV2luF9uCnF2x_Xl2J_UJacIUjzwGEwssTs";
constexpr std::string_view kX = "uXnBA3SNnkMS7fusE612Fkz9IVE_MBdT4M-jNPXwsQI";
constexpr std::string_view kY = "QdwHlnUENpzu-HYaxkV8CDsTFD_M0w_hG2q0w9AGABM";

constexpr base::UtcTime kNow{std::chrono::seconds{1'700'000'000}};

std::string rsa(std::string_view n, std::string_view kid = "2024-a", std::string_view more = "") {
  return fmt::format(R"({{"kty":"RSA","kid":"{}","n":"{}","e":"AQAB"{}}})", kid, n, more);
}

std::string ec(std::string_view x, std::string_view y, std::string_view more = R"(,"crv":"P-256")") {
  return fmt::format(R"({{"kty":"EC","kid":"e1","x":"{}","y":"{}"{}}})", x, y, more);
}

std::string set_of(const std::vector<std::string>& keys) {
  std::string out = R"({"keys":[)";
  for (const std::string& key : keys) out += (&key == keys.data() ? "" : ",") + key;
  return out + "]}";
}

KeySet read(const std::string& text) {
  auto set = read_jwks(text, "issuer.json");
  EXPECT_TRUE(set.has_value()) << (set ? std::string{} : set.error());
  return set ? *std::move(set) : KeySet{};
}

/// Why the only key of the set is skipped.
std::string skipped(const std::string& key) {
  const KeySet set = read(set_of({key}));
  EXPECT_TRUE(set.keys.empty());
  return set.skipped.size() == 1 ? set.skipped.front() : "not skipped";
}

JwtVerifier verifier(std::vector<Key> keys, std::shared_ptr<std::atomic<bool>> missed = nullptr) {
  return JwtVerifier{{.algorithms = {"RS256", "ES256"},
                      .keys = std::move(keys),
                      .keys_change = true,
                      .missed_key = std::move(missed)}};
}

TEST(Jwks, TokensOfEveryKeyOfTheSetAreVerified) {
  const JwtVerifier both = verifier(read(set_of({rsa(kOtherN, "old"), rsa(kN), ec(kX, kY)})).keys);
  EXPECT_TRUE(both.verify(test::kRs256TokenWithKid, kNow).has_value());
  EXPECT_TRUE(both.verify(test::kRs256Token, kNow).has_value()) << "a token without kid may use every key";
  EXPECT_TRUE(both.verify(test::kEs256Token, kNow).has_value());
}

TEST(Jwks, AKeyThatIsWithdrawnVerifiesNothingMore) {
  const JwtVerifier after = verifier(read(set_of({rsa(kOtherN, "2024-b")})).keys);
  const auto refused = after.verify(test::kRs256TokenWithKid, kNow);
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().code_name(), "unknown_key");
}

TEST(Jwks, AMissedKeyIsTold) {
  const auto missed = std::make_shared<std::atomic<bool>>(false);
  const JwtVerifier some = verifier(read(set_of({rsa(kOtherN, "2024-b")})).keys, missed);
  EXPECT_FALSE(some.verify(test::kRs256Token, kNow).has_value());
  EXPECT_FALSE(missed->load()) << "signed with another key, but it named none";
  EXPECT_FALSE(some.verify(test::kRs256TokenWithKid, kNow).has_value());
  EXPECT_TRUE(missed->load());
}

TEST(Jwks, WithoutAKeyYetTokensAreRefusedAndOneIsMissed) {
  const auto missed = std::make_shared<std::atomic<bool>>(false);
  const JwtVerifier none = verifier({}, missed);
  const auto refused = none.verify(test::kEs256Token, kNow);
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().message, "there is no ES256 key here");
  EXPECT_TRUE(missed->load());
}

TEST(Jwks, KeysOfNoUseAreSkippedWithTheReason) {
  EXPECT_EQ(skipped(R"({"kty":"oct","kid":"s","k":"c2VjcmV0"})"),
            "key \"s\": holds a secret; only public keys belong here");
  EXPECT_EQ(skipped(rsa(kN, "p", R"(,"d":"AQAB")")), "key \"p\": holds a secret; only public keys belong here");
  EXPECT_EQ(skipped(rsa(kN, "c", R"(,"use":"enc")")), "key \"c\": is not for signatures");
  EXPECT_EQ(skipped(rsa(kN, "o", R"(,"key_ops":["encrypt"])")), "key \"o\": is not for verifying");
  EXPECT_EQ(skipped(rsa(kN, "a", R"(,"alg":"PS256")")), "key \"a\": is for \"PS256\"; of its kind RS256 is used here");
  EXPECT_EQ(skipped(R"({"kty":"OKP","kid":"ed","crv":"Ed25519","x":"AA"})"),
            "key \"ed\": is of the kind (kty) \"OKP\"; RSA and EC are used here");
  EXPECT_EQ(skipped(ec(kX, kY, R"(,"crv":"P-384")")), "key \"e1\": is on the curve \"P-384\"; ES256 needs P-256");
  EXPECT_EQ(skipped(R"({"kty":"RSA","kid":"n","e":"AQAB"})"), "key \"n\": lacks the member n");
  EXPECT_EQ(skipped("7"), "an entry that is no object");
  EXPECT_NE(skipped(rsa(kSmallN)).find("is an RSA key of 1024 bits; at least 2048 are needed"), std::string::npos);
  EXPECT_NE(skipped(ec(kX, kX)).find("the cryptographic library refuses it"), std::string::npos) << "not on the curve";
  EXPECT_NE(skipped(ec("AAAA", kY)).find("has numbers of 3 and 32 bytes; P-256 has 32"), std::string::npos);
  const auto with_exponent = [](std::string_view exponent) {
    return skipped(fmt::format(R"({{"kty":"RSA","kid":"e","n":"{}","e":"{}"}})", kN, exponent));
  };
  for (const char* exponent : {"AQ", "AAAC", "Ag", "AAAA"}) {
    EXPECT_NE(with_exponent(exponent).find("has an exponent that is not odd and above 2"), std::string::npos)
        << exponent;
  }
  EXPECT_NE(with_exponent("A=Q").find("has a member e that is not base64url"), std::string::npos)
      << "over which the library would end the process";
  EXPECT_NE(skipped(rsa(std::string(1400, 'A') + "AQ")).find("is an RSA key of"), std::string::npos);
}

TEST(Jwks, UsesAndAlgorithmsThatFitAreTaken) {
  const KeySet set = read(set_of({rsa(kN, "a", R"(,"use":"sig","alg":"RS256","key_ops":["verify"],"x5t":"ignored")"),
                                  ec(kX, kY, R"(,"crv":"P-256","alg":"ES256")")}));
  ASSERT_EQ(set.keys.size(), 2U);
  EXPECT_EQ(set.keys[0].id, "a");
  EXPECT_EQ(set.keys[0].family, KeyFamily::Rsa);
  EXPECT_EQ(set.keys[1].family, KeyFamily::EcP256);
  EXPECT_TRUE(set.skipped.empty());
}

TEST(Jwks, WhatIsNoKeySetIsRefusedByName) {
  const auto problem = [](const std::string& text) {
    const auto set = read_jwks(text, "issuer.json");
    return set ? "taken" : set.error();
  };
  EXPECT_EQ(problem("<html>"), "issuer.json: is not a JSON object with each member once");
  EXPECT_EQ(problem("[]"), "issuer.json: is not a JSON object with each member once");
  EXPECT_EQ(problem(R"({"keys":[],"keys":[]})"), "issuer.json: is not a JSON object with each member once");
  EXPECT_EQ(problem(R"({"key":[]})"), "issuer.json: is not a key set: there is no list of keys (RFC 7517)");
  EXPECT_EQ(problem(set_of(std::vector<std::string>(65, "{}"))), "issuer.json: has 65 keys; at most 64 are allowed");
  EXPECT_EQ(problem(std::string(kJwksLimitBytes + 1, ' ')),
            "issuer.json: has 262145 bytes; a key set has at most 262144");
}

}  // namespace
}  // namespace subd::auth
