#pragma once

#include <cstdint>
#include <string>
#include <string_view>

/// What Kite's ticker says in text: `{"type":"error","data":"..."}`. Both directions.
///
/// Threads: pure functions, any thread; work and memory are bounded by the text, throws only bad_alloc.
namespace subd::kite {

enum class TextKind : std::uint8_t {
  Order,    ///< an order of the account changed; data is an object
  Error,    ///< a request was refused; data is a string
  Message,  ///< from the broker to people; data is a string
  Other,    ///< anything else, and text that is not understood
};

/// `order error message other`.
[[nodiscard]] std::string_view text_kind_name(TextKind kind) noexcept;

struct TextMessage {
  TextKind kind = TextKind::Other;
  std::string data;  ///< a string as it is, everything else as JSON text; of Other all that was received
};

[[nodiscard]] TextMessage parse_text_message(std::string_view text);

// REQUIRES of each: `text` is UTF-8, `order` one JSON object.

void append_error(std::string& out, std::string_view text);
void append_message(std::string& out, std::string_view text);
void append_order(std::string& out, std::string_view order);

}  // namespace subd::kite
