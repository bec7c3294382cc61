#include <gtest/gtest.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "bars/bar_builder.hpp"
#include "base/number_text.hpp"
#include "base/time_text.hpp"
#include "feed/open_feed.hpp"
#include "market/calendar_set.hpp"
#include "recording_sink.hpp"
#include "support/paths.hpp"

namespace subd::feed {
namespace {

constexpr base::UtcTime kNow{std::chrono::milliseconds{1'750'000'000'000}};

/// A file of real bars; skips the test where there is none.
class ReplayOfRealBars : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!std::filesystem::is_directory(SUBD_REALDATA_DIR "/market")) GTEST_SKIP() << "no folder " SUBD_REALDATA_DIR;
  }

  static std::string path(const std::string& name) { return SUBD_REALDATA_DIR "/market/" + name; }

  static test::RecordingSink play(FeedSource& feed) {
    test::RecordingSink sink;
    for (int i = 0; i < 1000 && feed.advance(sink, kNow); ++i) {
    }
    return sink;
  }

  /// Compares every bar with its line, read without any code of the feed.
  static void expect_unchanged(const std::string& file, const std::vector<market::Bar>& bars) {
    std::ifstream in{file};
    std::string line;
    std::getline(in, line);
    ASSERT_EQ(line, "timestamp,open,high,low,close,volume");
    std::size_t row = 0;
    for (; std::getline(in, line); ++row) {
      ASSERT_LT(row, bars.size());
      const market::Bar& bar = bars[row];
      std::istringstream fields{line};
      std::string time;
      std::getline(fields, time, ',');
      ASSERT_EQ(bar.start, base::parse_time(time));
      char comma = 0;
      double open = 0;
      double high = 0;
      double low = 0;
      double close = 0;
      double volume = 0;
      fields >> open >> comma >> high >> comma >> low >> comma >> close >> comma >> volume;
      ASSERT_FALSE(fields.fail()) << line;
      ASSERT_EQ(bar.open, open) << line;
      ASSERT_EQ(bar.high, high) << line;
      ASSERT_EQ(bar.low, low) << line;
      ASSERT_EQ(bar.close, close) << line;
      ASSERT_EQ(bar.volume, volume) << line;
    }
    EXPECT_EQ(row, bars.size());
  }

  /// Bars of `timeframe` built from `fine`.
  static std::vector<market::Bar> coarse(const std::vector<market::Bar>& fine, market::Timeframe timeframe,
                                         std::uint64_t& out_of_session) {
    bars::BarBuilder builder{market::builtin_calendars().of("NSE"), timeframe};
    std::vector<market::Bar> out;
    for (const market::Bar& bar : fine) {
      std::optional<market::Bar> closed;
      builder.add(bar, market::Timeframe::Min1, closed);
      if (closed) out.push_back(*closed);
      if (const auto rest = builder.advance(bar.start + std::chrono::minutes{1})) out.push_back(*rest);
    }
    out_of_session = builder.counters().out_of_session;
    return out;
  }
};

TEST_F(ReplayOfRealBars, NiftyPassesThroughUnchangedWithItsPreOpenRows) {
  const std::string file = path("nifty50_1min_2019-01-01_04.csv");
  const auto feed = open_feed("replay:" + file + ",symbol=NIFTY50,speed=max", kNow);
  EXPECT_EQ(feed->finest_timeframe({}), market::Timeframe::Min1);
  const test::RecordingSink sink = play(*feed);
  expect_unchanged(file, sink.bars);
  ASSERT_FALSE(sink.bars.empty());
  EXPECT_EQ(base::time_text(sink.bars[0].start), "2019-01-01T03:37:00.000Z");
  EXPECT_EQ(feed->counters().bad_rows, 0U);
  EXPECT_EQ(feed->counters().bars, sink.bars.size());
  EXPECT_TRUE(feed->counters().finished);
}

TEST_F(ReplayOfRealBars, YesbankPassesThroughUnchanged) {
  const std::string file = path("yesbank_1min_2019-07-09_11.csv");
  const auto feed = open_feed("replay:" + file + ",symbol=YESBANK,speed=max", kNow);
  EXPECT_EQ(feed->finest_timeframe({}), market::Timeframe::Min1);
  const test::RecordingSink sink = play(*feed);
  expect_unchanged(file, sink.bars);
  EXPECT_EQ(feed->counters().bad_rows, 0U);
}

TEST_F(ReplayOfRealBars, NiftyHoursAndDaysAreThoseOfTheSession) {
  const auto feed = open_feed("replay:" + path("nifty50_1min_2019-01-01_04.csv") + ",symbol=NIFTY50,speed=max", kNow);
  const test::RecordingSink sink = play(*feed);
  std::uint64_t out_of_session = 0;
  const auto hours = coarse(sink.bars, market::Timeframe::Min60, out_of_session);
  EXPECT_EQ(hours.size(), 4 * 7U);
  const auto days = coarse(sink.bars, market::Timeframe::Day1, out_of_session);
  ASSERT_EQ(days.size(), 4U);
  EXPECT_EQ(out_of_session, sink.bars.size() - 4 * 375);

  // The first day once more, by hand: rows from 09:15 to 15:29.
  const base::UtcTime open = base::parse_time("2019-01-01T09:15:00+05:30").value();
  const base::UtcTime close = base::parse_time("2019-01-01T15:30:00+05:30").value();
  market::Bar expected;
  for (const market::Bar& bar : sink.bars) {
    if (bar.start < open || bar.start >= close) continue;
    if (bar.start == open) expected = bar;
    expected.high = std::max(expected.high, bar.high);
    expected.low = std::min(expected.low, bar.low);
    expected.close = bar.close;
  }
  EXPECT_EQ(days[0].start, open);
  EXPECT_EQ(days[0].open, expected.open);
  EXPECT_EQ(days[0].high, expected.high);
  EXPECT_EQ(days[0].low, expected.low);
  EXPECT_EQ(days[0].close, expected.close);
}

}  // namespace
}  // namespace subd::feed
