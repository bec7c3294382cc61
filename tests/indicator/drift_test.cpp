// A million bars of jumps, bad prints and huge volumes must leave nothing behind in a running value.
#include <gtest/gtest.h>

#include <deque>

#include "series.hpp"

namespace subd::indicator::testing {
namespace {

constexpr std::size_t kBars = 1'000'000;
/// Prime, so that checks fall on every phase of a window.
constexpr std::size_t kCheckEvery = 4999;
constexpr double kTolerance = 1e-9;

/// Runs `id` over the long series and calls check(last bars, row) now and then; as many bars as the warm-up needs.
template <class Check>
void over_long_series(std::string_view id, Check check) {
  const Spec spec = spec_of(id);
  const std::size_t window = spec.definition->warm_up(spec.values);
  Running running{spec};
  BarSource source{7};
  std::deque<market::Bar> last;
  for (std::size_t i = 0; i < kBars; ++i) {
    last.push_back(source.next_tricky());
    if (last.size() > window) last.pop_front();
    const Row row = running.commit(last.back());
    if (i % kCheckEvery == 0 && last.size() == window) check(last, row);
    if (::testing::Test::HasFailure()) return;
  }
}

class WindowedIndicator : public ::testing::TestWithParam<const char*> {};

TEST_P(WindowedIndicator, EqualsAFreshOneOverItsWindowAfterAMillionBars) {
  over_long_series(GetParam(), [](const std::deque<market::Bar>& last, const Row& row) {
    Running fresh{GetParam()};
    Row expected;
    for (const market::Bar& bar : last) expected = fresh.commit(bar);
    for (std::size_t j = 0; j < row.size(); ++j) {
      EXPECT_TRUE(is_close(row[j], expected[j], kTolerance)) << "output " << j << ": " << row[j] << " " << expected[j];
    }
  });
}

INSTANTIATE_TEST_SUITE_P(Drift, WindowedIndicator,
                         ::testing::Values("SMA_20", "SMA_5000", "WMA_20", "WMA_1000", "BBANDS_20_2", "STOCH_14_3_3",
                                           "CCI_20", "ROC_10"),
                         [](const auto& param) {
                           std::string name = param.param;
                           for (char& c : name) c = c == '_' ? 'x' : c;
                           return name;
                         });

TEST(Sma, EqualsTheLongMeanAfterAMillionBars) {
  over_long_series("SMA_200", [](const std::deque<market::Bar>& last, const Row& row) {
    long double sum = 0;
    for (const market::Bar& bar : last) sum += bar.close;
    EXPECT_TRUE(is_close(row[0], static_cast<double>(sum / 200), kTolerance));
  });
}

TEST(Wma, EqualsTheLongWeightedMeanAfterAMillionBars) {
  over_long_series("WMA_200", [](const std::deque<market::Bar>& last, const Row& row) {
    long double sum = 0;
    long double weight = 0;
    for (const market::Bar& bar : last) sum += bar.close * ++weight;
    EXPECT_TRUE(is_close(row[0], static_cast<double>(sum / (100 * 201)), kTolerance));
  });
}

/// The deviation from two passes over offsets from the first close.
void expect_bands(const std::deque<market::Bar>& last, const Row& row, double std) {
  const auto count = static_cast<long double>(last.size());
  const double origin = last.front().close;
  long double mean = 0;
  for (const market::Bar& bar : last) mean += (bar.close - origin) / count;
  long double squares = 0;
  for (const market::Bar& bar : last) {
    const long double apart = (bar.close - origin) - mean;
    squares += apart * apart;
  }
  const long double half = std * std::sqrt(squares / count);
  const Row expected{static_cast<double>(origin + mean - half), static_cast<double>(origin + mean),
                     static_cast<double>(origin + mean + half), static_cast<double>(200 * half / (origin + mean)),
                     static_cast<double>(0.5L + ((last.back().close - origin) - mean) / (2 * half))};
  for (std::size_t j = 0; j < row.size(); ++j) {
    EXPECT_TRUE(is_close(row[j], expected[j], kTolerance)) << "output " << j << ": " << row[j] << " " << expected[j];
  }
}

TEST(Bbands, EqualTheTwoPassDeviationAfterAMillionBars) {
  over_long_series("BBANDS_20_2",
                   [](const std::deque<market::Bar>& last, const Row& row) { expect_bands(last, row, 2); });
}

TEST(Bbands, KeepTheDigitsOfTinyMovesAtHighPrices) {
  for (const char* id : {"BBANDS_20_2", "BBANDS_3_2", "BBANDS_500_2"}) {
    const Spec spec = spec_of(id);
    Running running{spec};
    BarSource source{8};
    std::deque<market::Bar> last;
    for (int i = 0; i < 20000; ++i) {
      last.push_back(close_bar(1e5 + 1e-4 * source.unit()));
      if (last.size() > bar_count(spec.values[0])) last.pop_front();
      const Row row = running.commit(last.back());
      if (i >= 1000 && i % 7 == 0) expect_bands(last, row, 2);
      ASSERT_FALSE(HasFailure()) << id << " bar " << i;
    }
  }
}

TEST(Vwap, EqualsTheLongSumsOfItsMonth) {
  Running running{"VWAP_M"};
  BarSource source{9};
  long double traded = 0;
  long double volume = 0;
  for (std::size_t i = 0; i < 375 * 31; ++i) {  // the whole of January 1970
    const market::Bar bar = source.next_tricky();
    traded += static_cast<long double>(bar.high + bar.low + bar.close) / 3 * bar.volume;
    volume += bar.volume;
    const Row row = running.commit(bar);
    if (volume == 0) continue;
    ASSERT_TRUE(is_close(row[0], static_cast<double>(traded / volume), kTolerance)) << "bar " << i;
  }
}

TEST(Obv, IsExactOverAMillionHugeVolumes) {
  Running running{"OBV"};
  BarSource source{10};
  std::int64_t total = 0;
  double before = 0;
  Row row;
  for (std::size_t i = 0; i < kBars; ++i) {
    const market::Bar bar = source.next_tricky();
    if (bar.close > before) total += static_cast<std::int64_t>(bar.volume);
    if (bar.close < before) total -= static_cast<std::int64_t>(bar.volume);
    before = bar.close;
    row = running.commit(bar);
  }
  EXPECT_EQ(row[0], static_cast<double>(total));
}

}  // namespace
}  // namespace subd::indicator::testing
