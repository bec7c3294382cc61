#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "ws/opcode.hpp"
#include "ws/utf8_check.hpp"

namespace subd::ws {

/// What the decoder found next in a client's bytes.
struct Incoming {
  enum class Kind : std::uint8_t {
    NeedInput,  ///< everything was taken; come back with more
    Text,       ///< a whole message, valid UTF-8 unless it is compressed
    Binary,     ///< a whole message
    Ping,
    Pong,
    Close,          ///< the peer's close frame; nothing follows it
    ProtocolError,  ///< RFC 6455 was broken; nothing follows
    BadUtf8,        ///< text or close reason is not UTF-8; nothing follows
    TooBig,         ///< a message beyond the limit was announced; nothing follows
  };

  Kind kind = Kind::NeedInput;
  /// Close: the peer's code, kNone when it gave none. The three errors: the code to close with. Otherwise 0.
  std::uint16_t close_code = 0;
  /// The message; of Close its reason; of the errors what was wrong, for logs: a literal that names no input.
  /// Points into the caller's input or into the decoder: dead at the next call of next() and when the input is reused.
  std::string_view payload;
  /// Of Text and Binary: the payload is compressed (see deflate.hpp), and what it says has not been looked at.
  bool compressed = false;
};

/// Turns the bytes of one client into messages and control frames: the server's half of RFC 6455, no I/O.
///
///     while (true) {
///       const Incoming incoming = decoder.next(input);
///       if (incoming.kind == Incoming::Kind::NeedInput) break;
///       ...
///     }
///
/// Memory:     a message that lies whole in the input is unmasked there and handed out as a view; only the part of one
///             that is still incomplete is copied, and freed with it. What is held grows with what arrived, not with
///             what a header announces. Between messages a connection costs this object and no heap.
/// Invariants: how the bytes are cut into inputs changes nothing but the time at which a message is out.
///             Never a message above the limit. After Close or an error input is dropped unseen.
/// Errors:     values of Incoming::Kind; throws nothing but bad_alloc.
/// Owner:      one connection, its io thread.
class FrameDecoder {
 public:
  /// The limit counts the payload of one message over all its fragments, as it is sent. Without `takes_compressed` a
  /// compressed message breaks the rules.
  explicit FrameDecoder(std::uint32_t message_limit_bytes, bool takes_compressed = false) noexcept
      : message_limit_{message_limit_bytes}, takes_compressed_{takes_compressed} {}

  /// The next event of `input`, from which the bytes looked at are removed; the rest stays for the next call.
  /// The bytes are overwritten. NeedInput comes with `input` empty.
  [[nodiscard]] Incoming next(std::span<char>& input);

  /// True after Close or an error: whatever the peer still sends is of no interest.
  [[nodiscard]] bool finished() const noexcept { return stage_ == Stage::Finished; }

  /// Heap bytes held for an incomplete message.
  [[nodiscard]] std::size_t held_bytes() const noexcept { return buffer_.capacity(); }

 private:
  enum class Stage : std::uint8_t { Header, Payload, Finished };

  /// Header bytes the frame has, as far as its first two tell.
  [[nodiscard]] std::size_t expected_header_bytes() const noexcept;
  /// Takes header bytes; true when the header is whole and lawful. Errors go to `failure`.
  [[nodiscard]] bool take_header(std::span<char>& input, std::optional<Incoming>& failure);
  [[nodiscard]] std::optional<Incoming> check_first_bytes();
  [[nodiscard]] std::optional<Incoming> begin_payload();
  /// Takes payload bytes; an event when they complete one or are wrong.
  [[nodiscard]] std::optional<Incoming> take_payload(std::span<char>& input);
  [[nodiscard]] Incoming finish_message(std::string_view payload);
  [[nodiscard]] Incoming finish_control(std::string_view payload);
  [[nodiscard]] Incoming finish_close(std::string_view payload);
  [[nodiscard]] Incoming fail(Incoming::Kind kind, std::string_view why);
  /// Gives back what the last event pointed to.
  void release_delivered();

  [[nodiscard]] Opcode frame_opcode() const noexcept { return static_cast<Opcode>(header_[0] & 0x0F); }
  [[nodiscard]] bool frame_is_final() const noexcept { return (header_[0] & 0x80) != 0; }
  [[nodiscard]] bool frame_is_control() const noexcept { return (header_[0] & 0x08) != 0; }
  [[nodiscard]] bool frame_is_compressed() const noexcept { return (header_[0] & 0x40) != 0; }

  /// First message_bytes_ of the message that is incomplete, then what arrived of a control frame in its midst.
  std::vector<char> buffer_;
  std::uint32_t message_limit_;
  std::uint32_t message_bytes_ = 0;
  /// Payload bytes that the current frame still owes.
  std::uint32_t frame_owes_ = 0;
  /// The current frame's header, as far as it has come: 2 bytes, 0, 2 or 8 of length, 4 of mask.
  std::array<std::uint8_t, 14> header_{};
  std::uint8_t header_size_ = 0;
  /// Which byte of the mask the next payload byte takes.
  std::uint8_t mask_phase_ = 0;
  Stage stage_ = Stage::Header;
  bool takes_compressed_;
  bool message_compressed_ = false;
  /// Of the message whose fragments are coming; Continuation = none is.
  Opcode message_opcode_ = Opcode::Continuation;
  /// Between characters whenever no text message is open: one that ends inside a character is the decoder's end.
  Utf8Check utf8_;
};

static_assert(sizeof(FrameDecoder) <= 64, "one per connection, of which there are tens of thousands");

}  // namespace subd::ws
