#include <gtest/gtest.h>

#include <fstream>
#include <string>
#include <vector>

#include "ssi/decode.hpp"
#include "support/paths.hpp"

namespace subd::ssi {
namespace {

class SsiSamples : public testing::Test {
 protected:
  void SetUp() override {
    std::ifstream in{SUBD_REALDATA_DIR "/ssi/ssi_samples.jsonl"};
    if (!in) GTEST_SKIP() << "no folder " SUBD_REALDATA_DIR;
    for (std::string line; std::getline(in, line);) {
      for (const Decoded& decoded : decode(line)) {
        ASSERT_TRUE(decoded) << decoded.error().message << ": " << line;
        messages_.push_back(*decoded);
      }
    }
  }

  template <class T>
  std::vector<T> all() const {
    std::vector<T> out;
    for (const Message& message : messages_) {
      if (const T* one = std::get_if<T>(&message)) out.push_back(*one);
    }
    return out;
  }

  std::vector<Message> messages_;
};

TEST_F(SsiSamples, EveryKindIsUnderstood) {
  EXPECT_EQ(messages_.size(), 10U);
  EXPECT_EQ(all<Security>().size(), 3U);
  EXPECT_EQ(all<Foreign>().size(), 2U);
  EXPECT_EQ(all<Index>().size(), 2U);
  EXPECT_EQ(all<Bar>().size(), 2U);
  EXPECT_EQ(all<Status>().size(), 1U);
}

TEST_F(SsiSamples, TradesAndBooksHaveTheirFigures) {
  const auto securities = all<Security>();
  ASSERT_EQ(securities.size(), 3U);
  EXPECT_TRUE(securities[0].is_future);
  EXPECT_EQ(securities[0].book->bids[1].price, 1344.9);
  EXPECT_EQ(securities[0].book->asks[0].volume, 140);
  EXPECT_EQ(securities[1].trade->last_price, 24500);
  EXPECT_EQ(securities[1].trade->total_volume, 34016200);
  EXPECT_EQ(securities[1].trade->side, Side::Seller);
  EXPECT_EQ(securities[2].trade->high, 13000);
  EXPECT_EQ(securities[2].book->asks[2].volume, 47210);
}

TEST_F(SsiSamples, ForeignFiguresAreThereWhateverTheirSpelling) {
  const auto foreign = all<Foreign>();
  ASSERT_EQ(foreign.size(), 2U);
  EXPECT_EQ(foreign[1].symbol, "SSI");
  EXPECT_EQ(foreign[1].buy_volume, 1933300);
  EXPECT_EQ(foreign[1].sell_value, 39195574350);
  EXPECT_EQ(foreign[1].current_room, 1741403260);
}

}  // namespace
}  // namespace subd::ssi
