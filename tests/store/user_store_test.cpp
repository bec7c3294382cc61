#include "store/user_store.hpp"

#include <gtest/gtest.h>

#include "support/temporary_directory.hpp"

namespace subd::store {
namespace {

constexpr base::UtcTime kNow{std::chrono::seconds{1'700'000'000}};

class UserStoreTest : public testing::Test {
 protected:
  subd::test::TemporaryDirectory directory;
  Database database{*Database::open(directory.file("subd.db"))};
  UserStore users{database};
};

TEST_F(UserStoreTest, ATierTakesThePlaceOfTheOneBefore) {
  ASSERT_TRUE(users.set_tier({"alice", "STARTER", kNow}));
  ASSERT_TRUE(users.set_tier({"alice", "PROFESSIONAL", kNow + std::chrono::hours{1}}));
  const auto all = users.all();
  ASSERT_TRUE(all);
  ASSERT_EQ(all->size(), 1U);
  EXPECT_EQ(all->front().tier, "PROFESSIONAL");
  EXPECT_EQ(all->front().changed, kNow + std::chrono::hours{1});
}

TEST_F(UserStoreTest, FindsTheKnownOnesAmongMany) {
  ASSERT_TRUE(users.set_tier({"user 7", "STARTER", kNow}));
  ASSERT_TRUE(users.set_tier({"O'Brien \"x\"", "PROFESSIONAL", kNow}));
  std::vector<std::string> wanted{"O'Brien \"x\""};
  for (int i = 0; i < 50'000; ++i) wanted.push_back("user " + std::to_string(i));
  const auto found = users.find(wanted);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->size(), 2U);
  EXPECT_TRUE(users.find({})->empty());
}

}  // namespace
}  // namespace subd::store
