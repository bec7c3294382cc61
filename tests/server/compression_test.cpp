#include "server/compression.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <span>
#include <string>

#include "ws/deflate.hpp"

namespace subd::server {
namespace {

using session::Entry;
using session::SharedText;

const std::string kMessage = [] {
  std::string text = R"({"type":"market_update","indicators":{)";
  for (int i = 0; i < 30; ++i) text += "\"SMA_" + std::to_string(i) + "\":" + std::to_string(100.25 + i) + ",";
  return text + R"("end":null}})";
}();

Entry reply(std::string text) {
  Entry entry;
  entry.payload_bytes = text.size();
  entry.payload = std::move(text);
  return entry;
}

Entry shared(const SharedText& text) {
  Entry entry;
  entry.payload_bytes = text->size();
  entry.payload = text;
  return entry;
}

/// The message behind one frame of the server.
std::string read_back(const std::string& frame) {
  EXPECT_EQ(static_cast<unsigned char>(frame.at(0)), 0xC1) << "a final, compressed text frame";
  const auto size = static_cast<unsigned char>(frame.at(1));
  const std::size_t header = size < 126 ? 2 : 4;
  ws::Inflater inflater;
  std::string out;
  EXPECT_EQ(inflater.read(out, std::string_view{frame}.substr(header), 1u << 20), ws::Inflater::Outcome::Whole);
  return out;
}

std::string frame_of(Compression& compression, const Entry& entry) {
  std::string out;
  compression.append_frame(entry, out);
  return out;
}

TEST(Compression, WhatManyGetIsCompressedOnceATurn) {
  Compression compression{256};
  const auto text = std::make_shared<const std::string>(kMessage);
  const std::string first = frame_of(compression, shared(text));
  EXPECT_LT(first.size(), kMessage.size() / 2);
  for (int i = 0; i < 9; ++i) EXPECT_EQ(frame_of(compression, shared(text)), first);
  EXPECT_EQ(read_back(first), kMessage);
  EXPECT_EQ(compression.counters().made, 1U);
  EXPECT_EQ(compression.counters().copied, 9U);
  compression.end_turn();
  EXPECT_EQ(frame_of(compression, shared(text)), first);
  EXPECT_EQ(compression.counters().made, 2U);
}

TEST(Compression, EqualTextsOfDifferentMessagesAreNotTakenForEachOther) {
  Compression compression{256};
  std::string texts;
  for (char mark = 'a'; mark <= 'z'; ++mark) {
    // Each is freed at once, so that the next one is likely to be at its address.
    const auto text = std::make_shared<const std::string>(kMessage + mark);
    texts += read_back(frame_of(compression, shared(text))).back();
  }
  EXPECT_EQ(texts, "abcdefghijklmnopqrstuvwxyz");
}

TEST(Compression, AReplyIsItsOwn) {
  Compression compression{256};
  EXPECT_EQ(read_back(frame_of(compression, reply(kMessage + "1"))), kMessage + "1");
  EXPECT_EQ(read_back(frame_of(compression, reply(kMessage + "2"))), kMessage + "2");
  EXPECT_EQ(compression.counters().made, 2U);
  EXPECT_EQ(compression.counters().bytes_in, 2 * kMessage.size() + 2);
  EXPECT_LT(compression.counters().bytes_out, kMessage.size());
}

TEST(Compression, ShortMessagesAreNotWorthIt) {
  const Compression compression{256};
  EXPECT_FALSE(compression.is_worthwhile(reply(std::string(255, 'x'))));
  EXPECT_TRUE(compression.is_worthwhile(reply(std::string(256, 'x'))));
}

TEST(Compression, FramesAreAppendedToWhatIsThere) {
  Compression compression{256};
  const auto text = std::make_shared<const std::string>(kMessage);
  std::string out = "before";
  compression.append_frame(shared(text), out);
  const std::size_t one = out.size() - 6;
  compression.append_frame(reply(kMessage), out);
  compression.append_frame(shared(text), out);
  EXPECT_EQ(out.size(), 6 + 3 * one);
  EXPECT_EQ(out.substr(6, one), out.substr(6 + 2 * one));
}

}  // namespace
}  // namespace subd::server
