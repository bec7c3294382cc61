#include "base/utf8_prefix.hpp"

#include <gtest/gtest.h>

namespace subd::base {
namespace {

TEST(Utf8Prefix, TakesWhatFits) {
  EXPECT_EQ(utf8_prefix("", 0), "");
  EXPECT_EQ(utf8_prefix("abc", 3), "abc");
  EXPECT_EQ(utf8_prefix("abc", 2), "ab");
}

TEST(Utf8Prefix, NeverCutsACharacter) {
  constexpr std::string_view kText = "a\xE2\x82\xB9\xF0\x9F\x98\x80";  // 1, 3 and 4 bytes
  constexpr std::string_view kFronts[] = {"", "a", "a", "a", "a\xE2\x82\xB9"};
  for (std::size_t most = 0; most < 5; ++most) EXPECT_EQ(utf8_prefix(kText, most), kFronts[most]) << most;
  EXPECT_EQ(utf8_prefix(kText, 7), kFronts[4]);
  EXPECT_EQ(utf8_prefix(kText, 8), kText);
}

TEST(Utf8Prefix, OfWhatIsNoUtf8IsStillAFront) {
  EXPECT_EQ(utf8_prefix("\x80\x80\x80", 2), "");
}

}  // namespace
}  // namespace subd::base
