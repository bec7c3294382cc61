#include "indicator/sliding_fold.hpp"

#include <gtest/gtest.h>

#include <string>

#include "indicator/lag.hpp"
#include "indicator/smoothing.hpp"

namespace subd::indicator {
namespace {

/// Keeps what it is given, in order: shows exactly which values a window holds.
struct Letters {
  using Value = std::string;
  static Value of(double x) { return std::string(1, static_cast<char>('a' + static_cast<int>(x))); }
  static Value combine(const Value& older, const Value& newer) { return older + newer; }
};

TEST(SlidingFold, HoldsTheLastValuesInOrder) {
  const std::string alphabet = "abcdefghijklmnopqrstuvwxyz";
  for (std::size_t length = 1; length <= 9; ++length) {
    SlidingFold<Letters> fold{length};
    for (std::size_t i = 0; i < alphabet.size(); ++i) {
      const auto peeked = fold.peek(static_cast<double>(i));
      const auto window = fold.push(static_cast<double>(i));
      ASSERT_EQ(peeked, window) << "length " << length << " value " << i;
      ASSERT_EQ(window.has_value(), i + 1 >= length);
      if (!window) continue;
      ASSERT_EQ(*window, alphabet.substr(i + 1 - length, length));
    }
  }
}

TEST(SlidingFold, ForgetsAHugeValueEntirely) {
  SlidingFold<Sum> fold{3};
  fold.push(1e300);
  fold.push(0.1);
  fold.push(0.2);
  EXPECT_EQ(fold.push(0.3), (0.1 + 0.2) + 0.3);
}

TEST(SlidingFold, FindsTheExtremesOfItsWindow) {
  SlidingFold<Lowest> lows{3};
  SlidingFold<Highest> highs{3};
  const double values[] = {5, 1, 4, 4, 9, 2, 2, 8};
  const double low[] = {1, 1, 4, 2, 2, 2};
  const double high[] = {5, 4, 9, 9, 9, 8};
  for (std::size_t i = 0; i < 8; ++i) {
    const auto lowest = lows.push(values[i]);
    const auto highest = highs.push(values[i]);
    ASSERT_EQ(lowest.has_value(), i >= 2);
    if (i < 2) continue;
    EXPECT_EQ(*lowest, low[i - 2]);
    EXPECT_EQ(*highest, high[i - 2]);
  }
}

TEST(Moments, OfEqualValuesDeviateExactlyZero) {
  SlidingFold<Moments> fold{7};
  for (int i = 0; i < 30; ++i) {
    const auto moments = fold.push(0.1);
    if (!moments) continue;
    EXPECT_EQ(moments->mean, 0.1);
    EXPECT_EQ(moments->population_deviation(), 0);
  }
}

TEST(Ema, IgnoresTheValuesItIsToSkip) {
  Ema late{2, 3};
  Ema plain{2};
  for (const double x : {9.0, 8.0, 7.0}) EXPECT_FALSE(late.push(x));
  for (const double x : {1.0, 2.0, 5.0, 3.0}) EXPECT_EQ(late.push(x), plain.push(x));
}

TEST(Wilder, OfLengthOneIsTheValue) {
  Wilder wilder{1};
  EXPECT_EQ(wilder.push(3), 3);
  EXPECT_EQ(wilder.peek(8), 8);
  EXPECT_EQ(wilder.push(5), 5);
}

TEST(Lag, AnswersWithTheValueThatManyAgo) {
  Lag lag{2};
  EXPECT_EQ(lag.push(1), std::nullopt);
  EXPECT_EQ(lag.push(2), std::nullopt);
  EXPECT_EQ(lag.peek(9), 1);
  EXPECT_EQ(lag.push(3), 1);
  EXPECT_EQ(lag.push(4), 2);
  EXPECT_EQ(lag.push(5), 3);
}

}  // namespace
}  // namespace subd::indicator
