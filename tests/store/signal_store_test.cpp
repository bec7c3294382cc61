#include "store/signal_store.hpp"

#include <gtest/gtest.h>

#include "support/temporary_directory.hpp"

namespace subd::store {
namespace {

constexpr base::UtcTime kNow{std::chrono::seconds{1'700'000'000}};

OfferedSignal offered(const std::string& id, bool premium = false, const std::string& members = "m") {
  return {id, premium, std::nullopt, members};
}

class SignalStoreTest : public testing::Test {
 protected:
  /// One request; its outcomes.
  std::vector<SignalOutcome> add(std::vector<OfferedSignal> batch, base::UtcTime now = kNow) {
    std::vector<SignalRequest> requests{{std::move(batch), {}}};
    const auto stored = signals.add(requests, now);
    EXPECT_TRUE(stored);
    added = stored ? *stored : std::vector<StoredSignal>{};
    return requests[0].outcomes;
  }
  std::vector<std::string> ids(const Result<std::vector<StoredSignal>>& rows) {
    std::vector<std::string> out;
    for (const StoredSignal& row : *rows) out.push_back(row.id);
    return out;
  }

  using Ids = std::vector<std::string>;
  using Outcomes = std::vector<SignalOutcome>;
  subd::test::TemporaryDirectory directory;
  Database database{*Database::open(directory.file("subd.db"))};
  SignalStore signals{database};
  std::vector<StoredSignal> added;
};

TEST_F(SignalStoreTest, GivesBackEveryField) {
  EXPECT_EQ(add({{"a", true, kNow - std::chrono::hours{1}, "x"}}), Outcomes{SignalOutcome::Stored});
  const auto all = signals.newest(true, 10);
  ASSERT_EQ(all->size(), 1U);
  const StoredSignal& one = all->front();
  EXPECT_EQ(one.position, added.at(0).position);
  EXPECT_EQ(one.id, "a");
  EXPECT_TRUE(one.premium);
  EXPECT_EQ(one.created, kNow - std::chrono::hours{1});
  EXPECT_EQ(one.members, "x");
}

TEST_F(SignalStoreTest, ARepeatIsADuplicateWhateverTimeItCame) {
  add({offered("a")});
  EXPECT_EQ(add({offered("a")}, kNow + std::chrono::hours{1}), Outcomes{SignalOutcome::Duplicate});
  EXPECT_TRUE(added.empty());
  EXPECT_EQ(signals.newest(true, 10)->front().created, kNow);
}

TEST_F(SignalStoreTest, AnotherSignalOfTheSameIdIsAConflict) {
  add({offered("a")});
  EXPECT_EQ(add({offered("a", false, "other")}), Outcomes{SignalOutcome::Conflict});
  EXPECT_EQ(add({{"a", false, kNow + std::chrono::seconds{1}, "m"}}), Outcomes{SignalOutcome::Conflict});
}

TEST_F(SignalStoreTest, AConflictLeavesNothingOfItsRequestBehindAndTheOthersAlone) {
  add({offered("a")});
  std::vector<SignalRequest> requests{
      {{offered("b")}, {}}, {{offered("c"), offered("a", false, "other")}, {}}, {{offered("d")}, {}}};
  ASSERT_TRUE(signals.add(requests, kNow));
  EXPECT_FALSE(requests[0].conflicts());
  EXPECT_TRUE(requests[1].conflicts());
  EXPECT_EQ(ids(signals.newest(true, 10)), (Ids{"a", "b", "d"}));
}

TEST_F(SignalStoreTest, TwinsWithinARequestAreLookedAtToo) {
  EXPECT_EQ(add({offered("a"), offered("a")}), (Outcomes{SignalOutcome::Stored, SignalOutcome::Duplicate}));
  EXPECT_EQ(add({offered("b"), offered("b", false, "other")}),
            (Outcomes{SignalOutcome::Stored, SignalOutcome::Conflict}));
  EXPECT_EQ(ids(signals.newest(true, 10)), Ids{"a"});
}

TEST_F(SignalStoreTest, PagesGoOnBehindAPosition) {
  add({offered("a"), offered("b", true), offered("c"), offered("d")});
  const auto position = signals.position_of("a");
  ASSERT_TRUE(position && *position);
  EXPECT_EQ(ids(signals.after(**position, true, 2)), (Ids{"b", "c"}));
  EXPECT_EQ(ids(signals.after(**position, false, 2)), (Ids{"c", "d"}));
  EXPECT_EQ(ids(signals.newest(false, 2)), (Ids{"c", "d"}));
  EXPECT_EQ(*signals.position_of("nothing"), std::nullopt);
}

TEST_F(SignalStoreTest, APositionIsNeverGivenTwice) {
  add({offered("a")});
  const std::uint64_t first = added.at(0).position;
  EXPECT_EQ(*signals.forget(kNow + std::chrono::hours{1}), 1U);
  add({offered("a")});
  EXPECT_GT(added.at(0).position, first);
}

}  // namespace
}  // namespace subd::store
