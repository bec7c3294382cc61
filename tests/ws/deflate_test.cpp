#include "ws/deflate.hpp"

#include <gtest/gtest.h>

#include <random>
#include <string>

#include "ws/client_frames.hpp"
#include "ws/frame_decoder.hpp"
#include "ws/frame_encoder.hpp"

namespace subd::ws {
namespace {

using Outcome = Inflater::Outcome;
using namespace std::string_literals;

std::string compressed(std::string_view message) {
  Deflater deflater;
  std::string out;
  deflater.append(out, message);
  return out;
}

/// A client's frame by its first byte.
std::string frame_of(unsigned first, std::string payload) {
  return test::client_frame({.opcode = static_cast<std::uint8_t>(first & 0x0F),
                             .payload = std::move(payload),
                             .fin = (first & 0x80) != 0,
                             .reserved = static_cast<std::uint8_t>(first >> 4 & 0x07)});
}

/// The message, or what is wrong with it.
std::string read(std::string_view payload, std::size_t limit = 1u << 20) {
  Inflater inflater;
  std::string out = "left over";
  switch (inflater.read(out, payload, limit)) {
    case Outcome::TooBig:
      EXPECT_LE(out.size(), limit);
      return "too big";
    case Outcome::Damaged:
      return "damaged";
    case Outcome::Whole:
      break;
  }
  return out;
}

TEST(Deflate, ReadsTheExamplesOfTheRfc) {
  EXPECT_EQ(read("\xf2\x48\xcd\xc9\xc9\x07\x00"s), "Hello");
  EXPECT_EQ(read("\x00\x05\x00\xfa\xff\x48\x65\x6c\x6c\x6f\x00"s), "Hello") << "a block without compression";
  EXPECT_EQ(read("\xf3\x48\xcd\xc9\xc9\x07\x00\x00"s), "Hello") << "a block that says it is the last one";
  EXPECT_EQ(read("\xf2\x48\x05\x00\x00\x00\xff\xff\xca\xc9\xc9\x07\x00"s), "Hello") << "two blocks";
}

TEST(Deflate, WhatIsCompressedReadsBack) {
  std::mt19937 chance{7};
  Deflater deflater;
  Inflater inflater;
  for (const std::size_t size : {0u, 1u, 125u, 400u, 4096u, 16384u, 16385u, 70'000u, 1'000'000u}) {
    std::string message(size, 'x');
    for (char& c : message) c = static_cast<char>(chance() % 7 == 0 ? chance() : 'a');
    std::string payload = "before";
    deflater.append(payload, message);
    ASSERT_TRUE(payload.starts_with("before"));
    std::string out;
    ASSERT_EQ(inflater.read(out, std::string_view{payload}.substr(6), size), Outcome::Whole) << size;
    EXPECT_EQ(out, message);
  }
}

TEST(Deflate, EveryMessageStandsAlone) {
  const std::string message = R"({"type":"market_update","symbol":"NIFTY50","timeframe":"1min"})";
  Deflater deflater;
  std::string first;
  std::string second;
  deflater.append(first, message);
  deflater.append(second, message);
  EXPECT_EQ(first, second);
  EXPECT_LT(compressed(message + message + message).size(), 3 * message.size() / 2);
}

TEST(Deflate, AMessageAboveTheLimitIsNotReadToItsEnd) {
  std::string zeros;
  zeros.resize(10'000'000);
  const std::string bomb = compressed(zeros);
  ASSERT_LT(bomb.size(), 100'000u);
  EXPECT_EQ(read(bomb, 65'536), "too big");
  EXPECT_EQ(read(compressed("12345"), 5), "12345");
  EXPECT_EQ(read(compressed("123456"), 5), "too big");
}

TEST(Deflate, WhatIsNoDeflateIsDamaged) {
  EXPECT_EQ(read("\x07\xff\xff"s), "damaged") << "a block of the fourth kind";
  EXPECT_EQ(read("\x00\x05\x00\x05\x00Hello"s), "damaged") << "a length that is not its complement";
  std::mt19937 chance{11};
  const std::string good = compressed(std::string(300, 'a') + "bcd" + std::string(300, 'e'));
  for (int i = 0; i < 2000; ++i) {
    std::string bad = good;
    bad[chance() % bad.size()] = static_cast<char>(chance());
    bad.resize(1 + chance() % bad.size());
    // Whatever it is taken for, it ends, and within the limit.
    EXPECT_LE(read(bad, 5000).size(), 5000u);
  }
}

TEST(Deflate, ACompressedMessageGoesThroughTheFrames) {
  std::string frame;
  append_compressed_header(frame, 200);
  EXPECT_EQ(frame, "\xC1\x7E\x00\xC8"s);
  const std::string payload = compressed("{}");
  std::string bytes = frame_of(0xC1, payload);
  std::span<char> input{bytes.data(), bytes.size()};
  FrameDecoder decoder{65536, true};
  const Incoming incoming = decoder.next(input);
  EXPECT_EQ(incoming.kind, Incoming::Kind::Text);
  EXPECT_TRUE(incoming.compressed);
  EXPECT_EQ(read(incoming.payload), "{}");
}

TEST(Deflate, OnlyTheFirstFrameOfAMessageIsMarkedAndOnlyWhereItWasAgreed) {
  const auto refused = [](const std::string& stream, bool agreed) {
    std::string bytes = stream;
    std::span<char> input{bytes.data(), bytes.size()};
    FrameDecoder decoder{65536, agreed};
    Incoming incoming;
    do {
      incoming = decoder.next(input);
    } while (incoming.kind == Incoming::Kind::Text);
    return incoming.kind == Incoming::Kind::ProtocolError;
  };
  EXPECT_TRUE(refused(frame_of(0xC1, "x"), false));
  EXPECT_FALSE(refused(frame_of(0xC1, "x"), true));
  EXPECT_TRUE(refused(frame_of(0xC9, "x"), true)) << "a ping";
  EXPECT_TRUE(refused(frame_of(0xA1, "x"), true)) << "another bit";
  const std::string head = frame_of(0x41, "x");
  EXPECT_TRUE(refused(head + frame_of(0xC0, "y"), true)) << "a continuation";
  EXPECT_FALSE(refused(head + frame_of(0x80, "y"), true));
  EXPECT_FALSE(refused(frame_of(0xC1, "\xff\xfe") + test::text_frame("plain"), true))
      << "the bytes of a compressed message are no text yet";
}

}  // namespace
}  // namespace subd::ws
