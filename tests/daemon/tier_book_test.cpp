#include "daemon/tier_book.hpp"

#include <gtest/gtest.h>

#include "store/user_store.hpp"
#include "support/fake_clock.hpp"
#include "support/temporary_directory.hpp"

namespace subd::daemon {
namespace {

class TierBookTest : public testing::Test {
 protected:
  void store_tier(const std::string& user, const std::string& tier) {
    ASSERT_TRUE(store::UserStore{database}.set_tier({user, tier, clock.utc_now()}));
  }
  void read(std::vector<std::string> users) { ASSERT_TRUE(book.read(database, users)); }

  subd::test::TemporaryDirectory directory;
  subd::test::FakeClock clock;
  store::Database database{*store::Database::open(directory.file("subd.db"))};
  SignalCounters counters;
  TierBook book{clock, std::chrono::seconds{30}, counters};
};

TEST_F(TierBookTest, KnowsAlsoThatAUserHasNoTier) {
  EXPECT_FALSE(book.knows("alice"));
  read({"alice"});
  EXPECT_TRUE(book.knows("alice"));
  EXPECT_EQ(book.stored("alice"), std::nullopt);
}

TEST_F(TierBookTest, AsksOnceForAllAndForEachOfThemOnce) {
  store_tier("bob", "PROFESSIONAL");
  read({"alice", "bob", "alice"});
  EXPECT_EQ(counters.tier_queries, 1U);
  EXPECT_EQ(counters.tiers_read, 2U);
  EXPECT_EQ(book.stored("bob"), auth::Tier::Professional);
}

TEST_F(TierBookTest, AsksAgainOnlyForWhatIsOld) {
  read({"alice"});
  clock.advance(std::chrono::seconds{20});
  read({"bob"});
  store_tier("alice", "INSTITUTIONAL");
  clock.advance(std::chrono::seconds{10});
  read({"alice", "bob"});
  EXPECT_EQ(counters.tiers_read, 3U);
  EXPECT_EQ(book.stored("alice"), auth::Tier::Institutional);
}

TEST_F(TierBookTest, ATierThatWasSetNeedsNoQuestion) {
  book.set("alice", auth::Tier::Professional);
  read({"alice"});
  EXPECT_EQ(counters.tier_queries, 0U);
  EXPECT_EQ(book.stored("alice"), auth::Tier::Professional);
}

TEST_F(TierBookTest, ForgetsWhoIsNotNeededAnyMore) {
  read({"alice"});
  clock.advance(std::chrono::seconds{120});
  read({"bob"});
  EXPECT_FALSE(book.knows("alice"));
}

TEST_F(TierBookTest, ATierOfANewerSubdCountsAsNone) {
  store_tier("alice", "PLATINUM");
  read({"alice"});
  EXPECT_EQ(book.stored("alice"), std::nullopt);
}

}  // namespace
}  // namespace subd::daemon
