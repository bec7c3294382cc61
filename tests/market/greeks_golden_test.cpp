// Prices, greeks and implied volatilities against values that were computed with 50 digits.
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <limits>
#include <sstream>
#include <string>
#include <vector>

#include "base/number_text.hpp"
#include "market/implied_volatility.hpp"
#include "market/option_pricing.hpp"
#include "support/paths.hpp"

namespace subd::market {
namespace {

/// Of everything, on an underlying of 1.
constexpr double kTolerance = 1e-9;

std::vector<std::vector<std::string>> read_csv(const std::filesystem::path& path) {
  std::ifstream in{path};
  std::vector<std::vector<std::string>> rows;
  std::string line;
  std::getline(in, line);  // names
  while (std::getline(in, line)) {
    std::istringstream row{line};
    auto& cells = rows.emplace_back();
    for (std::string cell; std::getline(row, cell, ',');) cells.push_back(cell);
  }
  return rows;
}

double number(const std::string& cell) {
  return base::parse_number(cell).value_or(std::numeric_limits<double>::quiet_NaN());
}

struct GoldenFile {
  const char* name;
  PricingModel model;
  std::size_t rows;
};

class GreeksGolden : public ::testing::TestWithParam<GoldenFile> {};

TEST_P(GreeksGolden, EveryRowAgrees) {
  const auto file = std::filesystem::path{SUBD_REALDATA_DIR} / "greeks" / GetParam().name;
  if (!std::filesystem::exists(file)) GTEST_SKIP() << "no real data in " << SUBD_REALDATA_DIR;
  const auto rows = read_csv(file);
  ASSERT_EQ(rows.size(), GetParam().rows);
  std::size_t inverted = 0;
  for (const auto& row : rows) {
    // The dividend column is there for spot options only.
    const std::size_t more = GetParam().model == PricingModel::BlackScholesMerton ? 1 : 0;
    OptionTerms terms;
    terms.model = GetParam().model;
    terms.underlying = number(row[0]);
    terms.strike = number(row[1]);
    terms.years = number(row[2]);
    terms.rate = number(row[3]);
    if (more == 1) terms.dividend = number(row[4]);
    const double volatility = number(row[4 + more]);
    terms.type = row[5 + more] == "c" ? InstrumentType::Call : InstrumentType::Put;
    const OptionValue value = option_value(terms, volatility);
    const double scale = terms.underlying;
    const std::string where = row[1] + ' ' + row[2] + ' ' + row[3] + ' ' + row[4 + more];
    EXPECT_NEAR(value.price / scale, number(row[6 + more]) / scale, kTolerance) << where;
    EXPECT_NEAR(value.delta, number(row[7 + more]), kTolerance) << where;
    EXPECT_NEAR(value.gamma * scale, number(row[8 + more]) * scale, kTolerance) << where;
    EXPECT_NEAR(value.vega / scale, number(row[9 + more]) / scale, kTolerance) << where;
    EXPECT_NEAR(value.theta / scale, number(row[10 + more]) / scale, kTolerance) << where;
    EXPECT_NEAR(value.rho / scale, number(row[11 + more]) / scale, kTolerance) << where;

    const double price = number(row[6 + more]);
    const auto implied = implied_volatility(terms, price);
    ASSERT_TRUE(implied.has_value()) << where;
    // A rounding error of the price over vega; what is left of a time value in the money may be less than that.
    if (std::numeric_limits<double>::epsilon() * (price + terms.strike) < 1e-11 * value.vega) {
      EXPECT_NEAR(*implied, volatility, 1e-10) << where;
      ++inverted;
    }
  }
  EXPECT_GT(inverted, rows.size() / 3);
}

INSTANTIATE_TEST_SUITE_P(Files, GreeksGolden,
                         ::testing::Values(GoldenFile{"black76_sample.csv", PricingModel::Black76, 202},
                                           GoldenFile{"bsm_sample.csv", PricingModel::BlackScholesMerton, 60}),
                         [](const auto& file) {
                           return file.param.model == PricingModel::Black76 ? "Black76" : "BlackScholesMerton";
                         });

}  // namespace
}  // namespace subd::market
