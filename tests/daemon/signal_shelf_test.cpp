#include "daemon/signal_shelf.hpp"

#include <gtest/gtest.h>

#include "support/temporary_directory.hpp"

namespace subd::daemon {
namespace {

using Ids = std::vector<std::string>;

class SignalShelfTest : public testing::Test {
 protected:
  void add(SignalShelf& shelf, const std::string& id, bool premium = false) {
    std::vector<store::SignalRequest> requests{{{{id, premium, std::nullopt, "\"id\":\"" + id + "\""}}, {}}};
    static_cast<void>(shelf.add(*store::SignalStore{database}.add(requests, base::UtcTime{})));
  }
  static Ids ids(const store::Result<std::vector<wire::SignalPtr>>& signals) {
    Ids out;
    for (const wire::SignalPtr& signal : *signals) out.push_back(signal->id);
    return out;
  }
  std::uint64_t position(const SignalShelf& shelf, const std::string& id) {
    return shelf.position_of(database, id)->value();
  }

  subd::test::TemporaryDirectory directory;
  store::Database database{*store::Database::open(directory.file("subd.db"))};
};

TEST_F(SignalShelfTest, AnswersTheSameFromMemoryAndFromTheDatabase) {
  SignalShelf large{100};
  SignalShelf small{2};
  ASSERT_TRUE(large.load(database));
  ASSERT_TRUE(small.load(database));
  for (const char* id : {"a", "b", "c", "d", "e"}) add(large, id, *id == 'd');
  ASSERT_TRUE(SignalShelf{2}.load(database));
  SignalShelf restarted{2};
  ASSERT_TRUE(restarted.load(database));
  for (const char* id : {"a", "b", "c", "d", "e"}) {
    const std::uint64_t from = position(large, id);
    EXPECT_EQ(position(restarted, id), from);
    for (const bool premium : {false, true}) {
      EXPECT_EQ(ids(restarted.after(database, from, premium, 3)), ids(large.after(database, from, premium, 3))) << id;
    }
  }
  EXPECT_EQ(ids(restarted.newest(database, false, 3)), (Ids{"b", "c", "e"}));
  EXPECT_EQ(ids(large.newest(database, false, 3)), (Ids{"b", "c", "e"}));
}

TEST_F(SignalShelfTest, TheBytesInMemoryAreSharedByAllWhoAsk) {
  SignalShelf shelf{10};
  ASSERT_TRUE(shelf.load(database));
  add(shelf, "a");
  const auto one = shelf.newest(database, true, 1);
  const auto other = shelf.newest(database, true, 1);
  EXPECT_EQ(one->front().get(), other->front().get());
}

TEST_F(SignalShelfTest, AnIdThatNobodyStoredHasNoPosition) {
  SignalShelf shelf{2};
  ASSERT_TRUE(shelf.load(database));
  EXPECT_FALSE(shelf.position_of(database, "a")->has_value());
  for (const char* id : {"a", "b", "c"}) add(shelf, id);
  EXPECT_TRUE(shelf.position_of(database, "a")->has_value()) << "it is in the database alone";
}

}  // namespace
}  // namespace subd::daemon
