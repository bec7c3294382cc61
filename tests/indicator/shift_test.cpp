// What prices that are all higher by the same amount do to the indicators that are made of sums and differences.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "series.hpp"

namespace subd::indicator::testing {
namespace {

constexpr double kShift = 4096;

/// As random_bars, on a grid on which the shift changes no digit.
std::vector<market::Bar> bars_on_a_grid(double shift) {
  auto bars = random_bars(13, 300);
  for (market::Bar& bar : bars) {
    for (double* price : {&bar.open, &bar.high, &bar.low, &bar.close}) *price = std::round(*price * 64) / 64 + shift;
  }
  return bars;
}

void expect_shifted(std::string_view id, double by) {
  const auto plain = run(id, bars_on_a_grid(0));
  const auto shifted = run(id, bars_on_a_grid(kShift));
  for (std::size_t i = 0; i < plain.size(); ++i) {
    for (std::size_t j = 0; j < plain[i].size(); ++j) {
      if (std::isnan(plain[i][j]) && std::isnan(shifted[i][j])) continue;
      ASSERT_NEAR(shifted[i][j], plain[i][j] + by, 1e-9 * std::max(1.0, std::abs(plain[i][j])))
          << "bar " << i << " output " << j;
    }
  }
}

class FollowsTheShift : public ::testing::TestWithParam<const char*> {};

TEST_P(FollowsTheShift, OfAllPrices) {
  expect_shifted(GetParam(), kShift);
}

INSTANTIATE_TEST_SUITE_P(Prices, FollowsTheShift,
                         ::testing::Values("SMA", "EMA", "WMA", "DEMA", "TEMA", "KAMA", "LINREG", "PSAR", "VWAP"),
                         [](const auto& param) { return std::string{param.param}; });

class IgnoresTheShift : public ::testing::TestWithParam<const char*> {};

TEST_P(IgnoresTheShift, OfAllPrices) {
  expect_shifted(GetParam(), 0);
}

INSTANTIATE_TEST_SUITE_P(Prices, IgnoresTheShift,
                         ::testing::Values("RSI", "MACD", "ATR", "STOCH", "CCI", "OBV", "MOM", "STDEV", "ADX", "WILLR",
                                           "AROON", "UO"),
                         [](const auto& param) { return std::string{param.param}; });

}  // namespace
}  // namespace subd::indicator::testing
