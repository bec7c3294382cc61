#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "bars/bar_builder.hpp"
#include "base/time_text.hpp"
#include "market/calendar_set.hpp"
#include "support/paths.hpp"

namespace subd::bars {
namespace {

using market::Timeframe;
using std::chrono::minutes;

/// Minutes of real days with a print before the open and some after the close; skips where there is no such folder.
class SessionWindow : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!std::filesystem::is_directory(SUBD_REALDATA_DIR "/market")) GTEST_SKIP() << "no folder " SUBD_REALDATA_DIR;
  }

  static std::vector<market::Bar> rows(const std::string& file) {
    std::ifstream in{SUBD_REALDATA_DIR "/market/" + file};
    std::vector<market::Bar> out;
    std::string line;
    std::getline(in, line);
    while (std::getline(in, line)) {
      std::istringstream fields{line};
      std::string time;
      std::getline(fields, time, ',');
      market::Bar bar;
      char comma = 0;
      bar.start = base::parse_time(time).value();
      fields >> bar.open >> comma >> bar.high >> comma >> bar.low >> comma >> bar.close >> comma >> bar.volume;
      EXPECT_FALSE(fields.fail()) << line;
      out.push_back(bar);
    }
    EXPECT_FALSE(out.empty());
    return out;
  }

  /// Bars of `timeframe` on an NSE with these windows; counts the rows that made none.
  std::vector<market::Bar> build(const std::vector<market::Bar>& fine, Timeframe timeframe, minutes pre_open,
                                 minutes post_close) {
    market::CalendarRules rules = market::builtin_calendars().find("NSE")->rules();
    rules.pre_open = pre_open;
    rules.post_close = post_close;
    const market::TradingCalendar calendar{rules};
    BarBuilder builder{calendar, timeframe};
    std::vector<market::Bar> out;
    for (const market::Bar& bar : fine) {
      if (const auto ended = builder.advance(bar.start)) out.push_back(*ended);
      std::optional<market::Bar> closed;
      builder.add(bar, Timeframe::Min1, closed);
      if (closed) out.push_back(*closed);
    }
    if (const auto ended = builder.advance(fine.back().start + std::chrono::days{1})) out.push_back(*ended);
    left_out = builder.counters().out_of_session;
    EXPECT_EQ(builder.counters().late, 0U);
    return out;
  }

  static double volume_of(const std::vector<market::Bar>& bars) {
    double sum = 0;
    for (const market::Bar& bar : bars) sum += bar.volume;
    return sum;
  }

  std::uint64_t left_out = 0;
};

TEST_F(SessionWindow, PrintsOutsideTheSessionMakeNoBarUnlessTold) {
  const auto fine = rows("nifty50_1min_2019-01-01_04.csv");
  const auto days = build(fine, Timeframe::Day1, minutes{0}, minutes{0});
  ASSERT_EQ(days.size(), 4U);
  EXPECT_EQ(left_out, fine.size() - std::size_t{4} * 375);
  EXPECT_EQ(days[0].open, 10879.95);   // 09:15, not the 10881.7 of 09:07
  EXPECT_EQ(days[0].close, 10915.75);  // 15:29, not the 10910.1 of 15:31
}

TEST_F(SessionWindow, PreOpenPrintOpensTheDay) {
  const auto fine = rows("nifty50_1min_2019-01-01_04.csv");
  const auto days = build(fine, Timeframe::Day1, minutes{15}, minutes{0});
  ASSERT_EQ(days.size(), 4U);
  EXPECT_EQ(left_out, 5U);  // the rows of 15:30 and 15:31
  EXPECT_EQ(days[0].open, 10881.7);
  EXPECT_EQ(days[1].open, 10868.85);
  EXPECT_EQ(base::time_text(days[0].start), "2019-01-01T03:45:00.000Z");
  const auto hours = build(fine, Timeframe::Min60, minutes{15}, minutes{0});
  ASSERT_EQ(hours.size(), 4 * 7U);
  EXPECT_EQ(hours[7].open, 10868.85);
  EXPECT_EQ(base::time_text(hours[7].start), "2019-01-02T03:45:00.000Z");
}

TEST_F(SessionWindow, ClosingRowsEndTheLastBars) {
  const auto fine = rows("nifty50_1min_2019-01-01_04.csv");
  for (const Timeframe timeframe : {Timeframe::Min5, Timeframe::Min60, Timeframe::Day1}) {
    const auto bars = build(fine, timeframe, minutes{0}, minutes{5});
    EXPECT_EQ(left_out, 4U) << "the rows of 09:07";
    std::vector<double> closes;
    for (std::size_t i = 0; i < bars.size(); ++i) {
      const bool is_last = i + 1 == bars.size() || bars[i + 1].trading_day != bars[i].trading_day;
      if (is_last) closes.push_back(bars[i].close);
    }
    EXPECT_EQ(closes, (std::vector<double>{10910.1, 10792.5, 10672.25, 10727.35}));
  }
}

TEST_F(SessionWindow, PostCloseRowOfTwentyToFourCountsWithAWindowThatReachesIt) {
  const auto fine = rows("yesbank_1min_2019-07-09_11.csv");
  const auto strict = build(fine, Timeframe::Day1, minutes{0}, minutes{0});
  EXPECT_EQ(left_out, 5U);
  EXPECT_EQ(strict[0].close, 92.25);
  const auto closing = build(fine, Timeframe::Day1, minutes{0}, minutes{5});
  EXPECT_EQ(left_out, 3U) << "15:40 is not reached";
  EXPECT_EQ(closing[0].close, 92.20);
  const auto all = build(fine, Timeframe::Day1, minutes{0}, minutes{15});
  EXPECT_EQ(left_out, 0U);
  ASSERT_EQ(all.size(), 3U);
  EXPECT_EQ(all[0].close, 91.35);
  EXPECT_EQ(all[1].close, 93.00);
  EXPECT_EQ(all[2].close, 92.45);
  EXPECT_EQ(volume_of(all), volume_of(fine));
  EXPECT_EQ(volume_of(build(fine, Timeframe::Min15, minutes{0}, minutes{15})), volume_of(fine));
}

}  // namespace
}  // namespace subd::bars
