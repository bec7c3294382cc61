#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace subd::ws {

/// What every compressed message of the server is made with: base 2 logarithm of the window in bytes. One for all, so
/// that one compression serves every connection; a message decodes with any larger window.
inline constexpr int kWindowBits = 12;

/// The answer to a client that offers permessage-deflate (RFC 7692): the value of `Sec-WebSocket-Extensions` that
/// accepts the first offer that can be kept, or nullopt when there is none and nothing is compressed.
///
/// Neither side takes its context over, so that a connection costs no memory for it and messages are shared. An offer is
/// passed over that wants a smaller window than kWindowBits, names a parameter that RFC 7692 does not have or one twice,
/// or gives a value that it does not allow. `offers` is the header as sent; several headers are joined by commas.
[[nodiscard]] std::optional<std::string> accept_deflate(std::string_view offers);

}  // namespace subd::ws
