#include "store/api_key_store.hpp"

#include <gtest/gtest.h>

#include "support/temporary_directory.hpp"

namespace subd::store {
namespace {

ApiKey key(unsigned char first, std::int64_t created_ms) {
  ApiKey out;
  out.hash.fill(0);  // zeros are bytes like others
  out.hash[0] = first;
  out.salt = std::string{"\0salt", 5};
  out.hint = "abcd";
  out.user = "feeder@example.com";
  out.role = "publisher";
  out.name = "the feed handler";
  out.created = base::UtcTime{std::chrono::milliseconds{created_ms}};
  return out;
}

class ApiKeyStoreTest : public testing::Test {
 protected:
  ApiKeyStoreTest() : database{*Database::open(directory.file("subd.db"))}, keys{database} {}

  subd::test::TemporaryDirectory directory;
  Database database;
  ApiKeyStore keys;
};

TEST_F(ApiKeyStoreTest, GivesBackEveryFieldOldestFirst) {
  ASSERT_TRUE(keys.add(key(7, 2000)));
  ASSERT_TRUE(keys.add(key(9, 1000)));
  const auto all = keys.all();
  ASSERT_TRUE(all);
  ASSERT_EQ(all->size(), 2U);
  EXPECT_EQ(all->at(0).hash, key(9, 0).hash);
  EXPECT_EQ(all->at(0).created, key(9, 1000).created);
  EXPECT_EQ(all->at(1).salt, key(7, 0).salt);
  EXPECT_EQ(all->at(1).hint, "abcd");
  EXPECT_EQ(all->at(1).user, "feeder@example.com");
  EXPECT_EQ(all->at(1).role, "publisher");
  EXPECT_EQ(all->at(1).name, "the feed handler");
}

TEST_F(ApiKeyStoreTest, RemovesAKeyOnceAndNoOther) {
  ASSERT_TRUE(keys.add(key(7, 1000)));
  ASSERT_TRUE(keys.add(key(9, 1000)));
  EXPECT_TRUE(*keys.remove(key(7, 0).hash));
  EXPECT_FALSE(*keys.remove(key(7, 0).hash));
  EXPECT_EQ(keys.all()->size(), 1U);
}

TEST_F(ApiKeyStoreTest, RefusesTheSameHashTwice) {
  ASSERT_TRUE(keys.add(key(7, 1000)));
  EXPECT_FALSE(keys.add(key(7, 2000)));
  EXPECT_EQ(keys.all()->size(), 1U);
}

}  // namespace
}  // namespace subd::store
