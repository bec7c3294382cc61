#include "kite/packet.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>

#include "kite/wire_bytes.hpp"

namespace subd::kite {
namespace {

using market::Quote;
using market::QuoteMode;
using std::chrono::seconds;

std::string encoded(const Packet& packet, QuoteMode mode) {
  std::string out;
  append_packet(out, packet.token, packet.last_price, packet.quote, mode);
  return out;
}

Packet decoded(const std::string& bytes) {
  const auto packet = decode_packet(bytes);
  EXPECT_TRUE(packet) << bytes.size() << " bytes";
  return packet.value_or(Packet{});
}

base::UtcTime at(std::int64_t second) {
  return base::UtcTime{seconds{second}};
}

TEST(Packet, LtpHasTheLastPriceAlone) {
  const Packet packet = decoded(test::ltp_packet(test::kNse, 157370));
  EXPECT_EQ(packet.token, test::kNse);
  EXPECT_EQ(packet.last_price, 1573.7);
  EXPECT_EQ(packet.quote.mode, QuoteMode::Ltp);
  EXPECT_TRUE(std::isnan(packet.quote.close));
  EXPECT_TRUE(std::isnan(packet.quote.day_volume));
}

TEST(Packet, QuoteFieldsAreInKitesOrder) {
  const Packet packet = decoded(test::quote_packet(test::kNse, 1000));
  EXPECT_EQ(packet.last_price, 10.00);
  const Quote& quote = packet.quote;
  EXPECT_EQ(quote.mode, QuoteMode::Quote);
  EXPECT_EQ(quote.last_quantity, 1001);
  EXPECT_EQ(quote.average_price, 10.02);
  EXPECT_EQ(quote.day_volume, 1003);
  EXPECT_EQ(quote.buy_quantity, 1004);
  EXPECT_EQ(quote.sell_quantity, 1005);
  EXPECT_EQ(quote.open, 10.06);
  EXPECT_EQ(quote.high, 10.07);
  EXPECT_EQ(quote.low, 10.08);
  EXPECT_EQ(quote.close, 10.09);
  EXPECT_TRUE(std::isnan(quote.oi));
  EXPECT_FALSE(quote.exchange_time);
  EXPECT_FALSE(quote.has_depth);
}

TEST(Packet, FullAddsTimesOpenInterestAndDepth) {
  const Quote quote = decoded(test::full_packet(test::kNse, 1000)).quote;
  EXPECT_EQ(quote.mode, QuoteMode::Full);
  EXPECT_EQ(quote.last_trade_time, at(1010));
  EXPECT_EQ(quote.oi, 1011);
  EXPECT_EQ(quote.oi_day_high, 1012);
  EXPECT_EQ(quote.oi_day_low, 1013);
  EXPECT_EQ(quote.exchange_time, at(1014));
  ASSERT_TRUE(quote.has_depth);
  for (std::uint32_t i = 0; i < Quote::kDepth; ++i) {
    EXPECT_EQ(quote.buy[i].quantity, 1100 + i);
    EXPECT_EQ(quote.buy[i].price, (1200 + i) / 100.0);
    EXPECT_EQ(quote.buy[i].orders, 300 + i);
    EXPECT_EQ(quote.sell[i].quantity, 1105 + i);
    EXPECT_EQ(quote.sell[i].price, (1205 + i) / 100.0);
    EXPECT_EQ(quote.sell[i].orders, 305 + i);
  }
}

TEST(Packet, AnIndexHasHighLowOpenCloseInThisOrder) {
  const Quote quote =
      decoded(test::u32s({test::kIndex, 2450000, 2460000, 2440000, 2445000, 2448000, 2000, 1625461887})).quote;
  EXPECT_EQ(quote.mode, QuoteMode::Full);
  EXPECT_EQ(quote.high, 24600);
  EXPECT_EQ(quote.low, 24400);
  EXPECT_EQ(quote.open, 24450);
  EXPECT_EQ(quote.close, 24480);
  EXPECT_EQ(quote.price_change, 20);
  EXPECT_EQ(quote.exchange_time, at(1625461887));
  EXPECT_TRUE(std::isnan(quote.day_volume));
}

TEST(Packet, AnIndexThatFellHasANegativeChange) {
  const std::string bytes = test::u32s({test::kIndex, 100, 100, 100, 100, 100, 0xFFFFFF38});  // -200
  const Packet packet = decoded(bytes);
  EXPECT_EQ(packet.quote.price_change, -2);
  EXPECT_EQ(encoded(packet, QuoteMode::Quote), bytes);
}

TEST(Packet, DivisorFollowsTheSegment) {
  EXPECT_EQ(decoded(test::ltp_packet(test::kCds, 835525000)).last_price, 83.5525);
  EXPECT_EQ(decoded(test::ltp_packet(test::kBcd, 835525)).last_price, 83.5525);
  EXPECT_EQ(decoded(test::quote_packet(test::kCds, 10000000)).quote.average_price, 1.0000002);
  EXPECT_EQ(decoded(test::full_packet(test::kBcd, 10000)).quote.buy[0].price, 1.02);
}

TEST(Packet, NumbersAreUnsigned) {
  std::string bytes = test::quote_packet(test::kNse, 0);
  bytes.replace(16, 4, test::u32(3'000'000'000));
  const Packet packet = decoded(bytes);
  EXPECT_EQ(packet.quote.day_volume, 3'000'000'000.0);
  EXPECT_EQ(encoded(packet, QuoteMode::Quote), bytes);
}

TEST(Packet, ATimeOfZeroIsNone) {
  std::string bytes = test::full_packet(test::kNse, 1000);
  bytes.replace(44, 4, test::u32(0)).replace(60, 4, test::u32(0));
  const Packet packet = decoded(bytes);
  EXPECT_FALSE(packet.quote.last_trade_time);
  EXPECT_FALSE(packet.quote.exchange_time);
  EXPECT_EQ(encoded(packet, QuoteMode::Full), bytes);
}

TEST(Packet, EveryKindGoesBackToItsBytes) {
  std::mt19937 random{7};
  for (int round = 0; round < 2000; ++round) {
    for (const std::uint32_t token : {test::kNse, test::kCds, test::kBcd, test::kIndex}) {
      for (const QuoteMode mode : {QuoteMode::Ltp, QuoteMode::Quote, QuoteMode::Full}) {
        std::string bytes = test::u32(token);
        while (bytes.size() < packet_length(token, mode)) bytes += test::u32(static_cast<std::uint32_t>(random()));
        // Padding is nothing that a value could carry.
        for (std::size_t pad = 74; pad < bytes.size(); pad += 12) bytes.replace(pad, 2, 2, '\0');
        const Packet packet = decoded(bytes);
        ASSERT_EQ(packet.quote.mode, mode);
        ASSERT_EQ(encoded(packet, mode), bytes);
      }
    }
  }
}

TEST(Packet, ExtremesOf32BitsGoBackToTheirBytes) {
  for (const std::uint32_t token : {test::kNse, test::kCds, test::kBcd}) {
    for (const std::uint32_t price : {0U, 1U, 0x7FFFFFFFU, 0x80000000U, 0xFFFFFFFEU, 0xFFFFFFFFU}) {
      const std::string bytes = test::ltp_packet(token, price);
      EXPECT_EQ(encoded(decoded(bytes), QuoteMode::Ltp), bytes) << price;
    }
  }
}

TEST(Packet, ALowerModeIsTheBeginningOfAHigherOne) {
  const std::string bytes = test::full_packet(test::kNse, 5000);
  const Packet packet = decoded(bytes);
  EXPECT_EQ(encoded(packet, QuoteMode::Quote), bytes.substr(0, 44));
  EXPECT_EQ(encoded(packet, QuoteMode::Ltp), bytes.substr(0, 8));
}

TEST(Packet, WhatIsUnknownIsZero) {
  const Packet packet = decoded(test::ltp_packet(test::kNse, 100));
  EXPECT_EQ(encoded(packet, QuoteMode::Full), test::ltp_packet(test::kNse, 100) + std::string(176, '\0'));
  const Packet index = decoded(test::ltp_packet(test::kIndex, 100));
  EXPECT_EQ(encoded(index, QuoteMode::Full), test::ltp_packet(test::kIndex, 100) + std::string(24, '\0'));
}

TEST(Packet, WhatDoesNotFitIsTheNearestThatDoes) {
  Packet packet{test::kNse, -5, {}};
  EXPECT_EQ(encoded(packet, QuoteMode::Ltp), test::ltp_packet(test::kNse, 0));
  packet.last_price = 1e300;
  EXPECT_EQ(encoded(packet, QuoteMode::Ltp), test::ltp_packet(test::kNse, 0xFFFFFFFF));
  packet.last_price = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ(encoded(packet, QuoteMode::Ltp), test::ltp_packet(test::kNse, 0));
  Packet index{test::kIndex, 1, {}};
  index.quote.price_change = -1e300;
  EXPECT_EQ(encoded(index, QuoteMode::Quote).substr(24), test::u32(0x80000000));
}

TEST(Packet, OtherLengthsAreNoPackets) {
  const std::string bytes(400, '\1');
  for (std::size_t length = 0; length <= bytes.size(); ++length) {
    const bool known = length == 8 || length == 28 || length == 32 || length == 44 || length == 184;
    EXPECT_EQ(is_packet_length(length), known) << length;
    EXPECT_EQ(decode_packet(std::string_view{bytes}.substr(0, length)).has_value(), known) << length;
  }
}

}  // namespace
}  // namespace subd::kite
