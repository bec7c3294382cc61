#include "market/timeframe.hpp"

#include <gtest/gtest.h>

#include <array>
#include <string>

namespace subd::market {
namespace {

TEST(Timeframe, EveryNameReadsBack) {
  std::string list;
  for (const Timeframe timeframe : kTimeframes) {
    EXPECT_EQ(parse_timeframe(timeframe_name(timeframe)), timeframe);
    list += (list.empty() ? "" : " ") + std::string{timeframe_name(timeframe)};
  }
  EXPECT_EQ(list, timeframe_list());
}

TEST(Timeframe, TwinsMeanTheSame) {
  struct Case {
    std::string_view twin;
    Timeframe meant;
  };
  constexpr std::array<Case, 12> kCases{{{"5m", Timeframe::Min5},
                                         {"5minute", Timeframe::Min5},
                                         {"5MIN", Timeframe::Min5},
                                         {"minute", Timeframe::Min1},
                                         {"1m", Timeframe::Min1},
                                         {"1h", Timeframe::Min60},
                                         {"60m", Timeframe::Min60},
                                         {"60minute", Timeframe::Min60},
                                         {"1d", Timeframe::Day1},
                                         {"day", Timeframe::Day1},
                                         {"60s", Timeframe::Min1},
                                         {"15S", Timeframe::S15}}};
  for (const auto& [twin, meant] : kCases) EXPECT_EQ(parse_timeframe(twin), meant) << twin;
}

TEST(Timeframe, NonsenseIsNoTimeframe) {
  for (const std::string_view text : {"", "5", "2min", "0min", "min5", "5 min", "5min ", "-5min", "1w", "5.0min", "1M1",
                                      "99999999999999999999min", "4294967296s"}) {
    EXPECT_EQ(parse_timeframe(text), std::nullopt) << text;
  }
}

TEST(Timeframe, OrderIsByLength) {
  for (std::size_t i = 1; i < kTimeframes.size(); ++i) {
    EXPECT_LT(kTimeframes[i - 1], kTimeframes[i]);
    EXPECT_LT(timeframe_length(kTimeframes[i - 1]), timeframe_length(kTimeframes[i]));
  }
  EXPECT_EQ(timeframe_length(Timeframe::Min60), std::chrono::hours{1});
}

TEST(Timeframe, CoarseIsBuiltFromWhatDividesIt) {
  EXPECT_TRUE(builds_from(Timeframe::Min15, Timeframe::Min3));
  EXPECT_TRUE(builds_from(Timeframe::Min5, Timeframe::Min5));
  EXPECT_TRUE(builds_from(Timeframe::Day1, Timeframe::Min60));
  EXPECT_FALSE(builds_from(Timeframe::Min10, Timeframe::Min3));
  EXPECT_FALSE(builds_from(Timeframe::Min1, Timeframe::Min5));
}

}  // namespace
}  // namespace subd::market
