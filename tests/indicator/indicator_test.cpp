// Laws that every indicator of the catalogue keeps, whatever its formula.
#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <map>

#include "series.hpp"

namespace subd::indicator::testing {
namespace {

/// Every indicator with its defaults, with its other conventions, and with the smallest and some odd lengths.
std::vector<std::string> ids_under_test() {
  std::vector<std::string> ids;
  for (const Definition* definition : catalogue()) {
    ids.push_back(default_spec(*definition).id);
    Spec smallest = default_spec(*definition);
    std::string id{definition->name};
    for (const Parameter& parameter : definition->parameters) {
      if (parameter.kind == ParameterKind::Integer) id += '_' + std::to_string(static_cast<int>(parameter.minimum));
    }
    if (id != ids.back() && id != definition->name) ids.push_back(spec_of(id).id);
    append_conventions(ids, *definition);
  }
  for (const char* id : {"SMA_7",
                         "WMA_33",
                         "EMA_5",
                         "RSI_9_1",
                         "MACD_5_35_5",
                         "BBANDS_5_1.5",
                         "STOCH_5_4_2",
                         "VWAP_W",
                         "VWAP_M",
                         "CCI_7",
                         "ROC_64",
                         "KAMA_21_3_14",
                         "PSAR_0.5_0.1",
                         "AROON_33",
                         "STOCHRSI_5_9_2_4",
                         "PPO_5_35_5_ema",
                         "UO_3_10_40",
                         "HMA_33",
                         "VWMA_9",
                         "AO_3_11",
                         "CMF_6",
                         "DONCHIAN_30_5",
                         "KC_10_1.5",
                         "ICHIMOKU_30_7_19",
                         "CHOP_9_4_1",
                         "TSI_4_9_3",
                         "ZSCORE_9_0.5",
                         "SUPERTREND_12_0.7",
                         "VWAPBANDS_W_1.5",
                         "VWAPBANDS_M"}) {
    ids.emplace_back(id);
  }
  return ids;
}

bool same_bits(const Row& a, const Row& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](double x, double y) {
    return std::bit_cast<std::uint64_t>(x) == std::bit_cast<std::uint64_t>(y);
  });
}

class EveryIndicator : public ::testing::TestWithParam<std::string> {};

TEST_P(EveryIndicator, PeeksWhatItWouldCommit) {
  Running running{GetParam()};
  const auto bars = random_bars(1, 400);
  for (std::size_t i = 0; i < bars.size(); ++i) {
    const Row peeked = running.peek(bars[i]);
    ASSERT_TRUE(same_bits(peeked, running.commit(bars[i]))) << "bar " << i;
  }
}

TEST_P(EveryIndicator, IsNotDisturbedByPeeking) {
  Running quiet{GetParam()};
  Running peeked{GetParam()};
  const auto bars = random_bars(2, 400);
  BarSource forming{3, 500};
  for (std::size_t i = 0; i < bars.size(); ++i) {
    for (std::size_t n = 0; n < i % 4; ++n) (void)peeked.peek(forming.next_tricky());
    ASSERT_TRUE(same_bits(quiet.commit(bars[i]), peeked.commit(bars[i]))) << "bar " << i;
  }
}

/// Of such outputs only one at a time has a value.
bool has_alternative(std::string_view output) {
  return output == "SUPERTl" || output == "SUPERTs";
}

TEST_P(EveryIndicator, HasItsFirstFullRowWhenTheWarmUpEnds) {
  const Spec spec = spec_of(GetParam());
  const std::size_t warm_up = spec.definition->warm_up(spec.values);
  ASSERT_GE(warm_up, 1U);
  auto bars = random_bars(4, warm_up + 20);
  // A trading day each, so that what needs an earlier session has one.
  for (std::size_t i = 0; i < bars.size(); ++i) bars[i].trading_day += std::chrono::days{i};
  const auto rows = run(GetParam(), bars);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    bool full = true;
    for (std::size_t j = 0; j < rows[i].size(); ++j) {
      full = full && (!std::isnan(rows[i][j]) || has_alternative(spec.definition->outputs[j]));
    }
    EXPECT_EQ(full, i + 1 >= warm_up) << "bar " << i;
  }
}

TEST_P(EveryIndicator, NeverGivesInfinity) {
  for (const double price : {0.0, 1e-308, 1e-9, 1.0, 1e300, 1.7e308}) {
    for (const double factor : {1.0, 0.5, -1.0}) {
      Running running{GetParam()};
      for (int i = 0; i < 120; ++i) {
        const double close = i % 3 == 0 ? price : price * factor;
        for (const double x : running.commit(close_bar(close, i % 2 == 0 ? 0.0 : price))) {
          ASSERT_FALSE(std::isinf(x)) << price << " by " << factor << ", bar " << i;
        }
      }
    }
  }
}

