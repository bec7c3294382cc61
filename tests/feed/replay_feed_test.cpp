#include "feed/replay_feed.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/time_text.hpp"
#include "recording_sink.hpp"
#include "temporary_file.hpp"

namespace subd::feed {
namespace {

using market::Timeframe;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;
using test::RecordingSink;
using test::TemporaryFile;

constexpr base::UtcTime kNow{milliseconds{1'750'000'000'000}};
const std::string kHeader = "time,open,high,low,close,volume\n";

base::UtcTime at(std::string_view text) {
  return base::parse_time(text).value();
}

ReplaySettings settings(const TemporaryFile& file, std::optional<double> speed = std::nullopt) {
  ReplaySettings out;
  out.path = file.path();
  out.symbol = "X";
  out.speed = speed;
  return out;
}

/// Everything that a feed at full speed has.
RecordingSink play(ReplayFeed& feed) {
  RecordingSink sink;
  for (int i = 0; i < 1000 && feed.advance(sink, kNow); ++i) {
  }
  return sink;
}

TEST(ReplayFeed, BarsPassThroughUnchanged) {
  const TemporaryFile file{kHeader +
                           "2024-07-01T10:00:00Z,10,12,9,11,100\n"
                           "2024-07-01T10:05:00Z,11,11.5,10.5,10.75,50\n"};
  ReplayFeed feed{settings(file)};
  const RecordingSink sink = play(feed);
  ASSERT_EQ(sink.bars.size(), 2U);
  EXPECT_EQ(sink.bar_timeframe, Timeframe::Min5);
  EXPECT_EQ(feed.finest_timeframe({}), Timeframe::Min5);
  EXPECT_EQ(sink.bars[0].start, at("2024-07-01T10:00:00Z"));
  EXPECT_EQ(sink.bars[0].high, 12);
  EXPECT_EQ(sink.bars[1].close, 10.75);
  EXPECT_EQ(sink.bars[1].volume, 50);
  EXPECT_EQ(sink.market_time, at("2024-07-01T10:10:00Z"));
  EXPECT_TRUE(feed.counters().finished);
  EXPECT_EQ(feed.counters().bars, 2U);
  EXPECT_EQ(sink.states, (std::vector{UpstreamState::Live, UpstreamState::Stale}));
}

TEST(ReplayFeed, RecordingIsNamedAfterTheFileAndBeginsWithItsFirstRow) {
  const TemporaryFile file{kHeader + "2024-07-01T10:00:00Z,1,1,1,1,0\n2024-07-01T10:05:00Z,1,1,1,1,0\n", "day.csv"};
  const Recording paced = ReplayFeed{settings(file, 10)}.recording();
  EXPECT_EQ(paced.market, "replay:day.csv");
  EXPECT_TRUE(paced.wanted);
  EXPECT_EQ(paced.delivers_from, at("2024-07-01T10:00:00Z"));
  EXPECT_FALSE(ReplayFeed{settings(file)}.recording().wanted);
}

TEST(ReplayFeed, TimeframeIsTheSmallestDistance) {
  const TemporaryFile file{kHeader +
                           "2024-07-01T10:00:00Z,1,1,1,1,0\n"
                           "2024-07-01T11:00:00Z,1,1,1,1,0\n"
                           "2024-07-01T11:15:00Z,1,1,1,1,0\n"
                           "2024-07-01T11:22:00Z,1,1,1,1,0\n"};
  EXPECT_EQ(ReplayFeed{settings(file)}.finest_timeframe({}), Timeframe::Min15);
}

TEST(ReplayFeed, BadRowsAreCountedAndTheRestPlays) {
  const TemporaryFile file{kHeader +
                           "2024-07-01T10:00:00Z,1,1,1,1,0\n"
                           "2024-07-01T10:01:00Z,1,1,1,1\n"    // a field too few
                           "2024-07-01T10:02:00Z,1,x,1,1,0\n"  // not a number
                           "2024-07-01T10:03:00Z,1,1,2,1,0\n"  // low above high
                           "tomorrow,1,1,1,1,0\n"              // not a time
                           "2024-07-01T10:04:00Z,2,2,2,2,0\n"
                           "2024-07-01T10:04:00Z,3,3,3,3,0\n"    // twice
                           "2024-07-01T10:01:00Z,3,3,3,3,0\n"    // back
                           "2024-07-01T10:04:30Z,3,3,3,3,0\n"    // inside the bar before
                           "\"2024-07-01T10:05:00Z,3,3,3,3,0\n"  // quote
                           "\n"
                           "2024-07-01T10:06:00Z,4,4,4,4,0"};
  ReplaySettings with_timeframe = settings(file);
  with_timeframe.timeframe = Timeframe::Min1;
  ReplayFeed feed{with_timeframe};
  const RecordingSink sink = play(feed);
  ASSERT_EQ(sink.bars.size(), 3U);
  EXPECT_EQ(sink.bars[1].close, 2);
  EXPECT_EQ(sink.bars[2].close, 4);
  EXPECT_EQ(feed.counters().bad_rows, 8U);
}

TEST(ReplayFeed, TicksPassThroughWithTheirVolume) {
  const TemporaryFile file{"ts_ms,price,size,oi\n1000,10,5,70\n1000,11,6,\n1500,12,,80\n"};
  ReplayFeed feed{settings(file)};
  const RecordingSink sink = play(feed);
  ASSERT_EQ(sink.ticks.size(), 3U);
  EXPECT_EQ(sink.ticks[1].last_price, 11);
  EXPECT_EQ(sink.ticks[1].volume, 6);
  EXPECT_EQ(sink.ticks[1].volume_kind, market::VolumeKind::Traded);
  EXPECT_EQ(sink.ticks[2].volume, 0);
  EXPECT_EQ(sink.ticks[2].oi, 80);
  EXPECT_EQ(sink.market_time, base::UtcTime{milliseconds{1500}});
  EXPECT_EQ(feed.finest_timeframe({}), Timeframe::S1);
}

TEST(ReplayFeed, TicksWithoutVolumeSaySo) {
  const TemporaryFile file{"ts_ms,last_price\n1000,10\n"};
  ReplayFeed feed{settings(file)};
  EXPECT_EQ(play(feed).ticks.at(0).volume_kind, market::VolumeKind::None);
}

TEST(ReplayFeed, RealTimeDeliversABarWhenItEnds) {
  const TemporaryFile file{kHeader +
                           "2024-07-01T10:00:00Z,1,1,1,1,0\n"
                           "2024-07-01T10:01:00Z,2,2,2,2,0\n"};
  ReplayFeed feed{settings(file, 1.0)};
  RecordingSink sink;
  EXPECT_EQ(feed.advance(sink, kNow), kNow + minutes{1});
  EXPECT_TRUE(sink.bars.empty());
  EXPECT_EQ(feed.advance(sink, kNow + minutes{1} - milliseconds{1}), kNow + minutes{1});
  EXPECT_TRUE(sink.bars.empty());
  EXPECT_EQ(feed.advance(sink, kNow + minutes{1}), kNow + minutes{2});
  EXPECT_EQ(sink.bars.size(), 1U);
  EXPECT_EQ(sink.market_time, at("2024-07-01T10:01:00Z"));
  EXPECT_EQ(feed.advance(sink, kNow - minutes{60}), kNow + minutes{2});
  EXPECT_EQ(sink.bars.size(), 1U);
  EXPECT_EQ(feed.advance(sink, kNow + minutes{60}), std::nullopt);
  EXPECT_EQ(sink.bars.size(), 2U);
}

TEST(ReplayFeed, FactorShortensTheWait) {
  const TemporaryFile file{"ts_ms,price\n1000,1\n61000,2\n"};
  ReplayFeed feed{settings(file, 60.0)};
  RecordingSink sink;
  EXPECT_EQ(feed.advance(sink, kNow), kNow + seconds{1});
  EXPECT_EQ(sink.ticks.size(), 1U);
  EXPECT_EQ(feed.advance(sink, kNow + seconds{1}), std::nullopt);
  EXPECT_EQ(sink.ticks.size(), 2U);
}

TEST(ReplayFeed, FullSpeedIsBoundedPerCall) {
  std::string text = "ts_ms,price\n";
  const std::size_t rows = 2 * ReplayFeed::kRowsPerAdvance + 10;
  for (std::size_t i = 0; i < rows; ++i) text += std::to_string(1000 * i) + ",1\n";
  const TemporaryFile file{text};
  ReplayFeed feed{settings(file)};
  RecordingSink sink;
  EXPECT_EQ(feed.advance(sink, kNow), kNow);
  EXPECT_EQ(sink.ticks.size(), ReplayFeed::kRowsPerAdvance);
  EXPECT_EQ(feed.advance(sink, kNow), kNow);
  EXPECT_EQ(feed.advance(sink, kNow), std::nullopt);
  EXPECT_EQ(sink.ticks.size(), rows);
}

TEST(ReplayFeed, LoopMovesForwardByWholeDays) {
  const TemporaryFile file{kHeader +
                           "2024-07-01T22:00:00Z,1,1,1,1,0\n"
                           "2024-07-01T23:00:00Z,2,2,2,2,0\n"
                           "bad,2,2,2,2,0\n"
                           "2024-07-02T23:00:00Z,3,3,3,3,0\n"};
  ReplaySettings looped = settings(file, 3600.0);
  looped.loop = true;
  ReplayFeed feed{looped};
  RecordingSink sink;
  base::UtcTime now = kNow;
  for (int i = 0; i < 100 && sink.bars.size() < 7; ++i) now = feed.advance(sink, now).value();
  ASSERT_EQ(sink.bars.size(), 7U);
  for (std::size_t i = 3; i < sink.bars.size(); ++i) {
    EXPECT_EQ(sink.bars[i].close, sink.bars[i - 3].close);
    EXPECT_EQ(sink.bars[i].start - sink.bars[i - 3].start, std::chrono::days{2});
  }
  EXPECT_EQ(feed.counters().bad_rows, 1U);
  EXPECT_FALSE(feed.counters().finished);
}

TEST(ReplayFeed, LoopOfAnExchangeWithAWeekendKeepsTheWeekday) {
  const TemporaryFile file{kHeader + "2024-07-05T10:00:00+05:30,1,1,1,1,0\n2024-07-05T10:01:00+05:30,2,2,2,2,0\n"};
  ReplaySettings looped = settings(file, 60.0);
  looped.symbol = "NIFTY50";
  looped.loop = true;
  ReplayFeed feed{looped};
  RecordingSink sink;
  base::UtcTime now = kNow;
  for (int i = 0; i < 100 && sink.bars.size() < 3; ++i) now = feed.advance(sink, now).value();
  ASSERT_EQ(sink.bars.size(), 3U);
  EXPECT_EQ(sink.bars[2].start, at("2024-07-12T10:00:00+05:30"));
}

TEST(ReplayFeed, LoopOverNothingGoodEnds) {
  const TemporaryFile file{"ts_ms,price\nx,1\ny,2\n"};
  ReplaySettings looped = settings(file, 1.0);
  looped.loop = true;
  ReplayFeed feed{looped};
  RecordingSink sink;
  EXPECT_EQ(feed.advance(sink, kNow), std::nullopt);
  EXPECT_TRUE(feed.counters().finished);
  EXPECT_EQ(feed.counters().bad_rows, 2U);
}

TEST(ReplayFeed, TimesOfAnIndianSymbolAreIndianUnlessTheySayOtherwise) {
  const TemporaryFile file{kHeader + "2024-07-01 15:15:00,1,1,1,1,0\n2024-07-01 15:30:00,2,2,2,2,0\n"};
  ReplaySettings indian = settings(file);
  indian.symbol = "RELIANCE";
  indian.timeframe = Timeframe::Min60;
  ReplayFeed feed{indian};
  const RecordingSink sink = play(feed);
  // The hour that starts at 15:15 is cut by the close at 15:30, so the row behind it does not overlap.
  ASSERT_EQ(sink.bars.size(), 2U);
  EXPECT_EQ(sink.bars[0].start, at("2024-07-01T09:45:00Z"));
  EXPECT_EQ(feed.counters().bad_rows, 0U);
}

TEST(ReplayFeed, KeepsItsHistoryWithTheCaller) {
  const TemporaryFile file{"ts_ms,price\n1,1\n"};
  ReplayFeed feed{settings(file)};
  EXPECT_TRUE(feed.keeps_history());
  EXPECT_TRUE(feed.backfill({}, Timeframe::Min1, 100, kNow).closed.empty());
}

}  // namespace
}  // namespace subd::feed
