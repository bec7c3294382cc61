// Volume-weighted values that TA-Lib lacks, against figures worked out by hand.
#include <gtest/gtest.h>

#include <cmath>

#include "series.hpp"

namespace subd::indicator::testing {
namespace {

TEST(Vwma, WeighsByVolume) {
  const std::vector<market::Bar> bars{close_bar(10, 1), close_bar(20, 3), close_bar(30, 0), close_bar(40, 0),
                                      close_bar(50, 2)};
  EXPECT_TRUE(rows_agree(run("VWMA_2", bars), {{kNone}, {17.5}, {20}, {kNone}, {50}}));
}

TEST(Vwma, ForgetsAHugeVolumeEntirely) {
  std::vector<market::Bar> bars{close_bar(3, 1e18)};
  bars.resize(4, close_bar(0.1, 7));
  EXPECT_TRUE(rows_agree({run("VWMA_3", bars).back()}, {{0.1}}));
}

TEST(Cmf, WeighsThePlacesOfTheCloseByVolume) {
  const std::vector<market::Bar> bars{range_bar(10, 8, 10, 2), range_bar(12, 8, 9, 4), range_bar(11, 11, 11, 4),
                                      range_bar(10, 9, 9, 0), range_bar(10, 9, 9, 0)};
  // Places 1 -0.5 0 -1 -1; the third bar has no range.
  EXPECT_TRUE(rows_agree(run("CMF_2", bars), {{kNone}, {0}, {-0.25}, {0}, {kNone}}));
  EXPECT_TRUE(rows_agree(run("CMF_1", bars), {{1}, {-0.5}, {0}, {kNone}, {kNone}}));
}

market::Bar on_day(std::chrono::year_month_day day, market::Bar bar) {
  bar.trading_day = market::TradingDay{std::chrono::local_days{day}};
  return bar;
}

TEST(VwapBands, UseThePopulationDeviationByVolume) {
  // Around 17.5: (1 * 7.5^2 + 3 * 2.5^2) / 4.
  const double half = 2 * std::sqrt(75.0 / 4);
  const std::vector<market::Bar> bars{close_bar(10, 1), close_bar(20, 3), close_bar(90, 0)};
  EXPECT_TRUE(rows_agree(run("VWAPBANDS_D_2", bars),
                         {{10, 10, 10}, {17.5 - half, 17.5, 17.5 + half}, {17.5 - half, 17.5, 17.5 + half}}));
  EXPECT_TRUE(rows_agree({run("VWAPBANDS_D_0.5", bars).back()}, {{17.5 - half / 4, 17.5, 17.5 + half / 4}}));
}

TEST(VwapBands, StartAnewAtTheirAnchor) {
  using namespace std::chrono_literals;
  using std::chrono::January;
  const std::vector<market::Bar> bars{on_day(2019y / January / 4, range_bar(12, 9, 9, 0)),  // Friday, nothing traded
                                      on_day(2019y / January / 4, range_bar(12, 9, 9, 5)),
                                      on_day(2019y / January / 5, range_bar(15, 9, 12, 5)),
                                      on_day(2019y / January / 7, range_bar(20, 20, 20, 1))};
  const Row none(3, kNone);
  EXPECT_TRUE(rows_agree(run("VWAPBANDS_D_2", bars), {none, {10, 10, 10}, {12, 12, 12}, {20, 20, 20}}));
  EXPECT_TRUE(rows_agree(run("VWAPBANDS_W_2", bars), {none, {10, 10, 10}, {9, 11, 13}, {20, 20, 20}}));
  const double vwap = 130.0 / 11;
  const double half = 2 * std::sqrt((5 * 100 + 5 * 144 + 400) / 11.0 - vwap * vwap);
  EXPECT_TRUE(rows_agree({run("VWAPBANDS_M_2", bars).back()}, {{vwap - half, vwap, vwap + half}}));
}

TEST(VwapBands, HaveTheVwapInTheMiddle) {
  const auto bars = random_bars(12, 1000);
  const auto bands = run("VWAPBANDS_W_3", bars);
  const auto vwap = run("VWAP_W", bars);
  for (std::size_t i = 0; i < bars.size(); ++i) ASSERT_EQ(bands[i][1], vwap[i][0]) << "bar " << i;
}

}  // namespace
}  // namespace subd::indicator::testing
