// The oscillators against figures worked out by hand.
#include <gtest/gtest.h>

#include "series.hpp"

namespace subd::indicator::testing {
namespace {

TEST(Mom, IsTheChangeOfTheClose) {
  EXPECT_TRUE(rows_agree(run("MOM_2", close_bars({10, 20, 15, 10})), {{kNone}, {kNone}, {5}, {-10}}));
}

TEST(Willr, RunsFromMinusHundredAtTheLowToZeroAtTheHigh) {
  const std::vector<market::Bar> bars{range_bar(10, 8, 9), range_bar(12, 9, 11), range_bar(12, 10, 10),
                                      range_bar(10, 8, 8), range_bar(14, 9, 14)};
  EXPECT_TRUE(rows_agree(run("WILLR_2", bars), {{kNone}, {-25}, {-200.0 / 3}, {-100}, {0}}));
}

TEST(Mfi, IsTheShareOfRisingMoney) {
  // Money with its sign: 22 -27 0 12.
  const std::vector<market::Bar> bars{close_bar(10, 1), close_bar(11, 2), close_bar(9, 3), close_bar(9, 7),
                                      close_bar(12, 1)};
  EXPECT_TRUE(rows_agree(run("MFI_2", bars), {{kNone}, {kNone}, {2200.0 / 49}, {0}, {100}}));
}

TEST(Mfi, TakesTheMiddleOfHighLowAndClose) {
  // Prices 2 4 3.
  const std::vector<market::Bar> bars{range_bar(3, 1, 2, 9), range_bar(6, 2, 4, 10), range_bar(6, 1, 2, 20)};
  EXPECT_TRUE(rows_agree(run("MFI_2", bars), {{kNone}, {kNone}, {40}}));
}

TEST(Mfi, CountsLessThanOneAsNoMoney) {
  const std::vector<market::Bar> thin{close_bar(1, 1), close_bar(2, 0.2), close_bar(3, 0.1)};
  const std::vector<market::Bar> enough{close_bar(1, 1), close_bar(2, 0.2), close_bar(3, 0.2)};
  EXPECT_TRUE(rows_agree(run("MFI_2", thin), {{kNone}, {kNone}, {0}}));
  EXPECT_TRUE(rows_agree(run("MFI_2", enough), {{kNone}, {kNone}, {100}}));
}

TEST(Trix, IsTheChangeOfTheThirdAverage) {
  // The third average of length 2: 199/54, then 2753/486.
  const Row none{kNone, kNone};
  const double change = 100 * (2753.0 / 1791 - 1);
  EXPECT_TRUE(rows_agree(run("TRIX_2_1", close_bars({1, 2, 4, 8, 8})), {none, none, none, none, {change, change}}));
}

TEST(Trix, HasItsOwnStartAndItsSignalTheConventionAskedFor) {
  const auto closes = close_bars({10, 20, 15, 15});
  const Row none{kNone, kNone};
  EXPECT_TRUE(rows_agree(run("TRIX_1_2", closes), {none, {100, kNone}, {-25, 37.5}, {0, 12.5}}));
  EXPECT_TRUE(rows_agree(run("TRIX_1_2_sma", closes), {none, {100, kNone}, {-25, 37.5}, {0, -12.5}}));
}

TEST(Trix, IsZeroWhereTheEarlierAverageIsZero) {
  EXPECT_TRUE(rows_agree(run("TRIX_1_1", close_bars({0, 5, 10})), {{kNone, kNone}, {0, 0}, {100, 100}}));
}

TEST(Uo, WeighsThreeWindowsOfBuyingPressure) {
  // Pressures 2 1 2 in true ranges 3 4 2: shares 1, 1/2 and 5/9.
  const std::vector<market::Bar> bars{range_bar(10, 8, 9), range_bar(12, 9, 11), range_bar(11, 7, 8),
                                      range_bar(10, 9, 10)};
  EXPECT_TRUE(rows_agree(run("UO_1_2_3", bars), {{kNone}, {kNone}, {kNone}, {5000.0 / 63}}));
}

TEST(Uo, CountsAWindowWithoutRangeAsZero) {
  const std::vector<market::Bar> bars{close_bar(8), close_bar(10), close_bar(10), close_bar(10)};
  // The short windows are dead, the long one is all buying.
  EXPECT_TRUE(rows_agree(run("UO_1_2_3", bars), {{kNone}, {kNone}, {kNone}, {100.0 / 7}}));
}

TEST(Ppo, IsOfSimpleAverages) {
  const Row none{kNone, kNone, kNone};
  EXPECT_TRUE(rows_agree(run("PPO_1_2_2", close_bars({10, 30, 20, 20})),
                         {none, {50, kNone, kNone}, {-20, -35, 15}, {0, -5, 5}}));
}

TEST(Ppo, IsOfExponentialAveragesSeededTogetherWhenAskedFor) {
  const Row none{kNone, kNone, kNone};
  // MACD 2/3 1 7/18 over slow averages 7/3 14/3 29/6.
  EXPECT_TRUE(
      rows_agree(run("PPO_2_3_1_ema", close_bars({1, 2, 4, 7, 5})),
                 {none, none, {200.0 / 7, 0, 200.0 / 7}, {300.0 / 14, 0, 300.0 / 14}, {700.0 / 87, 0, 700.0 / 87}}));
}

TEST(Ppo, IsZeroWhereTheSlowAverageIs) {
  const auto rows = run("PPO_1_2_1", close_bars({-5, 5}));
  EXPECT_TRUE(rows_agree({rows[1]}, {{0, 0, 0}}));
}

TEST(Ppo, KeepsTheDigitsOfNearlyEqualAverages) {
  // Averages 1e6 + 2^-21 and 1e6 + 2^-22: as plain sums they would be equal.
  const auto rows = run("PPO_2_4_1", close_bars({1e6, 1e6, 1e6, 1e6 + 0x1p-20}));
  EXPECT_TRUE(is_close(rows[3][0], 100 * 0x1p-22 / 1e6, 1e-12)) << rows[3][0];
}

TEST(Stochrsi, PlacesTheIndexInItsOwnRange) {
  // RSI_2 of these closes: - - 50 83.3 83.3.
  const auto closes = close_bars({10, 11, 10, 12, 12});
  const Row none{kNone, kNone};
  EXPECT_TRUE(rows_agree(run("STOCHRSI_2_2_1_1", closes), {none, none, none, {100, 100}, {0, 0}}));
  EXPECT_TRUE(rows_agree(run("STOCHRSI_2_2_2_1", closes), {none, none, none, none, {50, 50}}));
  EXPECT_TRUE(rows_agree(run("STOCHRSI_2_2_1_2", closes), {none, none, none, none, {0, 50}}));
}

TEST(Stochrsi, TakesTheLengthOfTheRangeFirst) {
  const Spec spec = spec_of("STOCHRSI_5_9_2_4");
  EXPECT_EQ(spec.definition->parameters[0].name, "length");
  EXPECT_EQ(spec.definition->parameters[1].name, "rsi_length");
  const auto bars = random_bars(12, 60);
  const auto strength = run("RSI_9", bars);
  const auto rows = run("STOCHRSI_5_9_1_1", bars);
  for (std::size_t i = 13; i < bars.size(); ++i) {
    double low = strength[i][0];
    double high = low;
    for (std::size_t j = i - 4; j < i; ++j) {
      low = std::min(low, strength[j][0]);
      high = std::max(high, strength[j][0]);
    }
    EXPECT_TRUE(is_close(rows[i][0], 100 * (strength[i][0] - low) / (high - low), 1e-9)) << "bar " << i;
  }
}

}  // namespace
}  // namespace subd::indicator::testing
