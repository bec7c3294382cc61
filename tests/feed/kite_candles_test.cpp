#include "feed/kite_candles.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "base/time_text.hpp"
#include "market/calendar_set.hpp"

namespace subd::feed {
namespace {

using market::Timeframe;

const market::TradingCalendar& nse() {
  return market::builtin_calendars().of("NSE");
}

base::UtcTime time(std::string_view text) {
  return *base::parse_time(text);
}

std::vector<market::Bar> bars(std::string_view json, Timeframe timeframe = Timeframe::Min1) {
  const auto parsed = parse_candles(json, nse(), timeframe);
  EXPECT_TRUE(parsed) << (parsed ? "" : parsed.error().message);
  return parsed ? *parsed : std::vector<market::Bar>{};
}

std::string problem(std::string_view json) {
  const auto parsed = parse_candles(json, nse(), Timeframe::Min1);
  return parsed ? "none" : parsed.error().message;
}

TEST(KiteCandles, HasAnIntervalFromAMinuteUp) {
  EXPECT_EQ(kite_interval(Timeframe::S30), std::nullopt);
  EXPECT_EQ(kite_interval(Timeframe::Min1), "minute");
  EXPECT_EQ(kite_interval(Timeframe::Min60), "60minute");
  EXPECT_EQ(kite_interval(Timeframe::Day1), "day");
}

TEST(KiteCandles, TargetHasTheTimesOfTheExchangesClock) {
  EXPECT_EQ(candles_target(408065, nse(), Timeframe::Min5, time("2017-12-15T03:45:00Z"), time("2017-12-15T10:00:00Z")),
            "/instruments/historical/408065/5minute?from=2017-12-15+09:15:00&to=2017-12-15+15:30:00&oi=1");
}

TEST(KiteCandles, GoesBackAsManyTradingDaysAsTheBarsTake) {
  const base::UtcTime monday = time("2019-01-07T05:00:00Z");
  // 10 bars before today's: the Friday before.
  EXPECT_EQ(candles_from(nse(), Timeframe::Min1, 10, monday), time("2019-01-04T03:45:00Z"));
  EXPECT_EQ(candles_from(nse(), Timeframe::Min1, 375, monday), time("2019-01-03T03:45:00Z"));
  EXPECT_EQ(candles_from(nse(), Timeframe::Day1, 3, monday), time("2019-01-01T03:45:00Z"));
}

TEST(KiteCandles, GoesBackNoFurtherThanKiteGives) {
  const base::UtcTime now = time("2019-06-03T05:00:00Z");
  for (const auto& [timeframe, days] :
       {std::pair{Timeframe::Min1, 60}, {Timeframe::Min5, 100}, {Timeframe::Min15, 200}, {Timeframe::Min60, 400}}) {
    const base::UtcTime from = candles_from(nse(), timeframe, 1'000'000, now);
    EXPECT_GT(from, now - std::chrono::days{days});
    EXPECT_LT(from, now - std::chrono::days{days - 6});
  }
}

TEST(KiteCandles, ReadsPricesVolumeAndOpenInterest) {
  const auto read = bars(R"({"status":"success","data":{"candles":[
      ["2019-12-04T09:15:00+0530",12009.9,12019.35,12001.25,12001.5,163275,13667775],
      ["2019-12-04T09:16:00+0530",12001,12003,11998.25,12001,105750]]}})");
  ASSERT_EQ(read.size(), 2U);
  EXPECT_EQ(read[0].start, time("2019-12-04T03:45:00Z"));
  EXPECT_EQ(read[0].open, 12009.9);
  EXPECT_EQ(read[0].high, 12019.35);
  EXPECT_EQ(read[0].low, 12001.25);
  EXPECT_EQ(read[0].close, 12001.5);
  EXPECT_EQ(read[0].volume, 163275);
  EXPECT_EQ(read[0].oi, 13667775);
  EXPECT_EQ(read[0].trading_day, nse().day_at(read[0].start));
  EXPECT_TRUE(std::isnan(read[1].oi));
}

TEST(KiteCandles, ADayBeginsAtTheOpen) {
  const auto read = bars(R"({"data":{"candles":[["2019-12-04T00:00:00+0530",1,2,1,2,5]]}})", Timeframe::Day1);
  ASSERT_EQ(read.size(), 1U);
  EXPECT_EQ(read[0].start, time("2019-12-04T03:45:00Z"));
}

TEST(KiteCandles, LeavesOutWhatMakesNoBar) {
  const auto read = bars(R"({"data":{"candles":[
      ["2019-12-04T09:07:00+0530",1,1,1,1,5],
      ["2019-12-04T09:15:30+0530",1,1,1,1,5],
      ["2019-12-04T09:16:00+0530",1,2,1,2,5],
      ["2019-12-04T09:16:00+0530",1,2,1,2,5],
      ["2019-12-04T09:15:00+0530",1,2,1,2,5],
      ["2019-12-04T09:17:00+0530",1,2,1.5,2,5],
      ["2019-12-04T09:18:00+0530",1,1,1,2,5],
      ["2019-12-04T09:19:00+0530",0,1,0,1,5],
      ["2019-12-04T09:20:00+0530",1,1,1,1,-5],
      ["2019-12-04T09:21:00+0530","1",1,1,1,5],
      ["2019-12-04T09:22:00+0530",1,1,1,1],
      [9,1,1,1,1,5], [], 7, null,
      ["2019-12-07T09:16:00+0530",1,2,1,2,5],
      ["2019-12-04T09:23:00+0530",1,2,1,2,5]]}})");
  ASSERT_EQ(read.size(), 2U);
  EXPECT_EQ(read[0].start, time("2019-12-04T03:46:00Z"));
  EXPECT_EQ(read[1].start, time("2019-12-04T03:53:00Z"));
}

TEST(KiteCandles, TellsWhatAnErrorSays) {
  EXPECT_EQ(problem(R"({"status":"error","message":"Incorrect api_key","error_type":"TokenException"})"),
            "Incorrect api_key");
  EXPECT_EQ(problem("<html>"), "the answer is no JSON object");
  EXPECT_EQ(problem(R"({"data":{}})"), "the answer has no data.candles");
  EXPECT_EQ(problem(R"({"data":{"candles":7}})"), "the answer has no data.candles");
  EXPECT_EQ(problem(R"({"data":{"candles":[]}})"), "none");
}

}  // namespace
}  // namespace subd::feed
