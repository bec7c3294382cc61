#include "ws/frame_encoder.hpp"

#include <gtest/gtest.h>

#include "ws/utf8_check.hpp"

namespace subd::ws {
namespace {

std::string header_of(std::size_t payload_bytes) {
  std::string out;
  append_text_header(out, payload_bytes);
  return out;
}

TEST(FrameEncoder, WritesTheUnmaskedHelloOfTheRfc) {
  std::string out;
  append_frame(out, Opcode::Text, "Hello");
  EXPECT_EQ(out, "\x81\x05Hello");
}

TEST(FrameEncoder, UsesTheShortestLengthForm) {
  using std::string;
  EXPECT_EQ(header_of(0), string("\x81\x00", 2));
  EXPECT_EQ(header_of(125), string("\x81\x7d", 2));
  EXPECT_EQ(header_of(126), string("\x81\x7e\x00\x7e", 4));
  EXPECT_EQ(header_of(65535), string("\x81\x7e\xff\xff", 4));
  EXPECT_EQ(header_of(65536), string("\x81\x7f\x00\x00\x00\x00\x00\x01\x00\x00", 10));
  EXPECT_EQ(header_of(0x0102030405ULL), string("\x81\x7f\x00\x00\x00\x01\x02\x03\x04\x05", 10));
}

TEST(FrameEncoder, AnnouncesTheHeaderSizeItWrites) {
  for (const std::size_t size : {0u, 125u, 126u, 65535u, 65536u}) {
    EXPECT_EQ(header_bytes(size), header_of(size).size()) << size;
  }
}

TEST(FrameEncoder, AppendsBehindWhatIsThere) {
  std::string out = "before";
  append_frame(out, Opcode::Pong, "p");
  append_frame(out, Opcode::Binary, "b");
  EXPECT_EQ(out,
            "before\x8a\x01p\x82\x01"
            "b");
}

TEST(FrameEncoder, WritesCodeAndReasonOfAClose) {
  std::string out;
  append_close(out, 4005, "slow consumer");
  EXPECT_EQ(out, "\x88\x0f\x0f\xa5slow consumer");
}

TEST(FrameEncoder, WritesAnEmptyCloseWhenThereIsNoCode) {
  std::string out;
  append_close(out, close_code::kNone, "goes nowhere");
  EXPECT_EQ(out, std::string("\x88\x00", 2));
}

TEST(FrameEncoder, CutsALongReasonBetweenCharacters) {
  for (std::size_t offset = 0; offset < 4; ++offset) {
    std::string reason(offset, 'x');
    while (reason.size() < 200) reason += "€";
    std::string out;
    append_close(out, 4000, reason);
    ASSERT_LE(out.size(), 2u + 125u);
    EXPECT_GT(out.size(), 2u + 125u - 3u) << "no more is cut than a character";
    EXPECT_EQ(static_cast<std::size_t>(out[1]), out.size() - 2);
    EXPECT_TRUE(is_utf8(std::string_view{out}.substr(4)));
  }
}

TEST(FrameEncoder, KeepsAReasonThatJustFits) {
  std::string out;
  append_close(out, 4000, std::string(123, 'r'));
  EXPECT_EQ(out.substr(4), std::string(123, 'r'));
}

}  // namespace
}  // namespace subd::ws
