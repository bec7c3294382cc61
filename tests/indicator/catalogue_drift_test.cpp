// Every indicator of the catalogue after a million hard bars: what is long gone must have left nothing behind.
#include <gtest/gtest.h>

#include <cstdio>

#include "series.hpp"
#include "support/sanitizer.hpp"

namespace subd::indicator::testing {
namespace {

constexpr std::size_t kBars = test::kSanitized ? 100'000 : 1'000'000;
/// Prime, so that checks fall on every phase of a window, of a day and of the bad prints.
constexpr std::size_t kCheckEvery = 24'989;
constexpr double kTolerance = 1e-9;
/// Within so many bars every average forgets a bad print and every month of the series has started anew.
constexpr std::size_t kLongMemory = 20'000;

/// Prices with every digit, jumps of 20 %, bad prints, volumes of 0 and of 1e9; gaps between the days; and now and then
/// an hour in which nothing happens at all.
const std::vector<market::Bar>& hard_bars() {
  static const std::vector<market::Bar> made = [] {
    BarSource source{21};
    std::vector<market::Bar> bars(kBars);
    for (std::size_t i = 0; i < kBars; ++i) {
      market::Bar bar = source.next_tricky();
      const std::int64_t day = bar.trading_day.time_since_epoch().count();
      const double gap = 1 + 0.01 * static_cast<double>(day % 4);
      for (double* price : {&bar.open, &bar.high, &bar.low, &bar.close}) *price *= gap;
      if (i % 10'007 >= 9'947) {
        const double close = bars[i - 1].close;
        bar.open = bar.high = bar.low = bar.close = close;
        bar.volume = 0;
      }
      bars[i] = bar;
    }
    return bars;
  }();
  return made;
}

/// Those whose value depends on exactly the bars of the warm-up. All others must agree with a fresh one that has had
/// kLongMemory bars.
constexpr std::string_view kWindows[] = {"AO",       "AROON",  "BBANDS", "CCI",   "CMF", "DONCHIAN", "HMA",
                                         "ICHIMOKU", "LINREG", "MFI",    "MOM",   "ROC", "SMA",      "STDEV",
                                         "STOCH",    "UO",     "VWMA",   "WILLR", "WMA", "ZSCORE"};

std::size_t memory_of(const Spec& spec) {
  const bool window = std::find(std::begin(kWindows), std::end(kWindows), spec.definition->name) != std::end(kWindows);
  const std::size_t warm_up = spec.definition->warm_up(spec.values);
  return window ? warm_up : std::max(warm_up, kLongMemory);
}

/// The last values of one that has seen only the `memory` bars up to `end`.
Row fresh_row(const Spec& spec, std::size_t end, std::size_t memory) {
  Running fresh{spec};
  Row row;
  for (std::size_t i = end - memory; i < end; ++i) row = fresh.commit(hard_bars()[i]);
  return row;
}

/// How far apart they are, relative to the second; infinite where only one has a value.
double relative_error(double actual, double expected) {
  if (std::isnan(actual) && std::isnan(expected)) return 0;
  if (std::isnan(actual) || std::isnan(expected)) return std::numeric_limits<double>::infinity();
  return actual == expected ? 0 : std::abs(actual - expected) / std::abs(expected);
}

class AfterAMillionBars : public ::testing::TestWithParam<std::string> {};

TEST_P(AfterAMillionBars, EqualsAFreshOneOverTheBarsItNeeds) {
  const Spec spec = spec_of(GetParam());
  const std::size_t memory = memory_of(spec);
  Running running{spec};
  double worst = 0;
  std::size_t checks = 0;
  for (std::size_t i = 0; i < kBars; ++i) {
    const Row row = running.commit(hard_bars()[i]);
    const std::size_t seen = i + 1;
    if (seen < memory || (seen % kCheckEvery != 0 && seen != kBars)) continue;
    const Row expected = fresh_row(spec, seen, memory);
    for (std::size_t j = 0; j < row.size(); ++j) {
      const double error = relative_error(row[j], expected[j]);
      EXPECT_LE(error, kTolerance) << spec.definition->outputs[j] << " at bar " << i << ": " << row[j] << ", fresh "
                                   << expected[j];
      worst = std::max(worst, error);
    }
    ++checks;
  }
  EXPECT_GE(checks, 4U);
  std::printf("%s: worst relative error %.2g in %zu checks\n", spec.id.c_str(), worst, checks);
}

std::vector<std::string> ids_under_test() {
  std::vector<std::string> ids;
  for (const Definition* definition : catalogue()) {
    // OBV's level is as old as its history; drift_test.cpp counts it exactly.
    if (definition->name != "OBV") ids.push_back(default_spec(*definition).id);
    append_conventions(ids, *definition);
  }
  for (const char* id : {"AO_7_2000", "CHOP_1000_14_100", "CMF_2000", "DONCHIAN_2000_3000", "HMA_2000", "VWAPBANDS_M_2",
                         "VWAPBANDS_W_2", "VWAP_M", "VWMA_2000", "ZSCORE_2000_1"}) {
    ids.emplace_back(id);
  }
  return ids;
}

INSTANTIATE_TEST_SUITE_P(Catalogue, AfterAMillionBars, ::testing::ValuesIn(ids_under_test()), [](const auto& param) {
  std::string name = param.param;
  std::replace_if(
      name.begin(), name.end(), [](char c) { return c == '_' || c == '.'; }, 'x');
  return name;
});

}  // namespace
}  // namespace subd::indicator::testing
