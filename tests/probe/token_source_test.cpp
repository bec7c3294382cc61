#include "probe/token_source.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "probe/base64url.hpp"

namespace subd::probe {
namespace {

struct TokenSourceTest : testing::Test {
  TokenSourceTest() { std::filesystem::create_directories(directory); }
  ~TokenSourceTest() override { std::filesystem::remove_all(directory); }

  std::string file(const std::string& text) const {
    std::ofstream{directory / "file"} << text;
    return directory / "file";
  }

  std::filesystem::path directory =
      std::filesystem::temp_directory_path() / ("subd-token-source-" + std::to_string(::getpid()));
};

TEST_F(TokenSourceTest, HmacIsThatOfTheStandard) {
  // RFC 4231, test case 2.
  EXPECT_EQ(base64url(hmac_sha256("Jefe", "what do ya want for nothing?")),
            "W9zBRr9gdU5qBCQmCJV1x1oAPwidJzmDnexYuWTsOEM");
}

TEST_F(TokenSourceTest, Base64UrlHasNoPaddingAndItsOwnAlphabet) {
  EXPECT_EQ(base64url(""), "");
  EXPECT_EQ(base64url("f"), "Zg");
  EXPECT_EQ(base64url("foob"), "Zm9vYg");
  EXPECT_EQ(base64url("\xfb\xff\xfe"), "-__-");
}

TEST_F(TokenSourceTest, SecretFileLosesOneLineEnd) {
  const auto source = secret_token_source(file("secret\n\n"));
  ASSERT_TRUE(source);
  const auto token = (*source)->token("alice@example.com", "tab1", "");
  ASSERT_TRUE(token);
  const auto dot = token->token.rfind('.');
  EXPECT_EQ(token->token.substr(dot + 1), base64url(hmac_sha256("secret\n", token->token.substr(0, dot))));
  EXPECT_EQ(token->user, "alice@example.com");
  EXPECT_TRUE((*source)->expired_token());
}

TEST_F(TokenSourceTest, FileMapsUsersOntoItsOwn) {
  const auto source = file_token_source(file("# users\n\nann t1\nben t2\nann t3\n"));
  ASSERT_TRUE(source) << source.error().text;
  EXPECT_EQ((*source)->token("alice", "", "")->token, "t1");
  EXPECT_EQ((*source)->token("alice", "", "")->token, "t3");
  EXPECT_EQ((*source)->token("bob", "", "")->user, "ben");
  EXPECT_EQ((*source)->token("alice", "", "")->user, "ann");
  EXPECT_NE((*source)->token("carol", "", "").error().text.find("3 users"), std::string::npos);
}

TEST_F(TokenSourceTest, FileMistakesNameTheLine) {
  EXPECT_NE(file_token_source(file("ann t1\nben\n")).error().text.find(":2:"), std::string::npos);
  EXPECT_NE(file_token_source(file("a b c\n")).error().text.find(":1:"), std::string::npos);
  EXPECT_NE(file_token_source(file("\n")).error().text.find("no token"), std::string::npos);
  EXPECT_NE(secret_token_source(directory / "none").error().text.find("No such file"), std::string::npos);
}

TEST_F(TokenSourceTest, NoForgedTokenEqualsTheValidOne) {
  const std::string valid = mint_token("secret", "alice", "", "", std::chrono::hours{1});
  const auto forged = forged_tokens(valid);
  EXPECT_EQ(forged.size(), 4U);
  for (const auto& [name, token] : forged) {
    EXPECT_NE(token, valid) << name;
    const auto dot = token.rfind('.');
    if (dot == std::string::npos) continue;
    EXPECT_NE(token.substr(dot + 1), base64url(hmac_sha256("secret", token.substr(0, dot)))) << name;
  }
}

}  // namespace
}  // namespace subd::probe
