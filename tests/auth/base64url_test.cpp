#include "auth/base64url.hpp"

#include <gtest/gtest.h>

#include "auth/signing.hpp"

namespace subd::auth {
namespace {

TEST(Base64Url, DecodesTheExampleOfRfc7515) {
  EXPECT_EQ(decode_base64url("A-z_4ME"), (std::string{"\x03\xec\xff\xe0\xc1", 5}));
  EXPECT_EQ(decode_base64url(""), "");
}

TEST(Base64Url, ReadsBackEveryByteAtEveryPosition) {
  for (int byte = 0; byte < 256; ++byte) {
    for (std::size_t size = 1; size < 5; ++size) {
      for (std::size_t at = 0; at < size; ++at) {
        std::string bytes(size, '\x5a');
        bytes[at] = static_cast<char>(byte);
        ASSERT_EQ(decode_base64url(test::base64url(bytes)), bytes);
      }
    }
  }
}

TEST(Base64Url, EncodesWhatItReads) {
  for (const std::string_view text : {"", "QQ", "QUI", "A-z_4ME"})
    EXPECT_EQ(encode_base64url(*decode_base64url(text)), text);
  for (int byte = 0; byte < 256; ++byte) {
    const std::string bytes{static_cast<char>(byte), '\xff', static_cast<char>(byte)};
    EXPECT_EQ(encode_base64url(bytes), test::base64url(bytes));
  }
}

TEST(Base64Url, RefusesPaddingSpaceAndTheOtherAlphabet) {
  for (const std::string_view text :
       {"QQ==", "QUI=", "=", "QQ\n", " QQ", "Q Q", "+_8_", "/-8-", "QQ.Q", "QU\xc3\xa9"}) {
    EXPECT_FALSE(decode_base64url(text)) << text;
  }
  EXPECT_FALSE(decode_base64url(std::string_view{"QQ\0Q", 4}));
}

TEST(Base64Url, RefusesLengthsThatNoBytesHave) {
  for (const std::size_t size : {1u, 5u, 9u, 41u}) EXPECT_FALSE(decode_base64url(std::string(size, 'A'))) << size;
}

TEST(Base64Url, RefusesLeftOverBits) {
  EXPECT_EQ(decode_base64url("QQ"), "A");
  for (const std::string_view text : {"QR", "QS", "QT", "QX", "Qf"}) EXPECT_FALSE(decode_base64url(text)) << text;
  EXPECT_EQ(decode_base64url("QUI"), "AB");
  for (const std::string_view text : {"QUJ", "QUK", "QUL"}) EXPECT_FALSE(decode_base64url(text)) << text;
}

}  // namespace
}  // namespace subd::auth
