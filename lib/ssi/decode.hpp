#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "ssi/message.hpp"

/// Bytes of SSI FastConnect -> messages.
///
/// Threads: pure functions, any thread; work and memory are bounded by the text, throws only bad_alloc.
namespace subd::ssi {

/// Why a message is none: the field, what it has and what is allowed. Printable and valid UTF-8.
struct Problem {
  std::string message;
};

using Decoded = base::Result<Message, Problem>;

/// The messages of one text, in order; each stands for itself, whatever is wrong with the others.
///
/// A text is an envelope, `{"DataType":"X-TRADE","Content":"{..}"}`, or a frame of SignalR 2 with any number of them,
/// `{"C":"..","M":[{"H":"FcMarketDataV2Hub","M":"Broadcast","A":["{..}"]}]}`. A keep-alive, `{}`, and frames that only
/// concern the connection hold none. The case of names does not matter, `Content` is an object or its JSON text,
/// numbers may stand in strings.
[[nodiscard]] std::vector<Decoded> decode(std::string_view text);

}  // namespace subd::ssi
