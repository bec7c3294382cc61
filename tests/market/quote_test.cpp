#include "market/quote.hpp"

#include <gtest/gtest.h>

namespace subd::market {
namespace {

TEST(QuoteMode, HasANameThatReadsBackInAnyCase) {
  for (const QuoteMode mode : {QuoteMode::Ltp, QuoteMode::Quote, QuoteMode::Full}) {
    EXPECT_EQ(parse_quote_mode(quote_mode_name(mode)), mode);
  }
  EXPECT_EQ(parse_quote_mode("LTP"), QuoteMode::Ltp);
  EXPECT_EQ(parse_quote_mode("Full"), QuoteMode::Full);
  for (const std::string_view wrong : {"", "lt", "ltpp", "depth"}) EXPECT_EQ(parse_quote_mode(wrong), std::nullopt);
}

TEST(QuoteMode, RisesWithWhatItHolds) {
  EXPECT_LT(QuoteMode::Ltp, QuoteMode::Quote);
  EXPECT_LT(QuoteMode::Quote, QuoteMode::Full);
}

}  // namespace
}  // namespace subd::market
