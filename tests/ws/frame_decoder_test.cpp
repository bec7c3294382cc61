#include "ws/frame_decoder.hpp"

#include <gtest/gtest.h>

#include <random>

#include "ws/client_frames.hpp"

namespace subd::ws {
namespace {

using test::client_frame;
using test::close_frame;
using test::continuation_frame;
using test::decode;
using test::decode_in_pieces;
using test::Event;
using test::text_frame;
using Kind = Incoming::Kind;

Event text(std::string payload) {
  return {Kind::Text, 0, std::move(payload)};
}
Event ping(std::string payload) {
  return {Kind::Ping, 0, std::move(payload)};
}

/// The one event of a stream that has to be refused at its end.
void expect_refused(const std::string& bytes, Kind kind, std::uint16_t code, std::uint32_t limit_bytes = 65536) {
  const auto events = decode(bytes, limit_bytes);
  ASSERT_EQ(events.size(), 1u);
  EXPECT_EQ(events[0].kind, kind) << events[0].payload;
  EXPECT_EQ(events[0].close_code, code);
  EXPECT_FALSE(events[0].payload.empty()) << "an error says what was wrong";
}

void expect_protocol_error(const std::string& bytes) {
  expect_refused(bytes, Kind::ProtocolError, 1002);
}

TEST(FrameDecoder, DecodesTheMaskedHelloOfTheRfc) {
  const std::string bytes{"\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58", 11};
  EXPECT_EQ(decode(bytes), std::vector<Event>{text("Hello")});
}

TEST(FrameDecoder, HandsOutAWholeMessageAsAViewOfTheInput) {
  std::string bytes = text_frame("unmasked in place");
  std::span<char> input{bytes.data(), bytes.size()};
  FrameDecoder decoder{65536};
  const auto incoming = decoder.next(input);
  EXPECT_EQ(incoming.payload, "unmasked in place");
  EXPECT_EQ(incoming.payload.data(), bytes.data() + 6);
  EXPECT_TRUE(input.empty());
  EXPECT_EQ(decoder.held_bytes(), 0u);
}

TEST(FrameDecoder, LeavesWhatFollowsAMessageInTheInput) {
  const std::string first = text_frame("one");
  std::string bytes = first + text_frame("two");
  std::span<char> input{bytes.data(), bytes.size()};
  FrameDecoder decoder{65536};
  EXPECT_EQ(decoder.next(input).payload, "one");
  EXPECT_EQ(input.size(), bytes.size() - first.size());
  EXPECT_EQ(decoder.next(input).payload, "two");
}

TEST(FrameDecoder, FreesAnIncompleteMessageOnceItWasDelivered) {
  FrameDecoder decoder{65536};
  std::vector<Event> events;
  const std::string bytes = text_frame(std::string(5000, 'x'));
  test::decode_piece(decoder, bytes.substr(0, 3000), events);
  EXPECT_GE(decoder.held_bytes(), 2900u);
  test::decode_piece(decoder, bytes.substr(3000), events);
  EXPECT_EQ(events, std::vector<Event>{text(std::string(5000, 'x'))});
  EXPECT_EQ(decoder.held_bytes(), 0u);
}

TEST(FrameDecoder, HoldsNothingForAnIncompleteHeader) {
  FrameDecoder decoder{1 << 20};
  std::vector<Event> events;
  test::decode_piece(decoder, text_frame(std::string(70000, 'x')).substr(0, 13), events);
  EXPECT_EQ(decoder.held_bytes(), 0u);
}

TEST(FrameDecoder, HoldsWhatArrivedNotWhatAHeaderAnnounces) {
  FrameDecoder decoder{1 << 20};
  std::vector<Event> events;
  test::decode_piece(decoder, text_frame(std::string(1 << 20, 'x')).substr(0, 100), events);
  EXPECT_LT(decoder.held_bytes(), 256u);
}

TEST(FrameDecoder, KeepsTheMessageWhenAControlFrameInItsMidstIsCutToo) {
  const std::string stream = text_frame("Hel", false) + client_frame({.opcode = 0x9, .payload = "are you there"}) +
                             continuation_frame("lo", true);
  for (std::size_t cut = 1; cut < stream.size(); ++cut) {
    EXPECT_EQ(decode_in_pieces({stream.substr(0, cut), stream.substr(cut)}),
              (std::vector<Event>{ping("are you there"), text("Hello")}))
        << "cut at " << cut;
  }
}

TEST(FrameDecoder, AcceptsEmptyMessagesAndFragments) {
  EXPECT_EQ(decode(text_frame("")), std::vector<Event>{text("")});
  EXPECT_EQ(decode(text_frame("", false) + continuation_frame("", false) + continuation_frame("", true)),
            std::vector<Event>{text("")});
  EXPECT_EQ(decode(text_frame("", false) + continuation_frame("late", true)), std::vector<Event>{text("late")});
}

TEST(FrameDecoder, TellsBinaryPongAndEmptyCloseApart) {
  EXPECT_EQ(decode(client_frame({.opcode = 0x2, .payload = "\xff"}) + client_frame({.opcode = 0xA, .payload = "p"}) +
                   client_frame({.opcode = 0x8})),
            (std::vector<Event>{{Kind::Binary, 0, "\xff"}, {Kind::Pong, 0, "p"}, {Kind::Close, 1005, ""}}));
}

TEST(FrameDecoder, RefusesAnUnmaskedFrame) {
  expect_protocol_error(client_frame({.opcode = 0x1, .payload = "Hello", .masked = false}));
  expect_protocol_error(client_frame({.opcode = 0x9, .masked = false}));
}

TEST(FrameDecoder, RefusesEveryReservedBit) {
  for (std::uint8_t bits = 1; bits < 8; ++bits) {
    expect_protocol_error(client_frame({.payload = "x", .reserved = bits}));
    expect_protocol_error(client_frame({.opcode = 0x9, .payload = "x", .reserved = bits}));
  }
}

TEST(FrameDecoder, RefusesEveryReservedOpcode) {
  for (const int opcode : {0x3, 0x4, 0x5, 0x6, 0x7, 0xB, 0xC, 0xD, 0xE, 0xF}) {
    expect_protocol_error(client_frame({.opcode = static_cast<std::uint8_t>(opcode)}));
  }
}

TEST(FrameDecoder, RefusesFragmentsOutOfOrder) {
  expect_protocol_error(continuation_frame("x", true));
  expect_protocol_error(continuation_frame("x", false));
  expect_protocol_error(text_frame("x", false) + text_frame("y"));
  expect_protocol_error(text_frame("x", false) + client_frame({.opcode = 0x2, .payload = "y"}));
  const auto events = decode(text_frame("x") + continuation_frame("y", true));
  ASSERT_EQ(events.size(), 2u);
  EXPECT_EQ(events[1].kind, Kind::ProtocolError);
}

TEST(FrameDecoder, RefusesControlFramesThatAreLongOrFragmented) {
  for (const int opcode : {0x8, 0x9, 0xA}) {
    const auto code = static_cast<std::uint8_t>(opcode);
    expect_protocol_error(client_frame({.opcode = code, .payload = std::string(126, 'x')}));
    expect_protocol_error(client_frame({.opcode = code, .payload = "x", .fin = false}));
  }
  EXPECT_EQ(decode(client_frame({.opcode = 0x9, .payload = std::string(125, 'x')})),
            std::vector<Event>{ping(std::string(125, 'x'))});
}

TEST(FrameDecoder, RefusesLengthsThatAreNotInTheirShortestForm) {
  expect_protocol_error(client_frame({.payload = std::string(125, 'x'), .length_bits = 16}));
  expect_protocol_error(client_frame({.payload = std::string(65535, 'x'), .length_bits = 64}));
  expect_protocol_error(client_frame({.payload = "", .length_bits = 64}));
}

TEST(FrameDecoder, AcceptsTheEdgesOfEachLengthForm) {
  for (const std::size_t size : {0u, 1u, 125u, 126u, 127u, 65535u, 65536u}) {
    const std::string payload(size, 'x');
    EXPECT_EQ(decode(text_frame(payload)), std::vector<Event>{text(payload)}) << size;
  }
}

TEST(FrameDecoder, RefusesALengthWithItsHighestBitSet) {
  expect_protocol_error(std::string{"\x82\xff\x80\x00\x00\x00\x00\x00\x00\x00mask", 14});
}

TEST(FrameDecoder, RefusesAnAnnouncedMessageAboveTheLimitBeforeItsPayload) {
  const std::string frame = text_frame(std::string(101, 'x'));
  expect_refused(frame.substr(0, 6), Kind::TooBig, 1009, 100);
  expect_refused(std::string{"\x82\xff\x7f\xff\xff\xff\xff\xff\xff\xffmask", 14}, Kind::TooBig, 1009);
  EXPECT_EQ(decode(text_frame(std::string(100, 'x')), 100).at(0).kind, Kind::Text);
}

TEST(FrameDecoder, CountsAllFragmentsTowardsTheLimit) {
  const std::string start = text_frame(std::string(60, 'x'), false);
  expect_refused(start + continuation_frame(std::string(41, 'x'), true), Kind::TooBig, 1009, 100);
  EXPECT_EQ(decode(start + continuation_frame(std::string(40, 'x'), true), 100),
            std::vector<Event>{text(std::string(100, 'x'))});
}

TEST(FrameDecoder, DoesNotCountControlFramesTowardsTheLimit) {
  const std::string control = client_frame({.opcode = 0x9, .payload = std::string(120, 'p')});
  EXPECT_EQ(decode(text_frame("ab", false) + control + continuation_frame("cd", true), 4),
            (std::vector<Event>{ping(std::string(120, 'p')), text("abcd")}));
}

TEST(FrameDecoder, AcceptsACharacterCutByFragments) {
  EXPECT_EQ(decode(text_frame("\xe2\x82", false) + client_frame({.opcode = 0x9, .payload = "\xff"}) +
                   continuation_frame("\xac", true)),
            (std::vector<Event>{ping("\xff"), text("€")}));
}

TEST(FrameDecoder, RefusesTextThatIsNotUtf8) {
  expect_refused(text_frame("ok \xc3\x28"), Kind::BadUtf8, 1007);
  expect_refused(text_frame("\xed\xa0\x80"), Kind::BadUtf8, 1007);
  expect_refused(text_frame("cut \xe2\x82"), Kind::BadUtf8, 1007);
  expect_refused(text_frame("\xe2\x82", false) + continuation_frame("x", true), Kind::BadUtf8, 1007);
  expect_refused(text_frame("\xe2\x82", false) + continuation_frame("", true), Kind::BadUtf8, 1007);
}

TEST(FrameDecoder, NoticesBadTextBeforeTheMessageIsComplete) {
  expect_refused(text_frame("bad \xff and more to come").substr(0, 12), Kind::BadUtf8, 1007);
}

TEST(FrameDecoder, StartsEveryMessageWithACleanUtf8State) {
  EXPECT_EQ(decode(client_frame({.opcode = 0x2, .payload = "\xe2\x82"}) + text_frame("clean")),
            (std::vector<Event>{{Kind::Binary, 0, "\xe2\x82"}, text("clean")}));
}

TEST(FrameDecoder, ReadsCodeAndReasonOfAClose) {
  EXPECT_EQ(decode(close_frame(1000, "bye €")), (std::vector<Event>{{Kind::Close, 1000, "bye €"}}));
}

TEST(FrameDecoder, AcceptsExactlyTheCloseCodesThatMayBeSent) {
  for (int code = 0; code <= 0xFFFF; ++code) {
    const bool lawful = (code >= 1000 && code <= 1014 && code != 1004 && code != 1005 && code != 1006) ||
                        (code >= 3000 && code <= 4999);
    const auto events = decode(close_frame(static_cast<std::uint16_t>(code)));
    ASSERT_EQ(events.size(), 1u);
    ASSERT_EQ(events[0].kind, lawful ? Kind::Close : Kind::ProtocolError) << code;
    ASSERT_EQ(events[0].close_code, lawful ? code : 1002);
  }
}

TEST(FrameDecoder, RefusesMalformedClosePayloads) {
  expect_protocol_error(client_frame({.opcode = 0x8, .payload = "\x03"}));
  expect_refused(close_frame(1000, "\xff"), Kind::BadUtf8, 1007);
  expect_refused(close_frame(1000, "cut \xe2\x82"), Kind::BadUtf8, 1007);
}

TEST(FrameDecoder, DropsEverythingAfterACloseOrAnError) {
  for (const std::string& last : {close_frame(1001), continuation_frame("x", true), text_frame("\xff")}) {
    FrameDecoder decoder{65536};
    std::vector<Event> events;
    test::decode_piece(decoder, last + text_frame("ignored"), events);
    EXPECT_TRUE(decoder.finished());
    test::decode_piece(decoder, text_frame("ignored too") + client_frame({.opcode = 0x9}), events);
    EXPECT_EQ(events.size(), 1u);
    EXPECT_EQ(decoder.held_bytes(), 0u);
  }
}

TEST(FrameDecoder, FreesAnUnfinishedMessageWhenItFails) {
  FrameDecoder decoder{65536};
  std::vector<Event> events;
  test::decode_piece(decoder, text_frame(std::string(1000, 'x'), false), events);
  ASSERT_GE(decoder.held_bytes(), 1000u);
  test::decode_piece(decoder, text_frame("no continuation"), events);
  ASSERT_EQ(events.size(), 1u);
  EXPECT_EQ(decoder.held_bytes(), 0u);
}

/// All kinds of frames, every length form, fragments with control frames between them, characters cut by fragments.
std::string long_stream() {
  std::string stream = text_frame("first") + client_frame({.opcode = 0x9, .payload = "ping"}) + text_frame("") +
                       text_frame("\xf0\x9f", false) + client_frame({.opcode = 0xA, .payload = "pong"}) +
                       continuation_frame("\x98", false) + continuation_frame("", false) +
                       client_frame({.opcode = 0x9}) + continuation_frame("\x80 smile", true) +
                       client_frame({.opcode = 0x2, .payload = std::string(300, '\xee')}) +
                       client_frame({.opcode = 0x2, .payload = "\x01\x02", .fin = false}) +
                       continuation_frame(std::string(130, '\x03'), true) + text_frame(std::string(127, 'q'));
  return stream + close_frame(4001, "done €");
}

TEST(FrameDecoder, GivesTheSameEventsWhereverTheStreamIsCutInTwo) {
  const std::string stream = long_stream();
  const auto whole = decode(stream);
  ASSERT_EQ(whole.size(), 10u);
  for (std::size_t cut = 0; cut <= stream.size(); ++cut) {
    ASSERT_EQ(decode_in_pieces({stream.substr(0, cut), stream.substr(cut)}), whole) << "cut at " << cut;
  }
}

TEST(FrameDecoder, GivesTheSameEventsWhereverTheStreamIsCutInThree) {
  const std::string stream = long_stream().substr(0, 120);
  const auto whole = decode(stream);
  for (std::size_t first = 0; first <= stream.size(); ++first) {
    for (std::size_t second = first; second <= stream.size(); ++second) {
      ASSERT_EQ(
          decode_in_pieces({stream.substr(0, first), stream.substr(first, second - first), stream.substr(second)}),
          whole)
          << "cut at " << first << " and " << second;
    }
  }
}

TEST(FrameDecoder, GivesTheSameEventsForPiecesOfAnyOneSize) {
  const std::string stream = text_frame(std::string(70000, 'z')) + long_stream();
  const auto whole = decode(stream, 1 << 20);
  ASSERT_EQ(whole.size(), 11u);
  for (const std::size_t size : {1u, 2u, 3u, 5u, 7u, 13u, 64u, 1000u, 65536u}) {
    std::vector<std::string> pieces;
    for (std::size_t at = 0; at < stream.size(); at += size) pieces.push_back(stream.substr(at, size));
    ASSERT_EQ(decode_in_pieces(pieces, 1 << 20), whole) << "pieces of " << size;
  }
}

std::string random_text(std::mt19937& random) {
  static const std::vector<std::string> kCharacters{"a", "{", "\"", "é", "߿", "ࠀ", "€", "퟿", "𐀀", "😀", "\U0010FFFF"};
  std::string made;
  const std::size_t count = random() % 5 == 0 ? random() % 3000 : random() % 40;
  for (std::size_t i = 0; i < count; ++i) made += kCharacters[random() % kCharacters.size()];
  return made;
}

/// Appends one message in random fragments, control frames between them, each frame with a mask of its own.
void append_random_message(std::mt19937& random, std::string& stream, std::vector<Event>& expected) {
  const bool is_text = random() % 2 == 0;
  const std::string payload = random_text(random);
  std::size_t at = 0;
  bool first = true;
  bool last = false;
  while (!last) {
    const std::size_t rest = payload.size() - at;
    const std::size_t size = random() % 3 == 0 ? rest : random() % (rest + 1);
    last = size == rest && random() % 2 == 0;
    test::FrameSpec frame{.opcode = static_cast<std::uint8_t>(first ? (is_text ? 0x1 : 0x2) : 0x0),
                          .payload = payload.substr(at, size),
                          .fin = last};
    for (auto& byte : frame.mask) byte = static_cast<char>(random());
    stream += client_frame(frame);
    at += size;
    first = false;
    if (!last && random() % 3 == 0) {
      const std::string body(random() % 126, static_cast<char>(random()));
      stream += client_frame({.opcode = 0x9, .payload = body});
      expected.push_back(ping(body));
    }
  }
  expected.push_back({is_text ? Kind::Text : Kind::Binary, 0, payload});
}

TEST(FrameDecoder, DecodesRandomValidStreamsInRandomPieces) {
  for (unsigned seed = 0; seed < 200; ++seed) {
    std::mt19937 random{seed};
    std::string stream;
    std::vector<Event> expected;
    for (int i = 0; i < 10; ++i) append_random_message(random, stream, expected);
    ASSERT_EQ(decode(stream), expected) << "seed " << seed;

    std::vector<std::string> pieces;
    for (std::size_t at = 0; at < stream.size();) {
      const std::size_t size = 1 + random() % (random() % 4 == 0 ? 4000 : 50);
      pieces.push_back(stream.substr(at, size));
      at += size;
    }
    ASSERT_EQ(decode_in_pieces(pieces), expected) << "seed " << seed;
  }
}

}  // namespace
}  // namespace subd::ws
