#include "bars/bar_builder.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <initializer_list>
#include <limits>
#include <vector>

#include "base/time_text.hpp"
#include "market/calendar_set.hpp"

namespace subd::bars {
namespace {

using market::Timeframe;
using market::VolumeKind;

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

base::UtcTime ist(std::string_view clock, std::string_view date = "2024-07-01") {
  return base::parse_time(std::string{date} + "T" + std::string{clock} + "+05:30").value();
}

/// A builder and what came out of it.
class Bench {
 public:
  explicit Bench(Timeframe timeframe, std::string_view exchange = "NSE")
      : builder{market::builtin_calendars().of(exchange), timeframe} {}

  AddOutcome tick(base::UtcTime time, double price, double volume = 0, VolumeKind kind = VolumeKind::None) {
    market::Tick tick;
    tick.time = time;
    tick.last_price = price;
    tick.volume = volume;
    tick.volume_kind = kind;
    std::optional<market::Bar> bar;
    const AddOutcome outcome = builder.add(tick, bar);
    if (bar) closed.push_back(*bar);
    return outcome;
  }

  AddOutcome cumulative(base::UtcTime time, double volume) {
    return tick(time, 100, volume, VolumeKind::DayCumulative);
  }

  AddOutcome fine(base::UtcTime start, double open, double high, double low, double close, double volume,
                  Timeframe timeframe = Timeframe::Min1) {
    market::Bar in;
    in.start = start;
    in.open = open;
    in.high = high;
    in.low = low;
    in.close = close;
    in.volume = volume;
    std::optional<market::Bar> bar;
    const AddOutcome outcome = builder.add(in, timeframe, bar);
    if (bar) closed.push_back(*bar);
    return outcome;
  }

  void advance(base::UtcTime time) {
    if (const auto bar = builder.advance(time)) closed.push_back(*bar);
  }

