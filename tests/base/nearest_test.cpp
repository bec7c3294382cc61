#include "base/nearest.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>

namespace subd::base {
namespace {

using Names = std::vector<std::string_view>;

/// The distance by its definition, as a table.
std::size_t distance_by_table(const std::string& a, const std::string& b) {
  std::vector<std::vector<std::size_t>> table(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
  for (std::size_t i = 0; i <= a.size(); ++i) table[i][0] = i;
  for (std::size_t j = 0; j <= b.size(); ++j) table[0][j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t change = a[i - 1] == b[j - 1] ? 0 : 1;
      table[i][j] = std::min({table[i - 1][j] + 1, table[i][j - 1] + 1, table[i - 1][j - 1] + change});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        table[i][j] = std::min(table[i][j], table[i - 2][j - 2] + 1);
      }
    }
  }
  return table[a.size()][b.size()];
}

std::string random_word(std::mt19937& random, std::size_t longest) {
  std::string word(1 + random() % longest, ' ');
  for (char& c : word) c = static_cast<char>('a' + random() % 3);
  return word;
}

TEST(Nearest, FindsExactlyWhatTheDefinitionFinds) {
  std::mt19937 random{7};
  for (const std::size_t longest : {6U, 20U, 64U}) {
    for (int i = 0; i < 3000; ++i) {
      const std::string text = random_word(random, longest);
      const std::string other = random_word(random, longest);
      const bool within = distance_by_table(text, other) <= std::max<std::size_t>(1, text.size() / 3);
      const bool prefix = text.size() >= 2 && other.starts_with(text);
      EXPECT_EQ(!nearest(text, Names{other}).empty(), within || prefix) << text << ' ' << other;
    }
  }
}

TEST(Nearest, IsInOrderOfDistanceThenOfTheCandidates) {
  EXPECT_EQ(nearest("RSI", Names{"RSIX", "ROC", "RSI", "SRI"}), (Names{"RSI", "RSIX", "SRI"}));
}

TEST(Nearest, PutsLongerNamesThatBeginSoBehindThoseThatAreClose) {
  EXPECT_EQ(nearest("nifty", Names{"NIFTY50FUTURES", "NIFTI"}), (Names{"NIFTI", "NIFTY50FUTURES"}));
}

TEST(Nearest, KeepsTheBestOfManyWithinTheLimit) {
  EXPECT_EQ(nearest("ABCDEF", Names{"ABCDXX", "ABCDEX", "ABCDEF", "ABCDEY"}, 2), (Names{"ABCDEF", "ABCDEX"}));
  EXPECT_TRUE(nearest("ABC", Names{"ABC"}, 0).empty());
}

TEST(Nearest, IgnoresTextsThatAreNoNames) {
  const std::string long_text(65, 'A');
  EXPECT_TRUE(nearest("", Names{"A"}).empty());
  EXPECT_TRUE(nearest(long_text, Names{long_text}).empty());
  EXPECT_TRUE(nearest(std::string(64, 'A'), Names{long_text}).empty());
  EXPECT_EQ(nearest(std::string(64, 'A'), Names{std::string_view{long_text}.substr(1)}).size(), 1U);
}

TEST(DidYouMean, NamesOneTwoOrThree) {
  EXPECT_EQ(did_you_mean({}), "");
  EXPECT_EQ(did_you_mean({"RSI"}), "; did you mean RSI?");
  EXPECT_EQ(did_you_mean({"RSI", "ROC", "SMA"}), "; did you mean RSI, ROC or SMA?");
}

}  // namespace
}  // namespace subd::base
