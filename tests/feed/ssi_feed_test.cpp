#include "feed/ssi_feed.hpp"

#include <gtest/gtest.h>

#include <string>

#include "base/time_text.hpp"
#include "feed/specification.hpp"
#include "recording_sink.hpp"
#include "temporary_file.hpp"

namespace subd::feed {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using test::RecordingSink;
using test::TemporaryFile;

constexpr base::UtcTime kNow{milliseconds{1'750'000'000'000}};

base::UtcTime at(std::string_view text) {
  return base::parse_time(text).value();
}

/// One line: a message of 5 January 2026 at `time` in Vietnam.
std::string line(std::string_view type, std::string_view time, std::string_view fields) {
  return R"({"DataType":")" + std::string{type} + R"(","Content":{"TradingDate":"05/01/2026","Time":")" +
         std::string{time} + "\"," + std::string{fields} + "}}\n";
}

std::string trade(std::string_view time, std::string_view symbol, std::string_view price, std::string_view volume) {
  return line("X-TRADE", time,
              R"("Symbol":")" + std::string{symbol} + R"(","LastPrice":)" + std::string{price} + R"(,"TotalVol":)" +
                  std::string{volume});
}

SsiSettings settings(const TemporaryFile& file, std::optional<double> speed = std::nullopt) {
  return {.path = file.path(), .speed = speed};
}

/// Everything that a feed at full speed has.
RecordingSink play(SsiFeed& feed) {
  RecordingSink sink;
  for (int i = 0; i < 1000 && feed.advance(sink, kNow); ++i) {
  }
  return sink;
}

TEST(SsiFeed, TradesAreTicksWithTheVolumeOfTheDay) {
  const TemporaryFile file{trade("09:15:01", "AAA", "100", "10") + trade("09:15:02", "AAA", "101", "25")};
  SsiFeed feed{settings(file)};
  const RecordingSink sink = play(feed);
  ASSERT_EQ(sink.ticks.size(), 2U);
  EXPECT_EQ(sink.ticks[0].time, at("2026-01-05T02:15:01Z"));
  EXPECT_EQ(sink.ticks[1].last_price, 101);
  EXPECT_EQ(sink.ticks[1].volume, 25);
  EXPECT_EQ(sink.ticks[1].volume_kind, market::VolumeKind::DayCumulative);
  EXPECT_EQ(sink.market_time, at("2026-01-05T02:15:02Z")) << "the end of the file is the end of its time";
  EXPECT_TRUE(feed.counters().finished);
  EXPECT_EQ(sink.states, (std::vector{UpstreamState::Live, UpstreamState::Stale}));
}

TEST(SsiFeed, QuotesHaveNoPriceAndNoTick) {
  const TemporaryFile file{
      line("X-QUOTE", "09:15:01", R"("Symbol":"AAA","BidPrice1":99,"BidVol1":5,"AskPrice1":101,"AskVol1":6)")};
  SsiFeed feed{settings(file)};
  const RecordingSink sink = play(feed);
  EXPECT_TRUE(sink.ticks.empty());
  ASSERT_EQ(sink.quotes.size(), 1U);
  EXPECT_EQ(sink.quotes[0].buy[0].price, 99);
  EXPECT_EQ(sink.quotes[0].sell[0].quantity, 6U);
}

TEST(SsiFeed, ASymbolWithoutATradeYetHasAQuote) {
  const TemporaryFile file{line("X-TRADE", "09:00:01", R"("Symbol":"AAA","LastPrice":0,"Ceiling":107,"Floor":93)")};
  SsiFeed feed{settings(file)};
  const RecordingSink sink = play(feed);
  EXPECT_TRUE(sink.ticks.empty());
  ASSERT_EQ(sink.quotes.size(), 1U);
  EXPECT_EQ(sink.quotes[0].ceiling, 107);
  EXPECT_EQ(sink.quotes[0].floor, 93);
}

TEST(SsiFeed, IndexIsATickAndItsFigures) {
  const TemporaryFile file{line(
      "MI", "09:15:01", R"("IndexId":"VN30","IndexValue":1500,"PriorIndexValue":1510,"Change":-10,"Advances":12)")};
  SsiFeed feed{settings(file)};
  const RecordingSink sink = play(feed);
  ASSERT_EQ(sink.ticks.size(), 1U);
  EXPECT_EQ(sink.ticks[0].volume_kind, market::VolumeKind::None);
  ASSERT_EQ(sink.indices.size(), 1U);
  EXPECT_EQ(sink.indices[0].prior_value, 1510);
  EXPECT_EQ(sink.indices[0].advances, 12);
}

TEST(SsiFeed, BarsAreTicksOnlyWhereNothingElseTellsTheTrades) {
  const TemporaryFile file{trade("09:15:01", "AAA", "100", "10") +
                           line("B", "09:15:01", R"("Symbol":"AAA","Close":100,"Volume":10)") +
                           line("B", "09:15:02", R"("Symbol":"BBB","Close":7,"Volume":3)")};
  SsiFeed feed{settings(file)};
  const RecordingSink sink = play(feed);
  ASSERT_EQ(sink.ticks.size(), 2U);
  EXPECT_EQ(sink.ticks[1].last_price, 7);
  EXPECT_EQ(sink.ticks[1].volume_kind, market::VolumeKind::Traded);
}

