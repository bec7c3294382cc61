#include "store/revocation_store.hpp"

#include <gtest/gtest.h>

#include "support/temporary_directory.hpp"

namespace subd::store {
namespace {

constexpr base::UtcTime kNow{std::chrono::seconds{1'700'000'000}};

TEST(RevocationStore, KeepsOneOfEachNameAndTheNewestMoment) {
  const subd::test::TemporaryDirectory directory;
  Database database{*Database::open(directory.file("subd.db"))};
  RevocationStore revocations{database};
  ASSERT_TRUE(revocations.put({"user", "alice", kNow}));
  ASSERT_TRUE(revocations.put({"jti", "alice", kNow + std::chrono::hours{1}}));
  ASSERT_TRUE(revocations.put({"user", "alice", kNow + std::chrono::hours{2}}));
  const auto all = revocations.all();
  ASSERT_TRUE(all);
  ASSERT_EQ(all->size(), 2U);
  EXPECT_EQ(all->at(0).kind, "jti");
  EXPECT_EQ(all->at(1).kind, "user");
  EXPECT_EQ(all->at(1).value, "alice");
  EXPECT_EQ(all->at(1).at, kNow + std::chrono::hours{2});
}

}  // namespace
}  // namespace subd::store
