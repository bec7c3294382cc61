// Formulas that never forget entirely, over a million bars against the same in long double.
#include <gtest/gtest.h>

#include <cstdio>
#include <utility>

#include "series.hpp"
#include "support/sanitizer.hpp"

namespace subd::indicator::testing {
namespace {

using Long = long double;

constexpr std::size_t kBars = test::kSanitized ? 100'000 : 1'000'000;
constexpr double kTolerance = 1e-9;
/// Lower, middle and upper of a band, in deviations.
constexpr Long kSides[] = {-2, 0, 2};

/// An average that starts with the mean of its first `length` values and then moves by `share` of the way.
class LongAverage {
 public:
  LongAverage(int length, Long share) : length_{length}, share_{share} {}
  static LongAverage ema(int length) { return {length, Long{2} / (length + 1)}; }
  static LongAverage wilder(int length) { return {length, Long{1} / length}; }

  void add(Long x) {
    if (++count_ <= length_) {
      value_ += x / length_;
    } else {
      value_ = value_ * (1 - share_) + x * share_;
    }
  }
  [[nodiscard]] bool ready() const { return count_ >= length_; }
  [[nodiscard]] Long value() const { return value_; }

 private:
  int length_;
  Long share_;
  Long count_ = 0;
  Long value_ = 0;
};

/// Runs `id` and `reference(bar, expected)`, which fills in what it has, over the same bars.
template <class Reference>
void expect_follows(std::string_view id, Reference reference) {
  Running running{id};
  BarSource source{22};
  double worst = 0;
  for (std::size_t i = 0; i < kBars; ++i) {
    const market::Bar bar = source.next_tricky();
    const Row row = running.commit(bar);
    Row expected(row.size(), kNone);
    reference(bar, expected);
    for (std::size_t j = 0; j < row.size(); ++j) {
      ASSERT_TRUE(is_close(row[j], expected[j], kTolerance))
          << id << " output " << j << " at bar " << i << ": " << row[j] << ", not " << expected[j];
      if (row[j] != expected[j] && !std::isnan(row[j])) {
        worst = std::max(worst, std::abs(row[j] - expected[j]) / std::abs(expected[j]));
      }
    }
  }
  std::printf("%s: worst relative error %.2g\n", std::string{id}.c_str(), worst);
}

/// The true range; 0 for the first bar, which `first` tells.
struct LongTrueRange {
  bool first = true;
  Long close = 0;

