#include "ws/frame_decoder.hpp"

#include <algorithm>
#include <cstring>

namespace subd::ws {

namespace {

constexpr std::uint8_t kReservedBits = 0x70;
constexpr std::uint8_t kCompressedBit = 0x40;
constexpr std::uint8_t kMaskBit = 0x80;
constexpr std::uint8_t kLengthBits = 0x7F;
constexpr std::uint8_t kLengthIn16Bits = 126;
constexpr std::uint8_t kLengthIn64Bits = 127;
constexpr std::size_t kMaskBytes = 4;

bool is_known(Opcode opcode) noexcept {
  switch (opcode) {
    case Opcode::Continuation:
    case Opcode::Text:
    case Opcode::Binary:
    case Opcode::Close:
    case Opcode::Ping:
    case Opcode::Pong:
      return true;
  }
  return false;
}

/// XORs the repeated mask over `bytes`; the first of them takes mask byte `phase`.
void unmask(std::span<char> bytes, const std::uint8_t* mask, std::uint8_t phase) noexcept {
  std::array<std::uint8_t, 8> pattern;
  for (std::size_t i = 0; i < pattern.size(); ++i) pattern[i] = mask[(phase + i) % kMaskBytes];
  std::uint64_t wide = 0;
  std::memcpy(&wide, pattern.data(), sizeof(wide));

  std::size_t at = 0;
  for (; bytes.size() - at >= sizeof(wide); at += sizeof(wide)) {
    std::uint64_t word = 0;
    std::memcpy(&word, bytes.data() + at, sizeof(word));
    word ^= wide;
    std::memcpy(bytes.data() + at, &word, sizeof(word));
  }
  for (std::size_t i = 0; at < bytes.size(); ++at, ++i) {
    bytes[at] = static_cast<char>(static_cast<std::uint8_t>(bytes[at]) ^ pattern[i]);
  }
}

std::string_view text_of(std::span<const char> bytes) noexcept {
  return {bytes.data(), bytes.size()};
}

}  // namespace

Incoming FrameDecoder::next(std::span<char>& input) {
  release_delivered();
  while (stage_ != Stage::Finished) {
    if (stage_ == Stage::Header) {
      std::optional<Incoming> failure;
      if (!take_header(input, failure)) return failure.value_or(Incoming{});
    }
    // A frame without payload is complete with its header, so this runs even when nothing is left of the input.
    if (const auto event = take_payload(input)) return *event;
    if (stage_ == Stage::Payload) return {};
  }
  input = {};
  return {};
}

void FrameDecoder::release_delivered() {
  if (stage_ == Stage::Payload) return;
  if (message_bytes_ == 0 || stage_ == Stage::Finished) {
    if (buffer_.capacity() > 0) std::vector<char>{}.swap(buffer_);
  } else {
    buffer_.resize(message_bytes_);
  }
}

std::size_t FrameDecoder::expected_header_bytes() const noexcept {
  switch (header_[1] & kLengthBits) {
    case kLengthIn16Bits:
      return 2 + 2 + kMaskBytes;
    case kLengthIn64Bits:
      return 2 + 8 + kMaskBytes;
    default:
      return 2 + kMaskBytes;
  }
}

bool FrameDecoder::take_header(std::span<char>& input, std::optional<Incoming>& failure) {
  const auto take_up_to = [&](std::size_t wanted) {
    const auto count = std::min(wanted - header_size_, input.size());
    std::copy_n(input.data(), count, header_.data() + header_size_);
    header_size_ = static_cast<std::uint8_t>(header_size_ + count);
    input = input.subspan(count);
    return header_size_ == wanted;
  };
  if (header_size_ < 2) {
    if (!take_up_to(2)) return false;
    if ((failure = check_first_bytes())) return false;
  }
  if (!take_up_to(expected_header_bytes())) return false;
  failure = begin_payload();
  return !failure;
}

std::optional<Incoming> FrameDecoder::check_first_bytes() {
  using enum Incoming::Kind;
  const bool message_is_open = message_opcode_ != Opcode::Continuation;
  // The extension marks the first frame of a message and no other.
  const bool may_be_compressed = takes_compressed_ && !frame_is_control() && frame_opcode() != Opcode::Continuation;
  const std::uint8_t reserved = may_be_compressed ? kReservedBits & ~kCompressedBit : kReservedBits;
  if ((header_[0] & reserved) != 0) return fail(ProtocolError, "reserved bit set without an extension");
  if (!is_known(frame_opcode())) return fail(ProtocolError, "reserved opcode");
  if ((header_[1] & kMaskBit) == 0) return fail(ProtocolError, "client frame is not masked");
  if (frame_is_control()) {
    if (!frame_is_final()) return fail(ProtocolError, "fragmented control frame");
    if ((header_[1] & kLengthBits) > kControlPayloadLimitBytes) {
      return fail(ProtocolError, "control frame above 125 bytes");
    }
  } else if (frame_opcode() == Opcode::Continuation) {
    if (!message_is_open) return fail(ProtocolError, "continuation without a message");
  } else if (message_is_open) {
    return fail(ProtocolError, "new message inside a fragmented one");
  }
  return std::nullopt;
}

std::optional<Incoming> FrameDecoder::begin_payload() {
  using enum Incoming::Kind;
  std::uint64_t length = header_[1] & kLengthBits;
  if (length >= kLengthIn16Bits) {
    const std::uint64_t least = length == kLengthIn16Bits ? kLengthIn16Bits : 0x10000;
    length = 0;
    for (std::size_t i = 2; i < header_size_ - kMaskBytes; ++i) length = length << 8 | header_[i];
    if (length < least) return fail(ProtocolError, "length is not in its shortest form");
    if (length >> 63 != 0) return fail(ProtocolError, "highest bit of the length is set");
  }
  if (!frame_is_control()) {
    if (length > message_limit_ - message_bytes_) return fail(TooBig, "message above the limit");
    if (frame_opcode() != Opcode::Continuation) {
      message_opcode_ = frame_opcode();
      message_compressed_ = frame_is_compressed();
    }
  }
  frame_owes_ = static_cast<std::uint32_t>(length);
  mask_phase_ = 0;
  stage_ = Stage::Payload;
  return std::nullopt;
}

std::optional<Incoming> FrameDecoder::take_payload(std::span<char>& input) {
  const auto piece = input.first(std::min<std::size_t>(frame_owes_, input.size()));
  input = input.subspan(piece.size());
  unmask(piece, header_.data() + header_size_ - kMaskBytes, mask_phase_);
  mask_phase_ = static_cast<std::uint8_t>((mask_phase_ + piece.size()) % kMaskBytes);
  frame_owes_ -= static_cast<std::uint32_t>(piece.size());
  const bool is_plain_text = !frame_is_control() && message_opcode_ == Opcode::Text && !message_compressed_;
  if (is_plain_text && !utf8_.accept(text_of(piece))) {
    return fail(Incoming::Kind::BadUtf8, "text message is not UTF-8");
  }

  const bool nothing_held = buffer_.size() == (frame_is_control() ? message_bytes_ : 0);
  const bool whole_in_input = frame_owes_ == 0 && frame_is_final() && nothing_held;
  if (!whole_in_input) {
    buffer_.insert(buffer_.end(), piece.begin(), piece.end());
    if (!frame_is_control()) message_bytes_ += static_cast<std::uint32_t>(piece.size());
  }
  if (frame_owes_ > 0) return std::nullopt;

  stage_ = Stage::Header;
  header_size_ = 0;
  if (!frame_is_final()) return std::nullopt;
  if (frame_is_control()) {
    return finish_control(whole_in_input ? text_of(piece) : text_of(buffer_).substr(message_bytes_));
  }
  return finish_message(whole_in_input ? text_of(piece) : text_of(buffer_));
}

Incoming FrameDecoder::finish_message(std::string_view payload) {
  const bool is_text = message_opcode_ == Opcode::Text;
  if (is_text && !utf8_.complete()) return fail(Incoming::Kind::BadUtf8, "text message ends inside a character");
  message_opcode_ = Opcode::Continuation;
  message_bytes_ = 0;
  return {is_text ? Incoming::Kind::Text : Incoming::Kind::Binary, 0, payload, message_compressed_};
}

Incoming FrameDecoder::finish_control(std::string_view payload) {
  switch (frame_opcode()) {
    case Opcode::Ping:
      return {Incoming::Kind::Ping, 0, payload};
    case Opcode::Pong:
      return {Incoming::Kind::Pong, 0, payload};
    default:
      return finish_close(payload);
  }
}

Incoming FrameDecoder::finish_close(std::string_view payload) {
  using enum Incoming::Kind;
  if (payload.empty()) {
    stage_ = Stage::Finished;
    return {Close, close_code::kNone, {}};
  }
  if (payload.size() == 1) return fail(ProtocolError, "close frame with half a code");
  const auto high = static_cast<std::uint8_t>(payload[0]);
  const auto low = static_cast<std::uint8_t>(payload[1]);
  const auto code = static_cast<std::uint16_t>(high << 8 | low);
  if (!is_sendable_close_code(code)) return fail(ProtocolError, "close code that may not be sent");
  const auto reason = payload.substr(sizeof(code));
  if (!is_utf8(reason)) return fail(BadUtf8, "close reason is not UTF-8");
  stage_ = Stage::Finished;
  return {Close, code, reason};
}

Incoming FrameDecoder::fail(Incoming::Kind kind, std::string_view why) {
  stage_ = Stage::Finished;
  std::vector<char>{}.swap(buffer_);
  switch (kind) {
    case Incoming::Kind::BadUtf8:
      return {kind, close_code::kBadUtf8, why};
    case Incoming::Kind::TooBig:
      return {kind, close_code::kTooBig, why};
    default:
      return {kind, close_code::kProtocolError, why};
  }
}

}  // namespace subd::ws
