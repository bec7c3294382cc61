#include "server/kite_login.hpp"

#include <gtest/gtest.h>

#include <string>

#include "support/fake_clock.hpp"
#include "support/test_tokens.hpp"

namespace subd::server {
namespace {

const std::string kClientKey = "subd_client-key";
const std::string kPublisherKey = "subd_publisher-key";

class KiteLogin : public testing::Test {
 protected:
  /// The user, or the refusal.
  std::string login(const std::string& query) {
    const auto principal = kite_login("/kite/" + query, verifier, keys, clock.utc_now());
    return principal ? principal->user_id : principal.error().message;
  }
  std::string token() { return test::test_token("alice", clock.utc_now()); }

  test::FakeClock clock;
  auth::JwtVerifier verifier = test::test_verifier();
  auth::ApiKeySet keys{{{auth::api_key_digest(kClientKey), "bot", auth::Role::Client},
                        {auth::api_key_digest(kPublisherKey), "desk", auth::Role::Publisher}}};
};

TEST_F(KiteLogin, ATokenSaysWhoInAnyOrderOfTheParameters) {
  EXPECT_EQ(login("?api_key=any&access_token=" + token()), "alice");
  EXPECT_EQ(login("?access_token=" + token() + "&uid=1700000000000&api_key=any"), "alice");
}

TEST_F(KiteLogin, AnApiKeyServesAsToken) {
  EXPECT_EQ(login("?api_key=any&access_token=" + kClientKey), "bot");
  EXPECT_EQ(login("?api_key=any&access_token=" + kPublisherKey), "access_token is no API key of role client");
  EXPECT_EQ(login("?api_key=any&access_token=subd_unknown"), "access_token is no API key of role client");
}

TEST_F(KiteLogin, BothParametersHaveToBeThere) {
  EXPECT_EQ(login(""), "api_key is missing");
  EXPECT_EQ(login("?api_key=&access_token=" + token()), "api_key is missing");
  EXPECT_EQ(login("?api_key=any"), "access_token is missing");
}

TEST_F(KiteLogin, AnApiKeyOfSubdHasToBeOne) {
  EXPECT_EQ(login("?api_key=" + kClientKey + "&access_token=" + token()), "alice");
  EXPECT_EQ(login("?api_key=subd_unknown&access_token=" + token()), "api_key is no API key of role client");
}

TEST_F(KiteLogin, ATokenThatDoesNotHoldIsRefused) {
  const std::string old = token();
  clock.advance(std::chrono::hours{2});
  EXPECT_EQ(login("?api_key=any&access_token=" + old).substr(0, 14), "access_token: ");
  EXPECT_EQ(login("?api_key=any&access_token=nonsense").substr(0, 14), "access_token: ");
}

}  // namespace
}  // namespace subd::server
