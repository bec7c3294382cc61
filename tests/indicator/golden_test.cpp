// The formulas against TA-Lib's own figures over four days of NIFTY 50 minutes.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "base/number_text.hpp"
#include "series.hpp"
#include "support/paths.hpp"

namespace subd::indicator::testing {
namespace {

using Table = std::vector<std::vector<std::string>>;

Table read_csv(const std::filesystem::path& path) {
  std::ifstream in{path};
  Table table;
  for (std::string line; std::getline(in, line);) {
    if (!line.empty() && line.back() == '\r') line.pop_back();
    std::vector<std::string> cells;
    std::istringstream row{line};
    for (std::string cell; std::getline(row, cell, ',');) cells.push_back(cell);
    // A last empty cell leaves no separator behind it.
    if (!line.empty() && line.back() == ',') cells.emplace_back();
    table.push_back(std::move(cells));
  }
  return table;
}

double number(const std::string& cell) {
  return base::parse_number(cell).value_or(kNone);
}

/// TA-Lib's running sums keep this much of the values that have left them, which shows where the true value is 0: three
/// closes at the low of their window make its STOCHk 1.6e-13.
constexpr double kResidue = 1e-12;

struct Column {
  const char* id;
  std::size_t output;
  const char* golden;
};

class Golden : public ::testing::TestWithParam<Column> {
 protected:
  void SetUp() override {
    const std::filesystem::path folder{SUBD_REALDATA_DIR};
    const auto bars_file = folder / "market/nifty50_1min_2019-01-01_04.csv";
    const auto golden_file = folder / "golden/talib_0.6.0_nifty50.csv";
    if (!std::filesystem::exists(bars_file) || !std::filesystem::exists(golden_file)) {
      GTEST_SKIP() << "no real data in " << folder;
    }
    const Table market = read_csv(bars_file);
    for (std::size_t i = 1; i < market.size(); ++i) {
      market::Bar bar =
          range_bar(number(market[i][2]), number(market[i][3]), number(market[i][4]), number(market[i][5]));
      bar.open = number(market[i][1]);
      bars_.push_back(bar);
    }
    golden_ = read_csv(golden_file);
    ASSERT_EQ(bars_.size(), 1509U);
    ASSERT_EQ(golden_.size(), bars_.size() + 1);
  }

  std::vector<market::Bar> bars_;
  Table golden_;
};

TEST_P(Golden, EqualsTaLibFromItsFirstValueOn) {
  const Column column = GetParam();
  const auto& header = golden_[0];
  const auto at = static_cast<std::size_t>(std::find(header.begin(), header.end(), column.golden) - header.begin());
  ASSERT_LT(at, header.size());
  const auto rows = run(column.id, bars_);
  std::size_t compared = 0;
  double worst = 0;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const double expected = number(golden_[i + 1][at]);
    const double actual = rows[i][column.output];
    const bool same = is_close(actual, expected, 1e-9) || std::abs(actual - expected) <= kResidue;
    EXPECT_TRUE(same) << "row " << i << ": " << actual << ", TA-Lib " << expected;
    if (std::isnan(expected)) continue;
    ++compared;
    if (std::abs(expected) > kResidue) worst = std::max(worst, std::abs(actual / expected - 1));
  }
  EXPECT_GT(compared, 1400U);
  RecordProperty("largest_relative_difference", base::number_text(worst));
}

INSTANTIATE_TEST_SUITE_P(
    TaLib, Golden,
    ::testing::Values(Column{"SMA_20", 0, "SMA_20"}, Column{"EMA_20", 0, "EMA_20"}, Column{"WMA_20", 0, "WMA_20"},
                      Column{"RSI_14_100", 0, "RSI_14"}, Column{"MACD_12_26_9", 0, "MACD_12_26_9"},
                      Column{"MACD_12_26_9", 1, "MACDh_12_26_9"}, Column{"MACD_12_26_9", 2, "MACDs_12_26_9"},
                      Column{"BBANDS_20_2", 0, "BBL_20_2.0"}, Column{"BBANDS_20_2", 1, "BBM_20_2.0"},
                      Column{"BBANDS_20_2", 2, "BBU_20_2.0"}, Column{"ATR_14", 0, "ATR_14"},
                      Column{"STOCH_14_3_3", 0, "STOCHk_14_3_3"}, Column{"STOCH_14_3_3", 1, "STOCHd_14_3_3"},
                      Column{"CCI_20", 0, "CCI_20"}, Column{"ROC_10", 0, "ROC_10"}),
    [](const auto& param) {
      std::string name = param.param.golden;
      for (char& c : name) c = c == '_' || c == '.' ? 'x' : c;
      return name;
    });

}  // namespace
}  // namespace subd::indicator::testing