  BarBuilder builder;
  std::vector<market::Bar> closed;
};

void expect_prices(const market::Bar& bar, double open, double high, double low, double close) {
  EXPECT_EQ(bar.open, open);
  EXPECT_EQ(bar.high, high);
  EXPECT_EQ(bar.low, low);
  EXPECT_EQ(bar.close, close);
}

TEST(BarBuilder, TicksOfOneMinuteMakeOneBar) {
  Bench bench{Timeframe::Min1};
  bench.tick(ist("09:15:02"), 100);
  bench.tick(ist("09:15:30"), 103);
  bench.tick(ist("09:15:40"), 98);
  bench.tick(ist("09:15:59.999"), 101);
  EXPECT_TRUE(bench.closed.empty());
  ASSERT_NE(bench.builder.forming(), nullptr);
  expect_prices(*bench.builder.forming(), 100, 103, 98, 101);
  EXPECT_EQ(bench.builder.forming()->start, ist("09:15:00"));
  EXPECT_EQ(bench.builder.forming_end(), ist("09:16:00"));
  EXPECT_EQ(bench.builder.forming()->trading_day,
            market::TradingDay{std::chrono::sys_days{std::chrono::year{2024} / 7 / 1}.time_since_epoch()});
}

TEST(BarBuilder, TickOfANewerBarClosesTheForming) {
  Bench bench{Timeframe::Min1};
  bench.tick(ist("09:15:02"), 100);
  EXPECT_EQ(bench.tick(ist("09:18:00"), 105), AddOutcome::Updated);
  ASSERT_EQ(bench.closed.size(), 1U);
  expect_prices(bench.closed[0], 100, 100, 100, 100);
  EXPECT_EQ(bench.builder.forming()->start, ist("09:18:00"));
}

TEST(BarBuilder, TimeClosesABarAtItsEndAndNotBefore) {
  Bench bench{Timeframe::Min1};
  bench.tick(ist("09:15:02"), 100);
  bench.advance(ist("09:15:59.999"));
  EXPECT_TRUE(bench.closed.empty());
  bench.advance(ist("09:16:00"));
  EXPECT_EQ(bench.closed.size(), 1U);
  EXPECT_EQ(bench.builder.forming(), nullptr);
  EXPECT_EQ(bench.builder.forming_end(), std::nullopt);
  bench.advance(ist("09:30:00"));
  EXPECT_EQ(bench.closed.size(), 1U);
}

TEST(BarBuilder, LastHourEndsWithTheSession) {
  Bench bench{Timeframe::Min60};
  bench.tick(ist("15:20:00"), 100);
  bench.advance(ist("15:30:00"));
  ASSERT_EQ(bench.closed.size(), 1U);
  EXPECT_EQ(bench.closed[0].start, ist("15:15:00"));
}

TEST(BarBuilder, PrintsOutsideTheSessionMakeNoBar) {
  Bench bench{Timeframe::Day1};
  EXPECT_EQ(bench.tick(ist("09:07:00"), 100), AddOutcome::OutOfSession);
  EXPECT_EQ(bench.tick(ist("15:30:00"), 100), AddOutcome::OutOfSession);
  EXPECT_EQ(bench.tick(ist("12:00:00", "2024-06-30"), 100), AddOutcome::OutOfSession);
  EXPECT_EQ(bench.builder.forming(), nullptr);
  EXPECT_EQ(bench.builder.counters().out_of_session, 3U);
}

TEST(BarBuilder, LateTicksAreCountedAndChangeNothing) {
  Bench bench{Timeframe::Min1};
  bench.tick(ist("09:15:02"), 100);
  bench.tick(ist("09:16:02"), 101);
  EXPECT_EQ(bench.tick(ist("09:15:59"), 500), AddOutcome::Late);
  bench.advance(ist("09:17:00"));
  EXPECT_EQ(bench.tick(ist("09:16:59"), 500), AddOutcome::Late);
  EXPECT_EQ(bench.builder.forming(), nullptr);
  ASSERT_EQ(bench.closed.size(), 2U);
  expect_prices(bench.closed[1], 101, 101, 101, 101);
  EXPECT_EQ(bench.builder.counters().late, 2U);
}

TEST(BarBuilder, TickOutOfOrderWithinItsBarWidensTheRangeOnly) {
  Bench bench{Timeframe::Min1};
  bench.tick(ist("09:15:10"), 100, 1000, VolumeKind::DayCumulative);
  bench.tick(ist("09:15:20"), 101, 1100, VolumeKind::DayCumulative);
  EXPECT_EQ(bench.tick(ist("09:15:15"), 90, 1050, VolumeKind::DayCumulative), AddOutcome::Updated);
  bench.tick(ist("09:15:30"), 102, 1200, VolumeKind::DayCumulative);
  expect_prices(*bench.builder.forming(), 100, 102, 90, 102);
  EXPECT_EQ(bench.builder.forming()->volume, 200);
}

TEST(BarBuilder, ImpossiblePricesAndVolumesAreInvalid) {
  Bench bench{Timeframe::Min1};
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  for (const double price : {0.0, -1.0, kNone, kInfinity, -kInfinity}) {
    EXPECT_EQ(bench.tick(ist("09:15:02"), price), AddOutcome::Invalid) << price;
  }
  for (const double volume : {-1.0, kNone, kInfinity}) {
    EXPECT_EQ(bench.tick(ist("09:15:02"), 100, volume, VolumeKind::Traded), AddOutcome::Invalid) << volume;
  }
  EXPECT_EQ(bench.fine(ist("09:15:00"), 100, 99, 98, 100, 0), AddOutcome::Invalid);
  EXPECT_EQ(bench.fine(ist("09:15:00"), 100, 101, 100.5, 100, 0), AddOutcome::Invalid);
  EXPECT_EQ(bench.fine(ist("09:15:00"), 100, 101, 99, 100, -1), AddOutcome::Invalid);
  EXPECT_EQ(bench.builder.forming(), nullptr);
  EXPECT_EQ(bench.builder.counters().invalid, 11U);
}

TEST(BarBuilder, CumulativeVolumeCountsDifferences) {
  Bench bench{Timeframe::Min1};
  bench.cumulative(ist("09:15:02"), 5000);  // the first tick ever: only a base
  bench.cumulative(ist("09:15:30"), 5400);
  bench.cumulative(ist("09:16:01"), 5500);
  ASSERT_EQ(bench.closed.size(), 1U);
  EXPECT_EQ(bench.closed[0].volume, 400);
  EXPECT_EQ(bench.builder.forming()->volume, 100);
}

TEST(BarBuilder, StepBackOfCumulativeVolumeStartsAnew) {
  Bench bench{Timeframe::Min1};
  bench.cumulative(ist("09:15:02"), 5000);
  bench.cumulative(ist("09:15:30"), 30);
  EXPECT_EQ(bench.builder.forming()->volume, 30);
  bench.cumulative(ist("09:15:40"), 50);
  EXPECT_EQ(bench.builder.forming()->volume, 50);
}

TEST(BarBuilder, NewTradingDayStartsVolumeAnewEvenWhenItIsMore) {
  Bench bench{Timeframe::Min1};
  bench.cumulative(ist("15:29:00", "2024-07-01"), 100);
  bench.cumulative(ist("09:15:10", "2024-07-02"), 700);
  EXPECT_EQ(bench.builder.forming()->volume, 700);
}

TEST(BarBuilder, VolumeTradedBeforeTheOpenIsInNoBar) {
  Bench bench{Timeframe::Min1};
  bench.cumulative(ist("15:29:00", "2024-07-01"), 100);
  EXPECT_EQ(bench.cumulative(ist("09:07:00", "2024-07-02"), 600), AddOutcome::OutOfSession);
  bench.cumulative(ist("09:15:10", "2024-07-02"), 700);
  EXPECT_EQ(bench.builder.forming()->volume, 100);
}

TEST(BarBuilder, TradedVolumeAddsUp) {
  Bench bench{Timeframe::Min1};
  bench.tick(ist("09:15:02"), 100, 5, VolumeKind::Traded);
  bench.tick(ist("09:15:02"), 101, 7, VolumeKind::Traded);
  EXPECT_EQ(bench.builder.forming()->volume, 12);
}

TEST(BarBuilder, SeedContinuesTheBarAndTheVolume) {
  Bench bench{Timeframe::Min1};
  market::Bar forming;
  forming.start = ist("09:20:00");
  forming.open = 100;
  forming.high = 110;
  forming.low = 90;
  forming.close = 105;
  forming.volume = 40;
  bench.builder.seed(forming, 1000);
  bench.cumulative(ist("09:20:30"), 1010);
  expect_prices(*bench.builder.forming(), 100, 110, 90, 100);
  EXPECT_EQ(bench.builder.forming()->volume, 50);
  EXPECT_EQ(bench.tick(ist("09:19:59"), 100), AddOutcome::Late);
}

TEST(BarBuilder, SeedOfTheDayVolumeAloneIsTheBase) {
  Bench bench{Timeframe::Min1};
  bench.builder.seed(std::nullopt, 1000);
  bench.cumulative(ist("09:20:30"), 1010);
  EXPECT_EQ(bench.builder.forming()->volume, 10);
}

TEST(BarBuilder, CoarseBarClosesWithItsLastFineBar) {
  Bench bench{Timeframe::Min3};
  bench.fine(ist("09:15:00"), 100, 102, 99, 101, 10);
  bench.fine(ist("09:16:00"), 101, 108, 100, 107, 20);
  EXPECT_TRUE(bench.closed.empty());
  EXPECT_EQ(bench.fine(ist("09:17:00"), 107, 107, 95, 96, 30), AddOutcome::Updated);
  ASSERT_EQ(bench.closed.size(), 1U);
  expect_prices(bench.closed[0], 100, 108, 95, 96);
  EXPECT_EQ(bench.closed[0].volume, 60);
  EXPECT_EQ(bench.closed[0].start, ist("09:15:00"));
  EXPECT_EQ(bench.builder.forming(), nullptr);
}

TEST(BarBuilder, CoarseBarThatTheCloseCutsEndsWithTheSession) {
  Bench bench{Timeframe::Min60};
  for (int minute = 15; minute < 30; ++minute) {
    bench.fine(ist("15:" + std::to_string(minute) + ":00"), 100, 100, 100, 100, 1);
  }
  ASSERT_EQ(bench.closed.size(), 1U);
  EXPECT_EQ(bench.closed[0].volume, 15);
}

TEST(BarBuilder, GapInFineBarsClosesTheCoarseOneOnTheNext) {
  Bench bench{Timeframe::Min3};
  bench.fine(ist("09:15:00"), 100, 100, 100, 100, 1);
  bench.fine(ist("09:20:00"), 101, 101, 101, 101, 2);  // the last minute of its own bar too
  ASSERT_EQ(bench.closed.size(), 1U);
  EXPECT_EQ(bench.closed[0].volume, 1);
  bench.advance(ist("09:21:00"));
  ASSERT_EQ(bench.closed.size(), 2U);
  EXPECT_EQ(bench.closed[1].volume, 2);
}

TEST(BarBuilder, FineBarGivenTwiceCountsOnce) {
  Bench bench{Timeframe::Min3};
  bench.fine(ist("09:15:00"), 100, 100, 100, 100, 1);
  EXPECT_EQ(bench.fine(ist("09:15:00"), 100, 100, 100, 100, 1), AddOutcome::Late);
  EXPECT_EQ(bench.builder.forming()->volume, 1);
}

TEST(BarBuilder, OpenInterestIsTheLastOneSeen) {
  BarBuilder builder{market::always_open(), Timeframe::Min1};
  std::optional<market::Bar> closed;
  market::Tick tick;
  tick.time = ist("09:15:00");
  tick.last_price = 100;
  tick.oi = 500;
  builder.add(tick, closed);
  tick.oi = kNone;
  builder.add(tick, closed);
  EXPECT_EQ(builder.forming()->oi, 500);
}

TEST(BarBuilder, PrintInThePauseIsInNoBar) {
  market::CalendarRules rules = market::builtin_calendars().find("NSE")->rules();
  rules.special_days[market::TradingDay{std::chrono::sys_days{std::chrono::year{2024} / 7 / 1}.time_since_epoch()}] = {
      {std::chrono::hours{9}, std::chrono::hours{10}}, {std::chrono::hours{12}, std::chrono::hours{13}}};
  const market::TradingCalendar calendar{rules};
  BarBuilder builder{calendar, Timeframe::Day1};
  std::optional<market::Bar> closed;
  market::Tick tick;
  const auto add = [&](std::string_view clock, double price) {
    tick.time = ist(clock);
    tick.last_price = price;
    return builder.add(tick, closed);
  };
  EXPECT_EQ(add("09:30:00", 100), AddOutcome::Updated);
  EXPECT_EQ(add("11:00:00", 500), AddOutcome::OutOfSession);
  EXPECT_EQ(add("12:30:00", 101), AddOutcome::Updated);
  ASSERT_NE(builder.forming(), nullptr);
  expect_prices(*builder.forming(), 100, 101, 100, 101);
  EXPECT_EQ(builder.forming_end(), ist("13:00:00"));
}

TEST(BarBuilder, PrintsNearTheSessionCountWhereTheCalendarSaysSo) {
  market::CalendarRules rules = market::builtin_calendars().find("NSE")->rules();
  rules.pre_open = std::chrono::minutes{15};
  rules.post_close = std::chrono::minutes{15};
  const market::TradingCalendar calendar{rules};
  BarBuilder builder{calendar, Timeframe::Min1};
  std::optional<market::Bar> closed;
  market::Tick tick;
  const auto add = [&](std::string_view clock, double price) {
    tick.time = ist(clock);
    tick.last_price = price;
    return builder.add(tick, closed);
  };
  add("09:07:00", 100);
  EXPECT_FALSE(builder.advance(ist("09:15:30")).has_value());
  add("09:15:40", 102);
  ASSERT_NE(builder.forming(), nullptr);
  EXPECT_EQ(builder.forming()->start, ist("09:15:00"));
  expect_prices(*builder.forming(), 100, 102, 100, 102);

  add("15:29:30", 110);
  ASSERT_TRUE(closed.has_value());
  EXPECT_EQ(builder.forming_end(), ist("15:45:00"));
  EXPECT_FALSE(builder.advance(ist("15:44:59")).has_value());
  add("15:40:00", 111);
  const auto last = builder.advance(ist("15:45:00"));
  ASSERT_TRUE(last.has_value());
  EXPECT_EQ(last->start, ist("15:29:00"));
  EXPECT_EQ(last->close, 111);
  EXPECT_EQ(builder.counters().out_of_session, 0U);
}

}  // namespace
}  // namespace subd::bars
