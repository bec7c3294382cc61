#include "store/recorder.hpp"

#include <SQLiteCpp/Database.h>
#include <gtest/gtest.h>

#include "sample_bars.hpp"
#include "support/temporary_directory.hpp"

namespace subd::store {
namespace {

using market::Timeframe;
using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using test::kStart;

/// 09:15 and 15:30 in India on that Monday.
constexpr base::UtcTime kOpen = kStart + hours{3} + minutes{45};
constexpr base::UtcTime kClose = kStart + hours{10};

class RecorderTest : public testing::Test {
 protected:
  RecorderTest() : database{*Database::open(directory.file("subd.db"))} { restart(); }

  void restart() { recorder.emplace("market", test::sample_instruments(), market::builtin_calendars()); }
  Recorder::Written write(const std::vector<ClosedBar>& bars) {
    const auto written = recorder->write(database, bars);
    EXPECT_TRUE(written) << written.error().message;
    return *written;
  }
  std::vector<Gap> gaps(Timeframe timeframe, const std::string& symbol = "BTC") {
    return *BarStore{database}.gaps({"market", symbol, timeframe});
  }
  /// `count` bars from `start` on, watched since `since`.
  static std::vector<ClosedBar> seconds_from(base::UtcTime start, std::size_t count, base::UtcTime since) {
    return test::closed(test::bars_from(start, count, Timeframe::S1), Timeframe::S1, since);
  }
  static std::vector<ClosedBar> nse_minutes(base::UtcTime start, std::size_t count, base::UtcTime since) {
    return test::closed(test::bars_from(start, count, Timeframe::Min1), Timeframe::Min1, since, 1);
  }

  subd::test::TemporaryDirectory directory;
  Database database;
  std::optional<Recorder> recorder;
};

TEST_F(RecorderTest, WritesABatchOfManyStreams) {
  auto batch = seconds_from(kStart, 3, kStart);
  const auto more = nse_minutes(kOpen, 2, kOpen);
  batch.insert(batch.end(), more.begin(), more.end());
  EXPECT_EQ(write(batch).bars, 5u);
  EXPECT_EQ(*BarStore{database}.count({"market", "BTC", Timeframe::S1}, {}), 3u);
  EXPECT_EQ(*BarStore{database}.count({"market", "NIFTY50", Timeframe::Min1}, {}), 2u);
  EXPECT_TRUE(gaps(Timeframe::S1).empty());
}

TEST_F(RecorderTest, ABarThatNothingWasTradedInIsNoGap) {
  write(seconds_from(kStart, 3, kStart));
  write(seconds_from(kStart + seconds{60}, 3, kStart));
  EXPECT_TRUE(gaps(Timeframe::S1).empty());
}

TEST_F(RecorderTest, TimeBetweenTwoRunsIsAGap) {
  write(seconds_from(kStart, 3, kStart));
  restart();
  const auto since = kStart + seconds{60};
  EXPECT_EQ(write(seconds_from(since + seconds{5}, 3, since)).gaps, 1u);
  EXPECT_EQ(write(seconds_from(since + seconds{8}, 3, since)).gaps, 0u);
  EXPECT_EQ(gaps(Timeframe::S1), (std::vector{Gap{kStart + seconds{3}, since}}));
}

TEST_F(RecorderTest, AStreamThatEndedAndBeganAgainLeavesAGap) {
  write(seconds_from(kStart, 3, kStart));
  const auto since = kStart + seconds{30};
  write(seconds_from(since, 3, since));
  EXPECT_EQ(gaps(Timeframe::S1), (std::vector{Gap{kStart + seconds{3}, since}}));
}

TEST_F(RecorderTest, ARunThatGoesOnWhereTheLastEndedLeavesNoGap) {
  write(seconds_from(kStart, 3, kStart));
  restart();
  EXPECT_EQ(write(seconds_from(kStart + seconds{3}, 3, kStart + seconds{3})).gaps, 0u);
}

TEST_F(RecorderTest, ANightIsNoGapAndAnHourOfTheSessionIs) {
  write(nse_minutes(kClose - minutes{3}, 3, kOpen));
  restart();
  const auto next_open = kOpen + days{1};
  EXPECT_EQ(write(nse_minutes(next_open, 2, next_open - minutes{10})).gaps, 0u);
  restart();
  const auto since = next_open + hours{1};
  EXPECT_EQ(write(nse_minutes(since, 2, since)).gaps, 1u);
  EXPECT_EQ(gaps(Timeframe::Min1, "NIFTY50"), (std::vector{Gap{next_open + minutes{2}, since}}));
}

TEST_F(RecorderTest, AWeekendIsNoGapAndAMissedDayIs) {
  write(nse_minutes(kClose + days{4} - minutes{1}, 1, kOpen));
  restart();
  EXPECT_EQ(write(nse_minutes(kOpen + days{7}, 1, kOpen + days{7})).gaps, 0u);
  restart();
  EXPECT_EQ(write(nse_minutes(kOpen + days{9}, 1, kOpen + days{9})).gaps, 1u);
}

TEST_F(RecorderTest, AMissedBeginningOfASessionIsAGap) {
  write(nse_minutes(kClose - minutes{1}, 1, kOpen));
  restart();
  const auto since = kOpen + days{1} + minutes{5};
  EXPECT_EQ(write(nse_minutes(since, 1, since)).gaps, 1u);
}

TEST_F(RecorderTest, WhatIsMissingAfterALossIsAGapAlthoughTheStreamWasWatched) {
  write(seconds_from(kStart, 3, kStart));
  auto later = seconds_from(kStart + seconds{10}, 3, kStart);
  for (ClosedBar& bar : later) bar.losses = 1;
  EXPECT_EQ(write(later).gaps, 1u);
  EXPECT_EQ(gaps(Timeframe::S1), (std::vector{Gap{kStart + seconds{3}, kStart + seconds{10}}}));
}

TEST_F(RecorderTest, ALossIsNotForgottenWhenAWriteFailsBetween) {
  write(seconds_from(kStart, 3, kStart));
  ASSERT_TRUE(database.write(Durability::Process, [](SQLite::Database& c) { c.exec("ALTER TABLE bars RENAME TO b"); }));
  EXPECT_FALSE(recorder->write(database, seconds_from(kStart + seconds{3}, 1, kStart)));
  ASSERT_TRUE(database.write(Durability::Process, [](SQLite::Database& c) { c.exec("ALTER TABLE b RENAME TO bars"); }));
  auto later = seconds_from(kStart + seconds{10}, 1, kStart);
  later.front().losses = 1;
  EXPECT_EQ(write(later).gaps, 1u);
}

TEST_F(RecorderTest, AnImportClosesTheGapsThatItFills) {
  write(seconds_from(kStart, 10, kStart));
  restart();
  write(seconds_from(kStart + seconds{20}, 10, kStart + seconds{20}));
  BarStore bars{database};
  const StreamKey key{"market", "BTC", Timeframe::S1};
  ASSERT_TRUE(bars.import(key, test::bars_from(kStart + seconds{12}, 3, Timeframe::S1)));
  EXPECT_EQ(gaps(Timeframe::S1), (std::vector{Gap{kStart + seconds{10}, kStart + seconds{12}},
                                              Gap{kStart + seconds{15}, kStart + seconds{20}}}));
  ASSERT_TRUE(bars.import(key, test::bars_from(kStart + seconds{10}, 10, Timeframe::S1)));
  EXPECT_TRUE(gaps(Timeframe::S1).empty());
}

}  // namespace
}  // namespace subd::store