TEST(SsiFeed, AMessageWithoutADayIsOfTheDayBefore) {
  const std::string bar = R"({"DataType":"B","Content":{"TradingTime":"09:15:03","Symbol":"BBB","Close":7}})";
  const TemporaryFile file{bar + "\n" + trade("09:15:01", "AAA", "100", "10") + bar + "\n"};
  SsiFeed feed{settings(file)};
  const RecordingSink sink = play(feed);
  ASSERT_EQ(sink.ticks.size(), 2U);
  EXPECT_EQ(sink.ticks[1].time, at("2026-01-05T02:15:03Z"));
  EXPECT_EQ(feed.counters().bad_rows, 1U) << "nothing says the day of the first line";
}

TEST(SsiFeed, BadLinesCostThemselvesAlone) {
  const TemporaryFile file{"nonsense\n\n" + trade("09:15:01", "AAA", "\"dear\"", "1") +
                           trade("09:15:02", "AAA", "100", "10") + R"({"DataType":"Q","Content":{}})" + "\r\n{}\n"};
  SsiFeed feed{settings(file)};
  const RecordingSink sink = play(feed);
  EXPECT_EQ(sink.ticks.size(), 1U);
  EXPECT_EQ(feed.counters().bad_rows, 3U);
}

TEST(SsiFeed, ALineWithoutEndIsLeftOut) {
  const TemporaryFile file{std::string(SsiFile::kLongestLine + 7, 'x') + "\n" + trade("09:15:02", "AAA", "100", "10")};
  SsiFeed feed{settings(file)};
  EXPECT_EQ(play(feed).ticks.size(), 1U);
  EXPECT_EQ(feed.counters().bad_rows, 1U);
}

TEST(SsiFeed, WhatIsOlderThanTheSymbolsNewestIsLeftOut) {
  const TemporaryFile file{trade("09:15:02", "AAA", "100", "10") + trade("09:15:01", "AAA", "90", "9") +
                           trade("09:15:01", "BBB", "50", "1") + trade("09:14:59", "CCC", "60", "1")};
  SsiFeed feed{settings(file)};
  const RecordingSink sink = play(feed);
  ASSERT_EQ(sink.ticks.size(), 2U);
  EXPECT_EQ(sink.ticks[1].last_price, 50) << "another symbol may be a little behind";
  EXPECT_EQ(feed.counters().bad_rows, 2U);
}

TEST(SsiFeed, PlaysAtTheSpeedOfTheFile) {
  const TemporaryFile file{trade("09:15:00", "AAA", "100", "10") + trade("09:15:10", "AAA", "101", "20")};
  SsiFeed feed{settings(file, 2.0)};
  RecordingSink sink;
  EXPECT_EQ(feed.advance(sink, kNow), kNow + seconds{5});
  EXPECT_EQ(sink.ticks.size(), 1U);
  EXPECT_FALSE(feed.advance(sink, kNow + seconds{5}));
  EXPECT_EQ(sink.ticks.size(), 2U);
}

TEST(SsiFeed, LoopGoesOnAWeekLater) {
  const TemporaryFile file{"bad\n" + trade("09:15:00", "AAA", "100", "10") + trade("09:15:10", "AAA", "101", "20")};
  SsiSettings looped = settings(file, 1.0);
  looped.loop = true;
  SsiFeed feed{looped};
  RecordingSink sink;
  feed.advance(sink, kNow);
  feed.advance(sink, kNow + std::chrono::days{7} + seconds{1});
  ASSERT_EQ(sink.ticks.size(), 3U);
  EXPECT_EQ(sink.ticks[2].time, at("2026-01-12T02:15:00Z"));
  EXPECT_EQ(feed.counters().bad_rows, 1U) << "told once";
}

TEST(SsiFeed, AFileWithoutMessagesIsRefused) {
  const TemporaryFile file{"time,price\n2024-01-01,7\n"};
  try {
    SsiFeed feed{settings(file)};
    FAIL() << "opened";
  } catch (const SpecificationError& error) {
    EXPECT_NE(std::string_view{error.what()}.find("holds no message of an instrument"), std::string_view::npos);
    EXPECT_NE(std::string_view{error.what()}.find("2 messages make no sense"), std::string_view::npos);
  }
}

TEST(SsiMarket, FuturesNameTheirUnderlying) {
  EXPECT_EQ(underlying_of_future("VN30F2104"), "VN30");
  EXPECT_EQ(underlying_of_future("VN30F1M"), "VN30");
  EXPECT_EQ(underlying_of_future("FPT"), "");
  EXPECT_EQ(underlying_of_future("VCF"), "");
}

}  // namespace
}  // namespace subd::feed
