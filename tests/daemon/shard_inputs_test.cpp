#include "daemon/shard_inputs.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "support/fake_clock.hpp"

namespace subd::daemon {
namespace {

using market::InstrumentId;
using std::chrono::milliseconds;

constexpr base::UtcTime kSecond{std::chrono::seconds{1'700'000'000}};

/// Two shards that only write down what comes.
class ShardInputsTest : public testing::Test {
 protected:
  ShardInputsTest() {
    for (int i = 0; i < 16; ++i) {
      market::Instrument instrument;
      instrument.symbol = "SYMBOL" + std::to_string(i);
      table.add(instrument);
    }
    map.emplace(table, 2);
    inputs.emplace(*map, std::vector<Backlog*>{&backlogs[0], &backlogs[1]}, clock,
                   [this](std::size_t shard, ShardBatch batch) { delivered[shard].push_back(std::move(batch)); });
    while ((*map)[of[0]] != 0) of[0] = InstrumentId{static_cast<std::uint32_t>(of[0]) + 1};
    while ((*map)[of[1]] != 1) of[1] = InstrumentId{static_cast<std::uint32_t>(of[1]) + 1};
  }

  void tick(InstrumentId instrument, double price = 1) {
    market::Tick tick;
    tick.instrument = instrument;
    tick.time = kSecond;
    tick.last_price = price;
    const market::Quote quote;
    tick.quote = &quote;
    inputs->on_tick(tick);
  }

  test::FakeClock clock;
  market::InstrumentTable table;
  std::optional<ShardMap> map;
  Backlog backlogs[2];
  std::optional<ShardInputs> inputs;
  std::vector<ShardBatch> delivered[2];
  InstrumentId of[2]{};  // one that the shard has
};

TEST_F(ShardInputsTest, EachShardGetsItsOwnInOrderAndMarketTimeGoesToBoth) {
  tick(of[0], 1);
  tick(of[1], 2);
  inputs->on_market_time(kSecond, 1);
  inputs->on_bar(of[0], market::Timeframe::Min1, {});
  tick(of[0], 3);
  EXPECT_TRUE(delivered[0].empty());
  inputs->send();
  ASSERT_EQ(delivered[0].size(), 1U);
  ASSERT_EQ(delivered[1].size(), 1U);
  const ShardBatch& first = delivered[0].front();
  ASSERT_EQ(first.size(), 4U);
  EXPECT_EQ(std::get<market::Tick>(first[0]).last_price, 1);
  EXPECT_EQ(std::get<market::Tick>(first[0]).quote, nullptr);
  EXPECT_EQ(std::get<TimeInput>(first[1]).time, kSecond);
  EXPECT_EQ(std::get<TimeInput>(first[1]).clock, 1U);
  EXPECT_EQ(std::get<BarInput>(first[2]).timeframe, market::Timeframe::Min1);
  EXPECT_EQ(std::get<market::Tick>(first[3]).last_price, 3);
  const ShardBatch& second = delivered[1].front();
  ASSERT_EQ(second.size(), 2U);
  EXPECT_EQ(std::get<market::Tick>(second[0]).last_price, 2);
  EXPECT_EQ(std::get<TimeInput>(second[1]).time, kSecond);
}

TEST_F(ShardInputsTest, MarketTimeAloneWaitsUntilASecondBeginsOrTheLongestWait) {
  inputs->on_market_time(kSecond);
  inputs->send();
  ASSERT_EQ(delivered[0].size(), 1U);  // the first second
  inputs->on_market_time(kSecond + milliseconds{10});
  inputs->send();
  EXPECT_EQ(delivered[0].size(), 1U);
  inputs->on_market_time(kSecond + milliseconds{1000});
  inputs->send();
  ASSERT_EQ(delivered[0].size(), 2U);
  EXPECT_EQ(delivered[0].back().size(), 2U);  // with what waited, in order
  clock.advance(ShardInputs::kLongestHeld);
  inputs->send();
  ASSERT_EQ(delivered[0].size(), 3U);  // nothing to tell, and still a turn
  EXPECT_TRUE(delivered[0].back().empty());
}

TEST_F(ShardInputsTest, ATickTakesTheTimeThatWaitedWithIt) {
  inputs->on_market_time(kSecond);
  inputs->send();
  inputs->on_market_time(kSecond + milliseconds{10});
  tick(of[1]);
  inputs->send();
  EXPECT_EQ(delivered[0].size(), 1U);
  ASSERT_EQ(delivered[1].size(), 2U);
  EXPECT_EQ(delivered[1].back().size(), 2U);
  inputs->send_all_to(0);
  ASSERT_EQ(delivered[0].size(), 2U);
  EXPECT_EQ(delivered[0].back().size(), 1U);
  inputs->send_all_to(0);
  EXPECT_EQ(delivered[0].size(), 2U);
}

TEST_F(ShardInputsTest, AFeedAtFullSpeedIsHeldBackByTheSlowestShardAndLosesNothing) {
  std::size_t sent = 0;
  std::size_t most_waiting = 0;
  std::vector<double> taken;
  bool asked_for_wake = false;
  while (sent < 1000) {
    if (inputs->can_take()) {
      tick(of[0], static_cast<double>(sent++));
      inputs->send();
      most_waiting = std::max(most_waiting, delivered[0].size());
      continue;
    }
    // The shard takes the oldest; the first time it does, it has to wake the feed.
    taken.push_back(std::get<market::Tick>(delivered[0].front().front()).last_price);
    delivered[0].erase(delivered[0].begin());
    asked_for_wake = backlogs[0].done();
    EXPECT_TRUE(asked_for_wake);
    EXPECT_TRUE(inputs->can_take());
  }
  EXPECT_EQ(most_waiting, Backlog::kMost);
  for (const ShardBatch& batch : delivered[0]) taken.push_back(std::get<market::Tick>(batch.front()).last_price);
  ASSERT_EQ(taken.size(), 1000U);
  EXPECT_TRUE(std::is_sorted(taken.begin(), taken.end()));
}

TEST_F(ShardInputsTest, AShardThatIsNotWaitedForWakesNobody) {
  tick(of[0]);
  inputs->send();
  EXPECT_TRUE(inputs->can_take());
  EXPECT_FALSE(backlogs[0].done());
}

}  // namespace
}  // namespace subd::daemon