  Long next(const market::Bar& bar) {
    const Long high = bar.high;
    const Long low = bar.low;
    const Long range = first ? 0 : std::max({high - low, std::abs(high - close), std::abs(low - close)});
    close = bar.close;
    return range;
  }
};

TEST(LongReference, OfEma) {
  LongAverage closes = LongAverage::ema(20);
  expect_follows("EMA_20", [&](const market::Bar& bar, Row& out) {
    closes.add(bar.close);
    if (closes.ready()) out[0] = static_cast<double>(closes.value());
  });
}

TEST(LongReference, OfRsi) {
  LongAverage gains = LongAverage::wilder(14);
  LongAverage losses = LongAverage::wilder(14);
  bool first = true;
  Long before = 0;
  expect_follows("RSI_14_100", [&](const market::Bar& bar, Row& out) {
    const Long change = bar.close - before;
    before = bar.close;
    if (std::exchange(first, false)) return;
    gains.add(std::max(change, Long{0}));
    losses.add(std::max(-change, Long{0}));
    if (gains.ready()) out[0] = static_cast<double>(100 * gains.value() / (gains.value() + losses.value()));
  });
}

TEST(LongReference, OfKeltnersChannel) {
  LongAverage closes = LongAverage::ema(20);
  LongAverage ranges = LongAverage::ema(20);
  LongTrueRange true_range;
  expect_follows("KC_20_2", [&](const market::Bar& bar, Row& out) {
    closes.add(bar.close);
    const Long range = true_range.next(bar);
    if (std::exchange(true_range.first, false)) return;
    ranges.add(range);
    if (!ranges.ready()) return;
    for (std::size_t j = 0; j < 3; ++j) out[j] = static_cast<double>(closes.value() + kSides[j] * ranges.value());
  });
}

TEST(LongReference, OfTsi) {
  LongAverage slow_change = LongAverage::ema(25);
  LongAverage change = LongAverage::ema(13);
  LongAverage slow_movement = LongAverage::ema(25);
  LongAverage movement = LongAverage::ema(13);
  LongAverage signal = LongAverage::ema(13);
  bool first = true;
  Long before = 0;
  expect_follows("TSI_13_25_13", [&](const market::Bar& bar, Row& out) {
    const Long step = bar.close - before;
    before = bar.close;
    if (std::exchange(first, false)) return;
    slow_change.add(step);
    slow_movement.add(std::abs(step));
    if (!slow_change.ready()) return;
    change.add(slow_change.value());
    movement.add(slow_movement.value());
    if (!change.ready()) return;
    const Long index = 100 * change.value() / movement.value();
    signal.add(index);
    if (!signal.ready()) return;
    out[0] = static_cast<double>(index);
    out[1] = static_cast<double>(signal.value());
  });
}

TEST(LongReference, OfSupertrend) {
  LongAverage ranges = LongAverage::wilder(7);
  LongTrueRange true_range;
  bool started = false;
  int direction = 1;
  Long lower = 0;
  Long upper = 0;
  expect_follows("SUPERTREND_7_3", [&](const market::Bar& bar, Row& out) {
    const Long range = true_range.next(bar);
    if (std::exchange(true_range.first, false)) return;
    ranges.add(range);
    if (!ranges.ready()) return;
    const Long middle = (Long{bar.high} + bar.low) / 2;
    const Long new_lower = middle - 3 * ranges.value();
    const Long new_upper = middle + 3 * ranges.value();
    const bool above = started && bar.close > upper;
    const bool below = started && bar.close < lower;
    const bool keeps = started && !above && !below;
    if (above) direction = 1;
    if (below) direction = -1;
    lower = keeps && direction == 1 ? std::max(lower, new_lower) : new_lower;
    upper = keeps && direction == -1 ? std::min(upper, new_upper) : new_upper;
    started = true;
    out[0] = static_cast<double>(direction == 1 ? lower : upper);
    out[1] = direction;
    out[direction == 1 ? 2 : 3] = out[0];
  });
}

TEST(LongReference, OfVwapBands) {
  // Two passes over all that has traded in the month, now and then.
  std::vector<market::Bar> month;
  Running running{"VWAPBANDS_M_2"};
  BarSource source{23};
  for (std::size_t i = 0; i < 375 * 31; ++i) {  // the whole of January 1970
    month.push_back(source.next_tricky());
    const Row row = running.commit(month.back());
    if (i % 997 != 0) continue;
    const Long origin = month.front().close;
    const auto typical = [origin](const market::Bar& bar) {
      return ((bar.high - origin) + (bar.low - origin) + (bar.close - origin)) / 3;
    };
    Long volume = 0;
    Long mean = 0;
    for (const market::Bar& bar : month) volume += bar.volume;
    if (volume == 0) continue;
    for (const market::Bar& bar : month) mean += typical(bar) * (bar.volume / volume);
    Long square = 0;
    for (const market::Bar& bar : month) {
      square += (typical(bar) - mean) * (typical(bar) - mean) * (bar.volume / volume);
    }
    for (std::size_t j = 0; j < 3; ++j) {
      const auto expected = static_cast<double>(origin + mean + kSides[j] * std::sqrt(square));
      ASSERT_TRUE(is_close(row[j], expected, kTolerance)) << "bar " << i << ": " << row[j] << ", not " << expected;
    }
  }
}

TEST(LongReference, OfVwapBandsOfTinyMovesAtHighPrices) {
  std::vector<market::Bar> bars;
  Running running{"VWAPBANDS_D_2"};
  BarSource source{24};
  Row row;
  for (int i = 0; i < 20'000; ++i) {
    market::Bar bar = close_bar(1e5 + 1e-4 * source.unit(), std::floor(1e9 * source.unit()));
    bar.high += 1e-5;
    bars.push_back(bar);
    row = running.commit(bar);
  }
  Long volume = 0;
  Long mean = 0;
  Long square = 0;
  const auto above = [](const market::Bar& bar) { return (Long{bar.high} + bar.low + bar.close - 3e5L) / 3; };
  for (const market::Bar& bar : bars) volume += bar.volume;
  for (const market::Bar& bar : bars) mean += above(bar) * (bar.volume / volume);
  for (const market::Bar& bar : bars) square += (above(bar) - mean) * (above(bar) - mean) * (bar.volume / volume);
  // The width of the bands is a difference of two prices, whose last digit is 1.5e-11.
  EXPECT_NEAR(row[2] - row[0], static_cast<double>(4 * std::sqrt(square)), 4e-11);
  EXPECT_NEAR(row[1] - 1e5, static_cast<double>(mean), 2e-11);
}

}  // namespace
}  // namespace subd::indicator::testing
