#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.hpp"
#include "market/quote.hpp"

/// What a client of Kite's ticker says: `{"a":"subscribe","v":[408065]}`, `{"a":"unsubscribe","v":[408065]}`,
/// `{"a":"mode","v":["full",[408065]]}`. Both directions; there are no replies.
///
/// Threads: pure functions, any thread; work and memory are bounded by the text, throws only bad_alloc.
namespace subd::kite {

/// Tokens as the client wrote them: an empty list and repetitions are its own affair.
struct SubscribeRequest {
  std::vector<std::uint32_t> tokens;
};

struct UnsubscribeRequest {
  std::vector<std::uint32_t> tokens;
};

struct ModeRequest {
  market::QuoteMode mode = market::QuoteMode::Ltp;
  std::vector<std::uint32_t> tokens;
};

using Request = std::variant<SubscribeRequest, UnsubscribeRequest, ModeRequest>;

/// Why a request is refused: the field, what it has and what is allowed. Printable and valid UTF-8.
struct RequestError {
  std::string message;
};

/// Other fields than `a` and `v` are ignored. Tokens are numbers: Kite takes no strings either.
[[nodiscard]] base::Result<Request, RequestError> parse_request(std::string_view text);

void append_subscribe(std::string& out, std::span<const std::uint32_t> tokens);
void append_unsubscribe(std::string& out, std::span<const std::uint32_t> tokens);
void append_mode(std::string& out, market::QuoteMode mode, std::span<const std::uint32_t> tokens);

}  // namespace subd::kite
