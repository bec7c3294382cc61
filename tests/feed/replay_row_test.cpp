#include "feed/replay_row.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "base/time_text.hpp"
#include "feed/csv_reader.hpp"

namespace subd::feed {
namespace {

std::vector<std::string> split(std::string_view line) {
  std::vector<std::string> fields;
  EXPECT_EQ(split_csv_line(line, fields), "");
  return fields;
}

ReplayColumns columns(std::string_view header) {
  const auto found = find_columns(split(header));
  EXPECT_TRUE(found.has_value()) << header;
  return found ? *found : ReplayColumns{};
}

base::Result<ReplayRow, ReplayRowError> row(std::string_view header, std::string_view line,
                                            std::chrono::minutes offset = {}) {
  return parse_row(columns(header), split(line), offset);
}

std::string error(std::string_view line) {
  const auto result = row("timestamp,open,high,low,close,volume,oi", line);
  return result ? "none" : result.error().message;
}

TEST(FindColumns, KnowsBarsByTheirNamesInAnyOrderAndCase) {
  const ReplayColumns found = columns("Volume,CLOSE,Low,High,Open,Timestamp,note,OI");
  EXPECT_EQ(found.kind, RowKind::Bars);
  EXPECT_EQ(found.time, 5U);
  EXPECT_EQ(found.open, 4U);
  EXPECT_EQ(found.close, 1U);
  EXPECT_EQ(found.volume, 0U);
  EXPECT_EQ(found.open_interest, 7U);
  EXPECT_FALSE(found.time_in_ms);
}

TEST(FindColumns, KnowsTicksByTheirPrice) {
  const ReplayColumns found = columns("ts_ms,last_price,volume,size");
  EXPECT_EQ(found.kind, RowKind::Ticks);
  EXPECT_TRUE(found.time_in_ms);
  EXPECT_EQ(found.close, 1U);
  EXPECT_EQ(found.volume, 3U);
  EXPECT_EQ(columns("time,price,volume").volume, 2U);
  EXPECT_EQ(columns("time,price").volume, std::nullopt);
}

TEST(FindColumns, PrefersTheTimeThatNeedsNoReading) {
  EXPECT_TRUE(columns("date,ts_ms,price").time_in_ms);
  EXPECT_EQ(columns("date,datetime,price").time, 1U);
}

TEST(FindColumns, NamesWhatIsMissing) {
  const auto message = [](std::string_view header) { return find_columns(split(header)).error().message; };
  EXPECT_EQ(message("a,open,high,low,close"),
            "no column for the time: ts_ms, timestamp, datetime, time or date; there are a, open, high, low, close");
  EXPECT_EQ(message("time,open,close"),
            "no column high, low; bars need open, high, low and close, ticks need price or last_price; there are time, "
            "open, close");
  EXPECT_EQ(message("time,open,high,low,close,CLOSE"), "column close is there more than once");
}

TEST(ParseRow, ReadsABar) {
  const auto bar = row("timestamp,open,high,low,close,volume,oi", "2019-01-01T09:15:00+05:30,10.5,12,9.25,11,100,7");
  ASSERT_TRUE(bar.has_value());
  EXPECT_EQ(base::time_text(bar->time), "2019-01-01T03:45:00.000Z");
  EXPECT_EQ(bar->open, 10.5);
  EXPECT_EQ(bar->high, 12);
  EXPECT_EQ(bar->low, 9.25);
  EXPECT_EQ(bar->close, 11);
  EXPECT_EQ(bar->volume, 100);
  EXPECT_EQ(bar->open_interest, 7);
}

TEST(ParseRow, ReadsATick) {
  const auto tick = row("ts_ms,price,size", "1700000000123,42.5,");
  ASSERT_TRUE(tick.has_value());
  EXPECT_EQ(tick->time.time_since_epoch().count(), 1'700'000'000'123);
  EXPECT_EQ(tick->close, 42.5);
  EXPECT_EQ(tick->volume, 0);
  EXPECT_TRUE(std::isnan(tick->open_interest));
}

TEST(ParseRow, TimeWithoutOffsetIsTheExchanges) {
  const auto tick = row("time,price", "2024-07-01 09:15:00,1", std::chrono::minutes{330});
  ASSERT_TRUE(tick.has_value());
  EXPECT_EQ(base::time_text(tick->time), "2024-07-01T03:45:00.000Z");
}

TEST(ParseRow, NamesTheFirstThingThatIsWrong) {
  EXPECT_EQ(error("2019-01-01T09:15:00Z,1,1,1,1,1,1"), "none");
  EXPECT_EQ(error("2019-01-01T09:15:00Z,1,1,1,1"), "5 fields where the header has 7");
  EXPECT_EQ(error("yesterday,1,1,1,1,1,1"), "time must be ISO 8601, got 'yesterday'");
  EXPECT_EQ(error("1969-12-31T23:59:59Z,1,1,1,1,1,1"), "time must be from 1970 to 2199, got '1969-12-31T23:59:59Z'");
  EXPECT_EQ(error("2019-01-01T09:15:00Z,x,1,1,1,1,1"), "open must be a number above 0, got 'x'");
  EXPECT_EQ(error("2019-01-01T09:15:00Z,1,0,1,1,1,1"), "high must be a number above 0, got '0'");
  EXPECT_EQ(error("2019-01-01T09:15:00Z,1,1,nan,1,1,1"), "low must be a number above 0, got 'nan'");
  EXPECT_EQ(error("2019-01-01T09:15:00Z,1,1,1,,1,1"), "close must be a number above 0, got ''");
  EXPECT_EQ(error("2019-01-01T09:15:00Z,1,1,1,1,-5,1"), "volume must be a number from 0, got '-5'");
  EXPECT_EQ(error("2019-01-01T09:15:00Z,1,1,1,1,1,inf"), "oi must be a number from 0, got 'inf'");
  EXPECT_EQ(error("2019-01-01T09:15:00Z,2,3,2.5,3,1,1"), "low 2.5 is above the open or the close");
  EXPECT_EQ(error("2019-01-01T09:15:00Z,2,3,1,3.5,1,1"), "high 3 is below the open or the close");
}

TEST(ParseRow, LongValuesAreCutInMessages) {
  EXPECT_LT(error(std::string(5000, 'x') + ",1,1,1,1,1,1").size(), 100U);
}

TEST(ParseRow, MessagesHoldNoControlCharacters) {
  EXPECT_EQ(error("2019-01-01T09:15:00Z,\x1B[2J\xFF,1,1,1,1,1"), "open must be a number above 0, got '?[2J?'");
  const auto header = find_columns(split("\x1B[2J," + std::string(5000, 'x')));
  ASSERT_FALSE(header.has_value());
  EXPECT_EQ(header.error().message.find('\x1B'), std::string::npos);
  EXPECT_LT(header.error().message.size(), 300U);
}

TEST(ParseRow, MillisecondsMustBeAWholeNumberInRange) {
  EXPECT_FALSE(row("ts_ms,price", "1.5,1").has_value());
  EXPECT_FALSE(row("ts_ms,price", "-1,1").has_value());
  EXPECT_FALSE(row("ts_ms,price", "9223372036854775807,1").has_value());
}

}  // namespace
}  // namespace subd::feed
