#include "feed/bar_csv.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <sstream>

#include "base/time_text.hpp"
#include "market/calendar_set.hpp"

namespace subd::feed {
namespace {

BarFile read(const std::string& text, const char* exchange = "24x7") {
  std::istringstream in{text};
  auto out = read_bar_csv(in, market::builtin_calendars().of(exchange));
  EXPECT_TRUE(out.has_value());
  return *out;
}

TEST(BarCsv, WhatIsWrittenReadsBackTheSame) {
  const BarFile first = read(
      "timestamp,open,high,low,close,volume,oi\n"
      "2025-11-04T10:35:00Z,1.1,1.30000000000001,0.9,1.2,1500,\n"
      "2025-11-04T10:40:00.250Z,2,3,1,2.5,0.25,12000\n");
  ASSERT_EQ(first.bars.size(), 2U);
  std::string text{bar_csv_header()};
  for (const market::Bar& bar : first.bars) append_bar_csv(text, bar);
  const BarFile second = read(text);
  ASSERT_EQ(second.bars.size(), 2U);
  for (std::size_t i = 0; i < 2; ++i) {
    const market::Bar& a = first.bars[i];
    const market::Bar& b = second.bars[i];
    EXPECT_EQ(a.start, b.start);
    EXPECT_EQ(a.trading_day, b.trading_day);
    EXPECT_EQ(a.open, b.open);
    EXPECT_EQ(a.high, b.high);
    EXPECT_EQ(a.low, b.low);
    EXPECT_EQ(a.close, b.close);
    EXPECT_EQ(a.volume, b.volume);
  }
  EXPECT_TRUE(std::isnan(second.bars[0].oi));
  EXPECT_EQ(second.bars[1].oi, 12000);
}

TEST(BarCsv, TimesWithoutAnOffsetAreOfTheExchange) {
  const BarFile out = read("datetime,open,high,low,close\n2019-01-01 09:15:00,1,1,1,1\n", "NSE");
  ASSERT_EQ(out.bars.size(), 1U);
  EXPECT_EQ(base::time_text(out.bars[0].start), "2019-01-01T03:45:00.000Z");
}

TEST(BarCsv, RowsThatStepBackOrMakeNoSenseAreReported) {
  const BarFile out = read(
      "ts_ms,open,high,low,close\n"
      "60000,1,1,1,1\n"
      "60000,1,1,1,1\n"
      "120000,1,0.5,1,1\n"
      "180000,1,1,1,1\n");
  EXPECT_EQ(out.bars.size(), 2U);
  ASSERT_EQ(out.problems.count(), 2U);
  EXPECT_EQ(out.problems.shown()[0].line, 3U);
  EXPECT_EQ(out.problems.shown()[0].message, "time 1970-01-01T00:01:00.000Z is not after the row before");
  EXPECT_EQ(out.problems.shown()[1].message, "high 0.5 is below the open or the close");
}

TEST(BarCsv, FileOfTicksIsNoFileOfBars) {
  std::istringstream in{"timestamp,price\n"};
  const auto out = read_bar_csv(in, market::always_open());
  ASSERT_FALSE(out);
  EXPECT_EQ(out.error().message, "these are ticks; bars need open, high, low and close");
}

}  // namespace
}  // namespace subd::feed
