#include "ws/utf8_check.hpp"

#include <gtest/gtest.h>

#include <string>

namespace subd::ws {
namespace {

/// The encoding by its definition, without looking at what is allowed.
std::string encoded(std::uint32_t code_point, int bytes) {
  if (bytes == 1) return {static_cast<char>(code_point)};
  static constexpr int kLead[] = {0, 0, 0xC0, 0xE0, 0xF0};
  std::string text(1, static_cast<char>(kLead[bytes] | static_cast<int>(code_point >> (6 * (bytes - 1)))));
  for (int shift = 6 * (bytes - 2); shift >= 0; shift -= 6) {
    text += static_cast<char>(0x80 | static_cast<int>((code_point >> shift) & 0x3F));
  }
  return text;
}

TEST(Utf8Check, AcceptsEveryCodePointButSurrogates) {
  for (std::uint32_t point = 0; point <= 0x10FFFF; ++point) {
    const int bytes = point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
    const bool surrogate = point >= 0xD800 && point <= 0xDFFF;
    ASSERT_EQ(is_utf8(encoded(point, bytes)), !surrogate) << std::hex << point;
  }
}

TEST(Utf8Check, RefusesEveryOverlongForm) {
  for (std::uint32_t point = 0; point < 0x80; ++point) ASSERT_FALSE(is_utf8(encoded(point, 2)));
  for (std::uint32_t point = 0; point < 0x800; ++point) ASSERT_FALSE(is_utf8(encoded(point, 3)));
  for (std::uint32_t point = 0; point < 0x10000; ++point) ASSERT_FALSE(is_utf8(encoded(point, 4)));
}

TEST(Utf8Check, RefusesWhatIsBeyondUnicode) {
  for (std::uint32_t point = 0x110000; point < 0x200000; point += 0x111) ASSERT_FALSE(is_utf8(encoded(point, 4)));
  for (int byte = 0xF5; byte <= 0xFF; ++byte) {
    EXPECT_FALSE(is_utf8(std::string(1, static_cast<char>(byte)) + "\x80\x80\x80"));
  }
}

TEST(Utf8Check, RefusesAStrayContinuationAndACutCharacter) {
  EXPECT_FALSE(is_utf8("\x80"));
  EXPECT_FALSE(is_utf8("abc\xbf"));
  EXPECT_FALSE(is_utf8("\xc3"));
  EXPECT_FALSE(is_utf8("\xe2\x82"));
  EXPECT_FALSE(is_utf8("\xf0\x9f\x98"));
  EXPECT_FALSE(is_utf8("\xe2\x28\xa1"));
}

TEST(Utf8Check, FindsABadByteAtEveryDistanceFromTheStart) {
  for (std::size_t size = 1; size < 40; ++size) {
    for (std::size_t at = 0; at < size; ++at) {
      std::string text(size, 'a');
      text[at] = '\xff';
      EXPECT_FALSE(is_utf8(text)) << at << " of " << size;
    }
    EXPECT_TRUE(is_utf8(std::string(size, 'a')));
  }
}

TEST(Utf8Check, DecidesTheSameForEveryCut) {
  const std::string text = "plain ascii here, é ߿ ࠀ € ퟿ 𐀀 😀 and ascii again";
  for (std::size_t first = 0; first <= text.size(); ++first) {
    for (std::size_t second = first; second <= text.size(); ++second) {
      Utf8Check check;
      ASSERT_TRUE(check.accept(std::string_view{text}.substr(0, first)));
      ASSERT_TRUE(check.accept(std::string_view{text}.substr(first, second - first)));
      ASSERT_TRUE(check.accept(std::string_view{text}.substr(second)));
      ASSERT_TRUE(check.complete());
    }
  }
}

TEST(Utf8Check, NoticesAWrongByteWhenItComes) {
  Utf8Check check;
  EXPECT_TRUE(check.accept("\xed"));
  EXPECT_FALSE(check.complete());
  EXPECT_FALSE(check.accept("\xa0"));
}

}  // namespace
}  // namespace subd::ws
