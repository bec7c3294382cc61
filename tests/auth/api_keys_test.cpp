#include "auth/api_keys.hpp"

#include <gtest/gtest.h>

#include "auth/base64url.hpp"

namespace subd::auth {
namespace {

ApiKeyHolder holder(std::string_view key, std::string user, Role role) {
  return {api_key_digest(key), std::move(user), role};
}

TEST(ApiKeys, ANewKeyIsPrefixedAndHasThirtyTwoRandomBytes) {
  const std::string key = new_api_key();
  ASSERT_EQ(key.size(), 5 + 43U);
  ASSERT_TRUE(key.starts_with("subd_"));
  const auto bytes = decode_base64url(std::string_view{key}.substr(5));
  ASSERT_TRUE(bytes);
  EXPECT_EQ(bytes->size(), 32U);
  EXPECT_NE(key, new_api_key());
}

TEST(ApiKeys, ASetKnowsItsKeysAndNoOthers) {
  const ApiKeySet keys{{holder("subd_a", "alice", Role::Client), holder("subd_b", "feeder", Role::Publisher)}};
  ASSERT_NE(keys.find("subd_b"), nullptr);
  EXPECT_EQ(keys.find("subd_b")->user, "feeder");
  EXPECT_EQ(keys.find("subd_b")->role, Role::Publisher);
  for (const std::string_view wrong : {"subd_", "subd_ab", "SUBD_A", ""}) EXPECT_EQ(keys.find(wrong), nullptr) << wrong;
  EXPECT_EQ(ApiKeySet{}.find("subd_a"), nullptr);
}

TEST(ApiKeys, TheHashItselfOpensNothing) {
  const ApiKeySet keys{{holder("subd_a", "alice", Role::Client)}};
  const auto hash = api_key_digest("subd_a").hash;
  EXPECT_EQ(keys.find({reinterpret_cast<const char*>(hash.data()), hash.size()}), nullptr);
}

TEST(ApiKeys, TheSameKeyHasAnotherSaltAndHashEachTime) {
  const ApiKeyDigest one = api_key_digest("subd_abcdefg");
  const ApiKeyDigest other = api_key_digest("subd_abcdefg");
  EXPECT_EQ(one.salt.size(), 16U);
  EXPECT_NE(one.salt, other.salt);
  EXPECT_NE(one.hash, other.hash);
  EXPECT_EQ(one.hint, "abcd");
  for (const ApiKeyDigest& digest : {one, other}) {
    EXPECT_TRUE(digest.matches("subd_abcdefg"));
    EXPECT_FALSE(digest.matches("subd_abcdefh")) << "the same hint";
    EXPECT_FALSE(digest.matches("subd_xbcdefg"));
  }
}

TEST(ApiKeys, AKeyFromBeforeThereWereSaltsIsPlainSha256) {
  ApiKeyDigest old;
  old.hash = {0xBA, 0x78, 0x16, 0xBF, 0x8F, 0x01, 0xCF, 0xEA, 0x41, 0x41, 0x40, 0xDE, 0x5D, 0xAE, 0x22, 0x23,
              0xB0, 0x03, 0x61, 0xA3, 0x96, 0x17, 0x7A, 0x9C, 0xB4, 0x10, 0xFF, 0x61, 0xF2, 0x00, 0x15, 0xAD};
  EXPECT_TRUE(old.matches("abc")) << "the example of FIPS 180-4";
  EXPECT_FALSE(old.matches("abd"));
}

TEST(ApiKeys, AnAdministratorMayDoEverything) {
  EXPECT_TRUE(covers(Role::Admin, Role::Publisher));
  EXPECT_TRUE(covers(Role::Publisher, Role::Publisher));
  EXPECT_FALSE(covers(Role::Client, Role::Publisher));
  EXPECT_FALSE(covers(Role::Publisher, Role::Client));
}

TEST(ApiKeys, RolesHaveNamesBothWays) {
  for (const Role role : {Role::Client, Role::Publisher, Role::Admin}) EXPECT_EQ(parse_role(role_name(role)), role);
  EXPECT_FALSE(parse_role("Admin"));
  EXPECT_FALSE(parse_role(""));
}

TEST(ApiKeys, ARequestPresentsItInEitherHeader) {
  EXPECT_EQ(api_key_from_request("", "subd_x"), "subd_x");
  EXPECT_EQ(api_key_from_request("bearer  subd_x", ""), "subd_x");
  EXPECT_EQ(api_key_from_request("Bearer subd_x", "subd_y"), "subd_y");
  EXPECT_EQ(api_key_from_request("Bearer eyJh.e.f", ""), std::nullopt);
  EXPECT_EQ(api_key_from_request("Basic subd_x", ""), std::nullopt);
  EXPECT_EQ(api_key_from_request("", ""), std::nullopt);
}

TEST(ApiKeys, AHolderIsAPrincipalThatDoesNotExpire) {
  const Principal client = holder("k", "alice", Role::Client).principal();
  EXPECT_EQ(client.user_id, "alice");
  EXPECT_FALSE(client.admin);
  EXPECT_GT(client.expires_at, base::UtcTime{std::chrono::sys_days{std::chrono::year{9000} / 1 / 1}});
  EXPECT_TRUE(holder("k", "root", Role::Admin).principal().admin);
}

}  // namespace
}  // namespace subd::auth
