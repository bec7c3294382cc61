// The formulas against TA-Lib's own figures over four days of NIFTY 50 minutes.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <span>
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

class NiftyMinutes : public ::testing::Test {
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

  /// One number a bar, NaN where TA-Lib has none; empty when there is no such column.
  [[nodiscard]] std::vector<double> golden_column(std::string_view name) const {
    const auto& header = golden_[0];
    const auto at = static_cast<std::size_t>(std::find(header.begin(), header.end(), name) - header.begin());
    std::vector<double> values;
    if (at == header.size()) return values;
    for (std::size_t i = 1; i < golden_.size(); ++i) values.push_back(number(golden_[i][at]));
    return values;
  }

  std::vector<market::Bar> bars_;
  Table golden_;
};

class Golden : public NiftyMinutes, public ::testing::WithParamInterface<Column> {};

TEST_P(Golden, EqualsTaLibFromItsFirstValueOn) {
  const Column column = GetParam();
  const auto golden = golden_column(column.golden);
  const auto rows = run(column.id, bars_);
  ASSERT_EQ(golden.size(), rows.size());
  std::size_t compared = 0;
  double worst = 0;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const double expected = golden[i];
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
                      Column{"CCI_20", 0, "CCI_20"}, Column{"ROC_10", 0, "ROC_10"}, Column{"DEMA_20", 0, "DEMA_20"},
                      Column{"TEMA_20", 0, "TEMA_20"}, Column{"KAMA_10_2_30", 0, "KAMA_10"},
                      Column{"NATR_14", 0, "NATR_14"}, Column{"ADX_14", 0, "ADX_14"}, Column{"ADX_14", 1, "DMP_14"},
                      Column{"ADX_14", 2, "DMN_14"}, Column{"WILLR_14", 0, "WILLR_14"}, Column{"MOM_10", 0, "MOM_10"},
                      Column{"TRIX_18_9", 0, "TRIX_18"}, Column{"AROON_14", 0, "AROOND_14"},
                      Column{"AROON_14", 1, "AROONU_14"}, Column{"UO_7_14_28", 0, "UO_7_14_28"},
                      Column{"PPO_12_26_9", 0, "PPO_12_26"}, Column{"LINREG_14", 0, "LINEARREG_14"},
                      Column{"PSAR_0.02_0.2", 0, "SAR_0.02_0.2"}),
    [](const auto& param) {
      std::string name = param.param.golden;
      for (char& c : name) c = c == '_' || c == '.' ? 'x' : c;
      return name;
    });

/// TA-Lib's STDDEV: running sums of values and squares, then the difference of two large numbers.
std::vector<double> running_squares_deviation(const std::vector<market::Bar>& bars, std::size_t length) {
  const auto count = static_cast<double>(length);
  std::vector<double> out(bars.size(), kNone);
  double sum = 0;
  double squares = 0;
  for (std::size_t i = 0; i < bars.size(); ++i) {
    sum += bars[i].close;
    squares += bars[i].close * bars[i].close;
    if (i + 1 < length) continue;
    const double mean = sum / count;
    out[i] = std::sqrt(squares / count - mean * mean);
    const double oldest = bars[i + 1 - length].close;
    sum -= oldest;
    squares -= oldest * oldest;
  }
  return out;
}

/// Two passes over offsets from the first close of the window.
double exact_deviation(std::span<const market::Bar> window) {
  const auto count = static_cast<long double>(window.size());
  const double origin = window.front().close;
  long double mean = 0;
  for (const market::Bar& bar : window) mean += (bar.close - origin) / count;
  long double squares = 0;
  for (const market::Bar& bar : window) {
    const long double apart = (bar.close - origin) - mean;
    squares += apart * apart;
  }
  return static_cast<double>(std::sqrt(squares / count));
}

/// STDDEV is the one column that is wrong in its tenth digit, up to 4e-8: shown by making its figures out of its
/// arithmetic. STDEV has the true figures, and the column's within the last digit of a sum of 30 squares of 10800.
TEST_F(NiftyMinutes, HaveATrueDeviationFromWhichTaLibsDiffersByItsOwnRounding) {
  constexpr std::size_t kLength = 30;
  constexpr double kLastDigit = 0x1p-21;
  const auto golden = golden_column("STDDEV_30");
  const auto rounded = running_squares_deviation(bars_, kLength);
  const auto rows = run("STDEV_30", bars_);
  ASSERT_EQ(golden.size(), rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    EXPECT_TRUE(is_close(rounded[i], golden[i], 1e-15)) << "row " << i << ": " << rounded[i] << ", not " << golden[i];
    ASSERT_EQ(std::isnan(rows[i][0]), std::isnan(golden[i])) << "row " << i;
    if (std::isnan(golden[i])) continue;
    const double exact = exact_deviation(std::span{bars_}.subspan(i + 1 - kLength, kLength));
    EXPECT_TRUE(is_close(rows[i][0], exact, 1e-12)) << "row " << i << ": " << rows[i][0] << ", not " << exact;
    EXPECT_LE(std::abs(rows[i][0] * rows[i][0] - golden[i] * golden[i]), kLastDigit) << "row " << i;
  }
}

}  // namespace
}  // namespace subd::indicator::testing