enum class Shift : std::uint8_t { Followed, Ignored, Neither };

/// How an output answers to prices, or volumes, times a factor: by the same factor, or not at all; and to a constant
/// added to every price: by the same addition, not at all, or in some other way.
struct Answer {
  bool follows_price = false;
  bool follows_volume = false;
  Shift shift = Shift::Neither;
};

Answer answer_of(std::string_view output) {
  struct Group {
    Answer answer;
    std::vector<std::string_view> outputs;
  };
  static const Group groups[] = {
      // Prices.
      {{true, false, Shift::Followed},
       {"SMA",   "EMA", "WMA",    "HMA",     "VWMA",    "DEMA", "TEMA", "KAMA", "LINREG", "PSAR", "VWAP", "VWAPL",
        "VWAPU", "BBL", "BBM",    "BBU",     "DCL",     "DCM",  "DCU",  "KCL",  "KCB",    "KCU",  "ITS",  "IKS",
        "ISA",   "ISB", "SUPERT", "SUPERTl", "SUPERTs", "P",    "R1",   "R2",   "R3",     "S1",   "S2",   "S3"}},
      // Differences of prices.
      {{true, false, Shift::Ignored}, {"ATR", "STDEV", "MOM", "MACD", "MACDh", "MACDs", "AO"}},
      // Ratios of such differences.
      {{false, false, Shift::Ignored},
       {"BBP",    "RSI",    "STOCHk",   "STOCHd", "STOCHRSIk", "STOCHRSId", "CCI", "ADX",  "DMP",    "DMN",    "WILLR",
        "AROOND", "AROONU", "AROONOSC", "UO",     "CMF",       "CHOP",      "TSI", "TSIs", "ZSCORE", "SUPERTd"}},
      // Ratios to a price.
      {{false, false, Shift::Neither}, {"BBB", "ROC", "NATR", "MFI", "TRIX", "TRIXs", "PPO", "PPOh", "PPOs"}},
      // Volumes.
      {{false, true, Shift::Ignored}, {"OBV"}},
  };
  for (const Group& group : groups) {
    if (std::find(group.outputs.begin(), group.outputs.end(), output) != group.outputs.end()) return group.answer;
  }
  ADD_FAILURE() << "say in this table how " << output << " follows prices and volumes";
  return {};
}

/// By a power of two, which changes no digit: any difference is a formula that mixes units.
TEST_P(EveryIndicator, FollowsTheScaleOfPricesAndVolumes) {
  constexpr double kPrice = 64;
  constexpr double kVolume = 1024;
  const Spec spec = spec_of(GetParam());
  Running plain{spec};
  Running scaled{spec};
  for (const market::Bar& bar : random_bars(5, 300)) {
    market::Bar big = bar;
    for (double* price : {&big.open, &big.high, &big.low, &big.close}) *price *= kPrice;
    big.volume *= kVolume;
    const Row small_row = plain.commit(bar);
    const Row big_row = scaled.commit(big);
    for (std::size_t j = 0; j < small_row.size(); ++j) {
      const Answer answer = answer_of(spec.definition->outputs[j]);
      const double factor = (answer.follows_price ? kPrice : 1) * (answer.follows_volume ? kVolume : 1);
      ASSERT_TRUE(is_close(big_row[j], small_row[j] * factor, 0)) << spec.definition->outputs[j];
    }
  }
}

/// By a constant, on prices so round that adding it is exact.
TEST_P(EveryIndicator, FollowsAShiftOfPrices) {
  constexpr double kShift = 4096;
  const Spec spec = spec_of(GetParam());
  Running plain{spec};
  Running shifted{spec};
  for (market::Bar bar : random_bars(13, 800)) {
    for (double* price : {&bar.open, &bar.high, &bar.low, &bar.close}) *price = std::round(*price * 64) / 64;
    const Row row = plain.commit(bar);
    for (double* price : {&bar.open, &bar.high, &bar.low, &bar.close}) *price += kShift;
    const Row shifted_row = shifted.commit(bar);
    for (std::size_t j = 0; j < row.size(); ++j) {
      const Shift shift = answer_of(spec.definition->outputs[j]).shift;
      if (shift == Shift::Neither) continue;
      const double expected = shift == Shift::Followed ? row[j] + kShift : row[j];
      const bool close = is_close(shifted_row[j], expected, 1e-12) || std::abs(shifted_row[j] - expected) < 1e-9;
      ASSERT_TRUE(close) << spec.definition->outputs[j] << ": " << shifted_row[j] << ", not " << expected;
    }
  }
}

