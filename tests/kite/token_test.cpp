#include "kite/token.hpp"

#include <gtest/gtest.h>

namespace subd::kite {
namespace {

TEST(Token, LowByteIsTheSegment) {
  EXPECT_EQ(segment_of(3813889), 1);   // NSE
  EXPECT_EQ(segment_of(12073986), 2);  // NFO
  EXPECT_TRUE(is_index(256265));       // NIFTY 50
  EXPECT_FALSE(is_index(408065));
}

TEST(Token, OfASegmentThatKiteDoesNotHaveIsNone) {
  for (const std::uint32_t token : {256265U, 408065U, 12073986U}) EXPECT_TRUE(is_token(token)) << token;
  for (const std::uint32_t token : {0U, 5U, 0x500U, 0x50AU, 9000001U, 9000100U}) EXPECT_FALSE(is_token(token)) << token;
}

TEST(Token, CurrenciesHaveFinerPrices) {
  EXPECT_EQ(price_divisor(0x103), 1e7);
  EXPECT_EQ(price_divisor(0x106), 1e4);
  for (const std::uint32_t segment : {0U, 1U, 2U, 4U, 5U, 7U, 8U, 9U, 255U})
    EXPECT_EQ(price_divisor(0x300 | segment), 100);
}

}  // namespace
}  // namespace subd::kite
