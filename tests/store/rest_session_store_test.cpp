#include "store/rest_session_store.hpp"

#include <gtest/gtest.h>

#include "support/temporary_directory.hpp"

namespace subd::store {
namespace {

RestSessionRow session(const std::string& user, const std::string& id, std::int64_t used_ms) {
  return {user,
          id,
          base::UtcTime{std::chrono::milliseconds{used_ms}},
          {{"TCS", "5min", {"RSI_14_100", "PSAR_0.02_0.2"}}, {"NIFTY50", "1s", {}}}};
}

class RestSessionStoreTest : public testing::Test {
 protected:
  RestSessionStoreTest() : database{*Database::open(directory.file("subd.db"))}, sessions{database} {}

  subd::test::TemporaryDirectory directory;
  Database database;
  RestSessionStore sessions;
};

TEST_F(RestSessionStoreTest, GivesBackEveryFieldTheLongestUnusedFirst) {
  ASSERT_TRUE(sessions.put(session("alice", "tab", 2000)));
  ASSERT_TRUE(sessions.put(session("bob", "tab", 1000)));
  const auto all = sessions.all();
  ASSERT_TRUE(all);
  ASSERT_EQ(all->size(), 2U);
  EXPECT_EQ(all->at(0).user, "bob");
  EXPECT_EQ(all->at(1).user, "alice");
  EXPECT_EQ(all->at(1).session, "tab");
  EXPECT_EQ(all->at(1).used, session("", "", 2000).used);
  ASSERT_EQ(all->at(1).streams.size(), 2U);
  EXPECT_EQ(all->at(1).streams[0].symbol, "TCS");
  EXPECT_EQ(all->at(1).streams[0].timeframe, "5min");
  EXPECT_EQ(all->at(1).streams[0].indicators, (std::vector<std::string>{"RSI_14_100", "PSAR_0.02_0.2"}));
  EXPECT_TRUE(all->at(1).streams[1].indicators.empty());
}

TEST_F(RestSessionStoreTest, TheNewestTakesThePlaceOfTheOneBefore) {
  ASSERT_TRUE(sessions.put(session("alice", "tab", 1000)));
  RestSessionRow less = session("alice", "tab", 3000);
  less.streams.pop_back();
  ASSERT_TRUE(sessions.put(less));
  const auto all = sessions.all();
  ASSERT_TRUE(all);
  ASSERT_EQ(all->size(), 1U);
  EXPECT_EQ(all->front().used, less.used);
  EXPECT_EQ(all->front().streams.size(), 1U);
}

TEST_F(RestSessionStoreTest, WithoutStreamsThereIsNoSessionAndNoOtherIsTouched) {
  ASSERT_TRUE(sessions.put(session("alice", "tab", 1000)));
  ASSERT_TRUE(sessions.put(session("bob", "tab", 1000)));
  ASSERT_TRUE(sessions.put({"alice", "tab", {}, {}}));
  ASSERT_TRUE(sessions.put({"carol", "tab", {}, {}}));
  const auto all = sessions.all();
  ASSERT_TRUE(all);
  ASSERT_EQ(all->size(), 1U);
  EXPECT_EQ(all->front().user, "bob");
}

TEST_F(RestSessionStoreTest, UsersAndSessionsThatReadTheSameTogetherStayApart) {
  ASSERT_TRUE(sessions.put(session("a_b", "c", 1000)));
  ASSERT_TRUE(sessions.put(session("a", "b_c", 1000)));
  EXPECT_EQ(sessions.all()->size(), 2U);
}

}  // namespace
}  // namespace subd::store
