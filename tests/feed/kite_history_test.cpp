#include "feed/kite_history.hpp"

#include <gtest/gtest.h>

#include <utility>

#include "market/calendar_set.hpp"
#include "support/fake_clock.hpp"

namespace subd::feed {
namespace {

using namespace std::chrono_literals;
using market::Timeframe;

constexpr std::string_view kOneCandle = R"({"data":{"candles":[["2019-12-04T09:15:00+0530",100,110,90,105,1000]]}})";

class KiteHistoryTest : public testing::Test {
 protected:
  using Done = std::function<void(KiteHistory::Answer)>;

  bool ask(std::uint32_t instrument, Timeframe timeframe = Timeframe::Min1) {
    return history.ask({market::InstrumentId{instrument}, instrument << 8 | 1, timeframe, 100, &calendar},
                       [this, instrument] { told.push_back(instrument); });
  }
  std::vector<market::Bar> take(std::uint32_t instrument, Timeframe timeframe = Timeframe::Min1) {
    return history.take(market::InstrumentId{instrument}, timeframe);
  }
  void run_for(std::chrono::milliseconds time) {
    for (auto waited = 0ms; waited < time; waited += 10ms) {
      history.step();
      clock.advance(10ms);
    }
  }

  const market::TradingCalendar& calendar = market::builtin_calendars().of("NSE");
  test::FakeClock clock;
  std::vector<std::pair<std::string, Done>> sent;
  std::vector<std::uint32_t> told;
  KiteHistory history{clock, [this](const std::string& target, Done done) { sent.emplace_back(target, done); }};
};

TEST_F(KiteHistoryTest, GivesWhatWasFetchedOnce) {
  EXPECT_FALSE(ask(1));
  history.step();
  ASSERT_EQ(sent.size(), 1U);
  EXPECT_TRUE(sent[0].first.starts_with("/instruments/historical/257/minute?from="));
  EXPECT_TRUE(take(1).empty()) << "before it is there";
  sent[0].second({200, std::string{kOneCandle}, {}});
  EXPECT_EQ(told, std::vector<std::uint32_t>{1});
  EXPECT_TRUE(ask(1)) << "it is at hand now";
  const auto bars = take(1);
  ASSERT_EQ(bars.size(), 1U);
  EXPECT_EQ(bars[0].close, 105);
  EXPECT_TRUE(take(1).empty());
}

TEST_F(KiteHistoryTest, WhoAsksForTheSameIsToldTogether) {
  EXPECT_FALSE(ask(1));
  EXPECT_FALSE(ask(1));
  EXPECT_FALSE(ask(1, Timeframe::Min5));
  run_for(1s);
  EXPECT_EQ(sent.size(), 2U);
  sent[0].second({200, std::string{kOneCandle}, {}});
  EXPECT_EQ(told, (std::vector<std::uint32_t>{1, 1}));
}

TEST_F(KiteHistoryTest, SendsThreeRequestsASecondAtMost) {
  for (std::uint32_t i = 0; i < 20; ++i) EXPECT_FALSE(ask(i));
  for (std::size_t second = 1; second <= 2; ++second) {
    run_for(1s);
    EXPECT_EQ(sent.size(), 3 * second);
  }
}

TEST_F(KiteHistoryTest, NobodyWaitsLongerThanItsPatience) {
  for (std::uint32_t i = 0; i < 20; ++i) EXPECT_FALSE(ask(i));
  run_for(1s);
  for (auto& [target, done] : std::exchange(sent, {})) done({200, std::string{kOneCandle}, {}});
  EXPECT_EQ(told.size(), 3U);
  run_for(KiteHistory::kPatience - 1s + 10ms);
  EXPECT_EQ(told.size(), 20U);
  EXPECT_EQ(history.counters().late, 17U);
  EXPECT_TRUE(take(19).empty());
}

TEST_F(KiteHistoryTest, ALateAnswerIsDropped) {
  EXPECT_FALSE(ask(1));
  run_for(KiteHistory::kPatience + 10ms);
  ASSERT_EQ(told.size(), 1U);
  sent[0].second({200, std::string{kOneCandle}, {}});
  EXPECT_EQ(told.size(), 1U);
  EXPECT_TRUE(take(1).empty());
}

TEST_F(KiteHistoryTest, AServerThatIsGoneDelaysOnlyTheFirst) {
  EXPECT_FALSE(ask(1));
  EXPECT_FALSE(ask(2));
  history.step();
  sent[0].second({0, {}, "connection refused"});
  EXPECT_EQ(told, (std::vector<std::uint32_t>{1, 2}));
  EXPECT_TRUE(ask(3)) << "nothing is asked for a while";
  EXPECT_TRUE(take(3).empty());
  run_for(KiteHistory::kCoolDown);
  EXPECT_FALSE(ask(4));
  history.step();
  EXPECT_EQ(sent.size(), 2U);
  EXPECT_EQ(history.counters().failures, 1U);
}

TEST_F(KiteHistoryTest, AnErrorOfOneInstrumentIsNoneOfTheOthers) {
  EXPECT_FALSE(ask(1));
  EXPECT_FALSE(ask(2));
  history.step();
  sent[0].second({400, R"({"status":"error","message":"invalid token"})", {}});
  EXPECT_EQ(told, std::vector<std::uint32_t>{1});
  run_for(500ms);
  ASSERT_EQ(sent.size(), 2U);
  sent[1].second({200, std::string{kOneCandle}, {}});
  EXPECT_EQ(take(2).size(), 1U);
}

TEST_F(KiteHistoryTest, WhoIsToldMayTakeAndAskAgain) {
  bool again = false;
  const KiteHistory::Query query{market::InstrumentId{7}, 0x701, Timeframe::Min1, 100, &calendar};
  EXPECT_FALSE(history.ask(query, [&] {
    EXPECT_EQ(history.take(query.instrument, query.timeframe).size(), 1U);
    again = history.ask(query, {});
  }));
  history.step();
  sent[0].second({200, std::string{kOneCandle}, {}});
  EXPECT_FALSE(again) << "it was taken, so it has to be fetched again";
  run_for(500ms);
  EXPECT_EQ(sent.size(), 2U);
}

TEST_F(KiteHistoryTest, WhatNobodyTakesIsForgotten) {
  EXPECT_FALSE(ask(1));
  history.step();
  sent[0].second({200, std::string{kOneCandle}, {}});
  run_for(KiteHistory::kPatience + KiteHistory::kKept + 10ms);
  EXPECT_TRUE(take(1).empty());
  EXPECT_FALSE(ask(1));
}

}  // namespace
}  // namespace subd::feed