/// The documented values of a window in which nothing happens. The price has no exact mean in binary.
TEST_P(EveryIndicator, HasItsDocumentedValuesWhenNothingMoves) {
  constexpr double kPrice = 100.1;
  static const std::map<std::string_view, Row> expected{
      {"SMA", {kPrice}},
      {"EMA", {kPrice}},
      {"WMA", {kPrice}},
      {"RSI", {0}},
      {"MACD", {0, 0, 0}},
      {"ATR", {0}},
      {"STOCH", {0, 0}},
      {"VWAP", {kNone}},
      {"STDEV", {0}},
      {"DEMA", {kPrice}},
      {"TEMA", {kPrice}},
      {"KAMA", {kPrice}},
      {"LINREG", {kPrice}},
      {"PSAR", {kPrice}},
      {"MOM", {0}},
      {"NATR", {0}},
      {"ADX", {0, 0, 0}},
      {"STOCHRSI", {0, 0}},
      {"WILLR", {0}},
      {"MFI", {0}},
      {"TRIX", {0, 0}},
      {"AROON", {100, 100, 0}},
      {"UO", {0}},
      {"PPO", {0, 0, 0}},
      {"OBV", {0}},
      {"CCI", {0}},
      {"ROC", {0}},
      {"BBANDS", {kPrice, kPrice, kPrice, 0, kNone}},
      {"HMA", {kPrice}},
      {"VWMA", {kNone}},
      {"SUPERTREND", {kPrice, 1, kPrice, kNone}},
      {"AO", {0}},
      {"CMF", {kNone}},
      {"DONCHIAN", {kPrice, kPrice, kPrice}},
      {"KC", {kPrice, kPrice, kPrice}},
      {"ICHIMOKU", {kPrice, kPrice, kPrice, kPrice}},
      {"CHOP", {kNone}},
      {"TSI", {0, 0}},
      {"ZSCORE", {kNone}},
      {"PIVOTS", Row(7, kNone)},
      {"VWAPBANDS", {kNone, kNone, kNone}},
  };
  const Spec spec = spec_of(GetParam());
  const auto it = expected.find(spec.definition->name);
  ASSERT_NE(it, expected.end()) << "say in this table what a dead window gives";
  const std::size_t warm_up = spec.definition->warm_up(spec.values);
  const auto rows = run(GetParam(), std::vector<market::Bar>(warm_up + 50, close_bar(kPrice)));
  for (std::size_t i = warm_up - 1; i < rows.size(); ++i) EXPECT_TRUE(rows_agree({rows[i]}, {it->second}));
}

INSTANTIATE_TEST_SUITE_P(Catalogue, EveryIndicator, ::testing::ValuesIn(ids_under_test()), [](const auto& param) {
  std::string name = param.param;
  std::replace_if(
      name.begin(), name.end(), [](char c) { return c == '_' || c == '.'; }, 'x');
  return name;
});

TEST(Indicator, GoesDeadAfterMovementOnlyWhenTheWindowHasPassed) {
  auto bars = random_bars(6, 50, 100);
  bars.resize(100, close_bar(100.1));
  const auto cci = run("CCI_20", bars);
  EXPECT_NE(cci[68][0], 0);
  EXPECT_EQ(cci[69][0], 0);
  const auto bands = run("BBANDS_20", bars);
  EXPECT_GT(bands[68][3], 0);
  EXPECT_EQ(bands[69][3], 0);
  EXPECT_TRUE(std::isnan(bands[69][4]));
  const auto zscore = run("ZSCORE_20", bars);
  EXPECT_FALSE(std::isnan(zscore[68][0]));
  EXPECT_TRUE(std::isnan(zscore[69][0]));
  const auto stoch = run("STOCH_14_1_1", bars);
  EXPECT_NE(stoch[62][0], 0);
  EXPECT_EQ(stoch[63][0], 0);
  const auto oscillator = run("PPO_5_20_1", bars);
  EXPECT_NE(oscillator[68][0], 0);
  EXPECT_EQ(oscillator[69][0], 0);
  // RSI stays where it is while the price does, to the last bit.
  const auto strength = run("STOCHRSI_14_14_1_1", bars);
  EXPECT_EQ(strength[50][0], strength[62][0]);
  EXPECT_EQ(strength[63][0], 0);
}

}  // namespace
}  // namespace subd::indicator::testing
