#include "kite/frame.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <vector>

#include "kite/wire_bytes.hpp"

namespace subd::kite {
namespace {

using market::QuoteMode;
using test::frame_of;
using test::ltp_packet;
using test::u16;

struct Read {
  std::vector<std::uint32_t> tokens;
  std::uint32_t skipped = 0;
  bool whole = false;
};

/// Reads from a copy of exactly these bytes, so that the address sanitizer sees a step beyond them.
Read read(const std::string& frame) {
  const auto copy = std::make_unique<char[]>(frame.size());
  frame.copy(copy.get(), frame.size());
  FrameReader reader{{copy.get(), frame.size()}};
  Read out;
  while (const auto packet = reader.next()) out.tokens.push_back(packet->token);
  out.skipped = reader.skipped();
  out.whole = reader.is_whole();
  return out;
}

TEST(FrameReader, GivesEveryPacketInOrder) {
  const Read out = read(frame_of({ltp_packet(0x101, 5), test::full_packet(0x201, 5), test::quote_packet(0x301, 5),
                                  test::u32s({0x109, 1, 2, 3, 4, 5, 6})}));
  EXPECT_EQ(out.tokens, (std::vector<std::uint32_t>{0x101, 0x201, 0x301, 0x109}));
  EXPECT_TRUE(out.whole);
  EXPECT_EQ(out.skipped, 0U);
}

TEST(FrameReader, AFrameWithoutPacketsIsWhole) {
  const Read out = read(u16(0));
  EXPECT_TRUE(out.tokens.empty());
  EXPECT_TRUE(out.whole);
}

TEST(FrameReader, PacketsOfUnknownLengthsArePassedOverAndCounted) {
  const Read out = read(frame_of({std::string(164, 'x'), ltp_packet(0x101, 5), "", "abc", ltp_packet(0x201, 5)}));
  EXPECT_EQ(out.tokens, (std::vector<std::uint32_t>{0x101, 0x201}));
  EXPECT_EQ(out.skipped, 3U);
  EXPECT_TRUE(out.whole);
}

TEST(FrameReader, AFrameCutAnywhereGivesItsWholePacketsAndIsNotWhole) {
  const std::string frame = frame_of({ltp_packet(0x101, 5), test::quote_packet(0x201, 5), ltp_packet(0x301, 5)});
  for (std::size_t size = 0; size < frame.size(); ++size) {
    const Read out = read(frame.substr(0, size));
    EXPECT_FALSE(out.whole) << size;
    EXPECT_EQ(out.tokens.size(), (size >= 12 ? 1U : 0U) + (size >= 58 ? 1U : 0U)) << size;
  }
  EXPECT_TRUE(read(frame).whole);
}

TEST(FrameReader, ALengthBeyondTheFrameEndsIt) {
  const Read out = read(u16(2) + u16(8) + ltp_packet(0x101, 5) + u16(0xFFFF) + ltp_packet(0x201, 5));
  EXPECT_EQ(out.tokens, std::vector<std::uint32_t>{0x101});
  EXPECT_FALSE(out.whole);
}

TEST(FrameReader, BytesBeyondTheCountAreNotWhole) {
  const Read out = read(u16(1) + u16(8) + ltp_packet(0x101, 5) + u16(8) + ltp_packet(0x201, 5));
  EXPECT_EQ(out.tokens, std::vector<std::uint32_t>{0x101});
  EXPECT_FALSE(out.whole);
}

TEST(FrameReader, OneByteIsAHeartbeatWhateverItIs) {
  EXPECT_TRUE(is_heartbeat(kHeartbeat));
  EXPECT_TRUE(is_heartbeat("x"));
  EXPECT_FALSE(is_heartbeat(""));
  EXPECT_FALSE(is_heartbeat(u16(0)));
}

TEST(FrameBuilder, IsAWholeFrameAfterEveryPacket) {
  std::string out = "before";
  FrameBuilder builder{out};
  EXPECT_EQ(out, "before" + u16(0));
  builder.add(ltp_packet(0x101, 5));
  EXPECT_EQ(out, "before" + frame_of({ltp_packet(0x101, 5)}));
  const auto packet = decode_packet(test::quote_packet(0x201, 77));
  ASSERT_TRUE(packet);
  builder.add(packet->token, packet->last_price, packet->quote, QuoteMode::Quote);
  EXPECT_EQ(out, "before" + frame_of({ltp_packet(0x101, 5), test::quote_packet(0x201, 77)}));
  EXPECT_EQ(builder.count(), 2U);
}

TEST(FrameBuilder, HoldsAsManyPacketsAsTheCountCanSay) {
  std::string out;
  FrameBuilder builder{out};
  for (std::size_t i = 0; i < FrameBuilder::kMostPackets; ++i) {
    builder.add(static_cast<std::uint32_t>(i << 8 | 1), 1, {}, QuoteMode::Ltp);
  }
  const Read back = read(out);
  EXPECT_EQ(back.tokens.size(), FrameBuilder::kMostPackets);
  EXPECT_EQ(back.tokens.back(), (FrameBuilder::kMostPackets - 1) << 8 | 1);
  EXPECT_TRUE(back.whole);
}

}  // namespace
}  // namespace subd::kite
